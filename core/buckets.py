"""Buckets that drip, as rows of the database: how often a thing may be done, across processes and restarts.

A bucket holds `size` draws and fills again by one draw every `refill`. It is kept as one instant, that at which it
will be full (the generic cell rate algorithm, ITU-T I.371), so that one statement decides: of two that draw the last
one at once, one is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, LargeBinary, bindparam, delete, select, text, update

from core.db import db
from core.rate_models import Bucket

WHO_BYTES: Final = 16

# Written out, because it is made as often as somebody attacks: putting it together would cost more than doing it.
_TAKE: Final = text(
    "INSERT INTO bucket (name, who, full_at_ms) VALUES (:name, :who, :at + :step)"
    " ON CONFLICT (name, who) DO UPDATE SET full_at_ms ="
    " CASE WHEN bucket.full_at_ms > :at THEN bucket.full_at_ms ELSE :at END + :step"
    " WHERE CASE WHEN bucket.full_at_ms > :at THEN bucket.full_at_ms ELSE :at END + :step <= :most"
    " RETURNING full_at_ms"
).bindparams(
    bindparam("who", type_=LargeBinary),
    *(bindparam(name, type_=BigInteger) for name in ("at", "step", "most")),
)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw from the bucket `name` of `who` (16 bytes, a keyed hash)."""

    name: str
    who: bytes
    size: int
    refill: timedelta


def draw_all(draws: Sequence[Draw], *, now: datetime) -> timedelta | None:
    """Take one draw from each bucket, in this order, in the caller's transaction; None if all had one left.

    Else how long to wait for the first that was empty: the caller then must not keep its transaction, so that the
    buckets before it lose nothing. A refusal writes nothing.
    """
    for draw in draws:
        if not _took(draw, now):
            return _wait(draw, now)
    return None


def give_back(draws: Sequence[Draw], *, now: datetime) -> None:
    """Undo `draw_all`: what was counted proved to be no attack."""
    for draw in draws:
        ours = (Bucket.name == draw.name, Bucket.who == draw.who, Bucket.full_at_ms > _ms(now))
        back = Bucket.full_at_ms - _span_ms(draw.refill)
        db.session.execute(update(Bucket).where(*ours).values(full_at_ms=back))


def sweep_buckets(*, now: datetime) -> None:
    """Forget buckets that are full again."""
    db.session.execute(delete(Bucket).where(Bucket.full_at_ms <= _ms(now)))


def _took(draw: Draw, now: datetime) -> bool:
    at, step = _ms(now), _span_ms(draw.refill)
    values = {"name": draw.name, "who": draw.who, "at": at, "step": step, "most": at + draw.size * step}
    return db.session.scalar(_TAKE, values) is not None


def _wait(draw: Draw, now: datetime) -> timedelta:
    ours = (Bucket.name == draw.name, Bucket.who == draw.who)
    full_at = db.session.scalar(select(Bucket.full_at_ms).where(*ours)) or _ms(now)
    left = full_at + _span_ms(draw.refill) - _ms(now) - draw.size * _span_ms(draw.refill)
    return timedelta(seconds=max(1, math.ceil(left / 1000)))


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _span_ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
