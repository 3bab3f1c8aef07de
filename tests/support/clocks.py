"""A clock that stands still until a test moves it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta

from core import clock

# 22 November 2026, 10:00 in Vietnam.
START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class FrozenClock:
    """Holds `core.clock` at one instant."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def set(self, instant: datetime) -> None:
        """Stand at `instant` (aware) from now on."""
        self._stack.close()
        self._stack.enter_context(clock.freeze(instant))

    def set_vietnam(self, day: date, at: time = time(12)) -> None:
        """Stand at `at` on `day` in Vietnam."""
        self.set(datetime.combine(day, at, tzinfo=clock.VIETNAM))

    def move(self, by: timedelta) -> None:
        """Go on (or back) by so much."""
        self.set(clock.now() + by)

    def now(self) -> datetime:
        return clock.now()

    def today(self) -> date:
        return clock.today()


@contextmanager
def standing_clock() -> Iterator[FrozenClock]:
    with ExitStack() as stack:
        frozen = FrozenClock(stack)
        frozen.set(START)
        yield frozen
