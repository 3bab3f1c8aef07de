"""Opening hours of a week: read as people type them, told as people read them, and whether a place is open now. Pure.

A day is typed as «07:30-11:30, 13:30-17:00» and is empty where the place is closed. Hours do not run past midnight:
«24:00» is the end of a day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from core.clock import VIETNAM
from promotion.errors.points import InvalidHoursError

DAYS: Final = 7
SPANS_MAX: Final = 3
MINUTES: Final = 24 * 60

Span = tuple[int, int]
"""Minutes after midnight: from, until (not included)."""
Week = tuple[tuple[Span, ...], ...]
"""Seven days, Monday first."""

_SPAN: Final = re.compile(r"(\d{1,2})(?:[:h.](\d{2})?)?\s*-\s*(\d{1,2})(?:[:h.](\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SameDays:
    """Days in a row with the same hours. first, last: 0 is Monday. text: «07:30–17:00», «» if closed."""

    first: int
    last: int
    text: str


def read_week(typed: Sequence[str]) -> Week:
    """The hours of seven days as typed. Raises InvalidHoursError (`day` 0 to 6, `reason`: form, order or overlap)."""
    return tuple(_read_day(day, text) for day, text in enumerate(typed))


def is_open(week: Week, moment: datetime) -> bool:
    """Whether the place is open at `moment` (aware). Holidays are told in words beside the hours, not counted here."""
    local = moment.astimezone(VIETNAM)
    minute = local.hour * 60 + local.minute
    return any(begins <= minute < ends for begins, ends in week[local.weekday()])


def same_days(week: Week) -> tuple[SameDays, ...]:
    """The week with days in a row that have the same hours put together."""
    found: list[SameDays] = []
    for day, spans in enumerate(week):
        text = told_day(spans)
        if found and found[-1].text == text:
            found[-1] = SameDays(found[-1].first, day, text)
        else:
            found.append(SameDays(day, day, text))
    return tuple(found)


def told_day(spans: Sequence[Span]) -> str:
    """«07:30–11:30, 13:30–17:00», «» if closed."""
    return ", ".join(f"{_told(begins)}–{_told(ends)}" for begins, ends in spans)


def kept(week: Week) -> list[list[list[int]]]:
    """The week as values that JSON knows."""
    return [[[begins, ends] for begins, ends in day] for day in week]


def week_of(values: Sequence[Sequence[Sequence[int]]]) -> Week:
    """What `kept` made."""
    return tuple(tuple((span[0], span[1]) for span in day) for day in values)


def _read_day(day: int, text: str) -> tuple[Span, ...]:
    parts = [part.strip() for part in text.replace("–", "-").replace(";", ",").split(",") if part.strip()]
    if len(parts) > SPANS_MAX:
        raise InvalidHoursError(day=day, reason="form")
    spans = sorted(_read_span(day, part) for part in parts)
    if any(former[1] > later[0] for former, later in pairwise(spans)):
        raise InvalidHoursError(day=day, reason="overlap")
    return tuple(spans)


def _read_span(day: int, text: str) -> Span:
    matched = _SPAN.fullmatch(text)
    if matched is None:
        raise InvalidHoursError(day=day, reason="form")
    hours = [int(part or 0) for part in matched.groups()]
    begins, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if hours[1] > 59 or hours[3] > 59 or ends > MINUTES:
        raise InvalidHoursError(day=day, reason="form")
    if begins >= ends:
        raise InvalidHoursError(day=day, reason="order")
    return begins, ends


def _told(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
