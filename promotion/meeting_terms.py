"""Meetings at fairs: how long, when, and that nobody is in two places at once. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.clock import vietnam_date

MINUTES: Final = (15, 20, 30, 45, 60)
"""Lengths that are offered for choosing."""
SLOTS_MAX: Final = 60
"""Slots that one producer offers at one fair at most. Our limit."""
CANCEL_BEFORE: Final = timedelta(0)
"""A meeting may be cancelled until it begins."""


class SlotFault(StrEnum):
    """Why a slot cannot be offered."""

    UNREADABLE = "unreadable"
    MINUTES = "minutes"
    OUTSIDE = "outside"
    PAST = "past"
    OVERLAPS = "overlaps"
    TOO_MANY = "too_many"


class Ended(StrEnum):
    """Why a producer's meetings at a fair do not take place, where neither side cancelled them."""

    FAIR_CANCELLED = "fair_cancelled"
    NO_PART = "no_part"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; its end is no part of it."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def overlap(one: Span, other: Span) -> bool:
    """Whether the two share any moment; one that begins as the other ends does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def fault_of(
    span: Span, others: Iterable[Span], days: tuple[date, date], *, now: datetime
) -> SlotFault | None:
    """Why a slot cannot be offered beside `others` at a fair that lasts from the first to the last of `days`."""
    known = list(others)
    if not 10 <= span.minutes <= 240:
        return SlotFault.MINUTES
    if not days[0] <= vietnam_date(span.starts_at) <= days[1]:
        return SlotFault.OUTSIDE
    if span.starts_at <= now:
        return SlotFault.PAST
    if len(known) >= SLOTS_MAX:
        return SlotFault.TOO_MANY
    return SlotFault.OVERLAPS if any(overlap(span, each) for each in known) else None
