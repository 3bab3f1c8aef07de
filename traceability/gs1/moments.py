"""Days and times of day in values. Source: GS1 General Specifications, sections 3.4 and 3.8 (two-digit years: 7.12)."""

from calendar import monthrange
from typing import Final

from traceability.gs1.breaches import Breach, breach, first_outside, whole

_DIGITS: Final = frozenset("0123456789")
_LAST: Final = {"HOUR": 23, "MINUTE": 59, "SECOND": 59}


def hour_breach(value: str) -> Breach | None:
    """Why `value` is no hour from 00 to 23, or None."""
    return _clock_breach(value, "HOUR")


def minute_breach(value: str) -> Breach | None:
    """Why `value` is no minute from 00 to 59, or None."""
    return _clock_breach(value, "MINUTE")


def second_breach(value: str) -> Breach | None:
    """Why `value` is no second from 00 to 59, or None."""
    return _clock_breach(value, "SECOND")


def hour_and_minute_breach(value: str) -> Breach | None:
    """Why `value` is no hour with its minute, HHMI, or None."""
    if found := _size_breach(value, 4, "HOUR_WITH_MINUTE"):
        return found
    if int(value[:2]) > _LAST["HOUR"]:
        return breach("ILLEGAL_HOUR", 0, 2)
    return breach("ILLEGAL_MINUTE", 2, 2) if int(value[2:]) > _LAST["MINUTE"] else None


def day_breach(value: str) -> Breach | None:
    """Why `value` is no day YYMMDD, or None."""
    return _day_breach(value, year_digits=2, may_be_month=False)


def day_or_month_breach(value: str) -> Breach | None:
    """Why `value` is no day YYMMDD, or None; day 00 means the end of the month."""
    return _day_breach(value, year_digits=2, may_be_month=True)


def long_day_breach(value: str) -> Breach | None:
    """Why `value` is no day YYYYMMDD, or None."""
    return _day_breach(value, year_digits=4, may_be_month=False)


def long_day_or_month_breach(value: str) -> Breach | None:
    """Why `value` is no day YYYYMMDD, or None; day 00 means the end of the month."""
    return _day_breach(value, year_digits=4, may_be_month=True)


def _clock_breach(value: str, name: str) -> Breach | None:
    if found := _size_breach(value, 2, name):
        return found
    return whole(value, f"ILLEGAL_{name}") if int(value) > _LAST[name] else None


def _day_breach(value: str, *, year_digits: int, may_be_month: bool) -> Breach | None:
    if found := _size_breach(value, year_digits + 4, "DATE"):
        return found
    year, month, day = value[:year_digits], int(value[-4:-2]), int(value[-2:])
    if not 1 <= month <= 12:
        return breach("ILLEGAL_MONTH", year_digits, 2)
    if may_be_month and day == 0:
        return None
    # Of the years that two digits can mean, only 2000 ends in 00. Year 0 of four digits is a leap year as 2000 is.
    last = monthrange(int(year) + 2000 if year_digits == 2 or not int(year) else int(year), month)[1]
    return None if 1 <= day <= last else breach("ILLEGAL_DAY", year_digits + 2, 2)


def _size_breach(value: str, length: int, name: str) -> Breach | None:
    if len(value) < length:
        return whole(value, f"{name}_TOO_SHORT")
    if len(value) > length:
        return whole(value, f"{name}_TOO_LONG")
    return first_outside(value, _DIGITS, "NON_DIGIT_CHARACTER")
