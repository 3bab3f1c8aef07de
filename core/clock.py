"""The only place that reads the time.

Instants (`_at`) are aware UTC datetimes; dates of law (`_on`) are dates in Vietnam, where a day begins at
17:00 UTC of the day before. Vietnam has kept UTC+7 without daylight saving since 1975.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware, UTC."""
    return _frozen or datetime.now(UTC)


def today() -> date:
    """Today's date in Vietnam."""
    return vietnam_date(now())


def vietnam_date(instant: datetime) -> date:
    """The date in Vietnam at `instant` (aware)."""
    return instant.astimezone(VIETNAM).date()


@contextmanager
def freeze(instant: datetime) -> Iterator[None]:
    """Stop this process's clock at `instant` (aware) while the block runs: for tests and rehearsals."""
    global _frozen
    if instant.tzinfo is None:
        raise ValueError("a frozen instant needs a time zone")
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
