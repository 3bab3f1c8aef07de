"""Months of a year in which something is sold. Pure: the day is handed in."""

from collections.abc import Iterable
from datetime import date
from typing import Final

ALL_YEAR: Final = 4095
MONTHS: Final = range(1, 13)


def months_value(months: Iterable[int]) -> int | None:
    """`months` (1 to 12) as one number, a bit each, January the lowest; None if they are the whole year or none.

    Raises ValueError for what is no month.
    """
    value = 0
    for month in months:
        if month not in MONTHS:
            raise ValueError(month)
        value |= 1 << (month - 1)
    return None if value in (0, ALL_YEAR) else value


def months_of(value: int | None) -> tuple[int, ...]:
    """The months of such a number; all twelve for None."""
    return tuple(month for month in MONTHS if value is None or value >> (month - 1) & 1)


def is_in_season(value: int | None, on: date) -> bool:
    """Whether something with these months is sold on a day."""
    return value is None or bool(value >> (on.month - 1) & 1)


def next_season(value: int | None, on: date) -> int | None:
    """The month (1 to 12) in which it is sold again, None while it is sold."""
    if value is None or is_in_season(value, on):
        return None
    ahead = [(on.month - 1 + step) % 12 + 1 for step in MONTHS]
    return next(month for month in ahead if value >> (month - 1) & 1)


def season_turns_on(value: int | None, on: date) -> date | None:
    """The first day after `on` on which the answer of `is_in_season` is another; None if it never is."""
    if value is None:
        return None
    now = is_in_season(value, on)
    day = on.replace(day=1)
    for _ in MONTHS:
        day = day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1)
        if is_in_season(value, day) != now:
            return day
    return None
