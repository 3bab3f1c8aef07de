"""The calendar of delivery: on which days a producer hands over, and when a parcel then arrives. Pure.

Days on which no parcel moves are dated rows of `data/rest_days.csv`: the holidays of Labour Code 45/2019/QH14, article
112, with Tết counted from its eve to the fourth day (new moons at +7 h computed for 2027 to 2030). Working days moved
by a year's notice are not in it; after its last year no rest day is known.
"""

import csv
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

DAY: Final = timedelta(days=1)
FAR: Final = 120
"""No search goes further than so many days, whatever the terms say: a guard against weekdays that never come."""
_REST_DAYS_FILE: Final = Path(__file__).parent / "data" / "rest_days.csv"


@lru_cache(maxsize=1)
def rest_days() -> frozenset[date]:
    """Days in Vietnam on which no parcel moves, as far as they are known."""
    with _REST_DAYS_FILE.open(encoding="utf-8", newline="") as lines:
        return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(lines))


def sending_days(on: date, handover_days: int, weekdays: str, resting: AbstractSet[date]) -> tuple[date, ...]:
    """The days on which goods ordered on `on` may be handed over, at least one, in order.

    They are ready after one to `handover_days` days (0: the same day), and leave on the next day on which the producer
    sends. weekdays: ISO numbers of days («135»).
    """
    first = _next_sending(on + DAY if handover_days else on, weekdays, resting)
    last = _next_sending(on + handover_days * DAY, weekdays, resting)
    days = [first]
    while days[-1] < last:
        days.append(_next_sending(days[-1] + DAY, weekdays, resting))
    return tuple(days)


def arrival(handed_over_on: date, days: int, resting: AbstractSet[date]) -> date:
    """When a parcel arrives that needs `days` on the way; days on which nothing moves do not count."""
    day = handed_over_on
    for _ in range(FAR):
        if days <= 0 and day not in resting:
            return day
        day += DAY
        if day not in resting:
            days -= 1
    return day


def longest_way(days: tuple[date, ...], transit_days: int, resting: AbstractSet[date]) -> int:
    """Calendar days on the way at worst, of a parcel that is handed over on any of `days`."""
    return max((arrival(day, transit_days, resting) - day).days for day in days)


def _next_sending(day: date, weekdays: str, resting: AbstractSet[date]) -> date:
    for _ in range(FAR):
        if str(day.isoweekday()) in weekdays and day not in resting:
            return day
        day += DAY
    return day
