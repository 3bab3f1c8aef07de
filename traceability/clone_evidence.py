"""What speaks for a stamp having been copied: ranked evidence, and the grade that it adds up to. Values in, values out.

Counts of looks alone are a bad alarm: a photograph that somebody posted, a gift, a wrong guess of where an address is,
all look like copies. What is known of the one pack is stronger: where the order went that delivered it, when, and who
said to have opened it. Source: traceability design 4.7; measured by `python -m bench.clones` (docs/clones.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

GRADE_NOTED: Final = 1
"""Seen by the producer and by officers."""
GRADE_TOLD: Final = 2
"""Whoever scans the stamp is asked to look twice."""
GRADE_STRONG: Final = 3
"""As before, and first in the lists of those who decide."""

CONFIRMED_DEVICES: Final = 2
"""So many devices make a province certain: one alone may have been placed wrongly."""
SPREAD_DEVICES: Final = 6
SPREAD_TIME: Final = timedelta(days=7)
SPREAD_PROVINCES: Final = 3
BURST_DAYS: Final = 7
OUTSIDE_BURST: Final = 3
"""A posted photograph is looked at within days; copies are bought and looked at for weeks. So many devices must have
looked outside the week in which most did."""
ELSEWHERE_DEVICES: Final = 4
AT_HOME_TIME: Final = timedelta(hours=1)
"""Looks keep only their hour: what lies within it is not told apart."""


class Reason(StrEnum):
    """A kind of evidence, the strongest first."""

    OPENED_TWICE = "opened_twice"
    AFTER_OPENING = "after_opening"
    BEFORE_SHIPPING = "before_shipping"
    ELSEWHERE = "elsewhere"
    OUT_OF_AREA = "out_of_area"
    MANY_PROVINCES = "many_provinces"
    MORE_THAN_SOLD = "more_than_sold"


@dataclass(frozen=True, slots=True)
class LookFact:
    """A look at a stamp, or a claim to have opened it. hour_at: aware. province: None where it is not known.

    device: the hash of that day; one device has another hash on another day.
    """

    hour_at: datetime
    province: str | None
    device: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """All that is known of one pack with a code of its own.

    shipped_at, destination: of the order that delivered it, None without a binding; destination is today's province.
    bound_at: when its code was bound to that order. home: the producer's province, where its own people look. area:
    provinces in which the lot is sold, as its producer declared; none: not declared. opening, later: who said to have
    bought and opened it. is_beyond_sales: more packs of the lot were looked at than have left the house.
    is_sample: shown at a fair, where everybody looks.
    """

    looks: Sequence[LookFact]
    home: str | None = None
    bound_at: datetime | None = None
    shipped_at: datetime | None = None
    destination: str | None = None
    area: frozenset[str] = frozenset()
    opening: LookFact | None = None
    later: Sequence[LookFact] = ()
    is_beyond_sales: bool = False
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """grade: 0 where nothing speaks for a copy. reasons: the strongest first. is_sample: nothing ever will."""

    grade: int = 0
    reasons: tuple[Reason, ...] = ()
    is_sample: bool = False


@dataclass(slots=True)
class _Spread:
    """Where and when devices looked, without the producer's own province before the pack was sent."""

    devices_in: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    days: dict[bytes, date] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None


def assess(unit: UnitFacts) -> Assessment:
    """What the looks at a pack add up to. A declared sample of a fair never alarms anybody."""
    if unit.is_sample:
        return Assessment(is_sample=True)
    if not (unit.looks or unit.later):
        return Assessment()
    grades = {reason: grade for reason, grade in _evidence(unit).items() if grade}
    if not grades:
        return Assessment()
    grade = max(grades.values())
    # Two independent pieces of evidence that are each enough to tell are more than one.
    if sum(each >= GRADE_TOLD for each in grades.values()) > 1:
        grade = GRADE_STRONG
    return Assessment(grade, tuple(reason for reason in Reason if reason in grades))


def is_spread(looks: Iterable[LookFact]) -> bool:
    """The confirmed-province rule by itself: two provinces certain, six devices and seven days; or three certain.

    Source: traceability design 4.7, last line of its table.
    """
    spread = _spread_of(looks)
    certain = _certain(spread.devices_in)
    return len(certain) >= SPREAD_PROVINCES or (
        len(certain) >= 2 and len(spread.days) >= SPREAD_DEVICES and _lasts(spread) >= SPREAD_TIME
    )


def _evidence(unit: UnitFacts) -> Mapping[Reason, int]:
    spread = _spread_of(unit.looks)
    certain = _certain(spread.devices_in)
    return {
        Reason.OPENED_TWICE: _opened_twice(unit),
        Reason.AFTER_OPENING: _after_opening(unit),
        Reason.BEFORE_SHIPPING: _before_shipping(unit),
        Reason.ELSEWHERE: _elsewhere(unit, spread, certain),
        Reason.OUT_OF_AREA: _out_of_area(unit, spread, certain),
        Reason.MANY_PROVINCES: _many_provinces(unit, spread),
        Reason.MORE_THAN_SOLD: GRADE_NOTED if unit.is_beyond_sales and unit.shipped_at is None else 0,
    }


def _opened_twice(unit: UnitFacts) -> int:
    """Others say to have opened what was opened before: from another province, or more than one of them."""
    if unit.opening is None or not unit.later:
        return 0
    first = unit.opening.province
    elsewhere = [each for each in unit.later if each.province and first and each.province != first]
    if len(unit.later) > 1:
        return GRADE_STRONG if elsewhere else GRADE_TOLD
    return GRADE_TOLD if elsewhere else GRADE_NOTED


def _after_opening(unit: UnitFacts) -> int:
    """Devices looked, after the pack was opened, in provinces that are certain and not that of the opening."""
    if unit.opening is None or unit.opening.province is None:
        return 0
    after = [look for look in unit.looks if look.hour_at > unit.opening.hour_at + AT_HOME_TIME]
    spread = _spread_of(after)
    others = _certain(spread.devices_in) - {unit.opening.province}
    if not others or not _is_lasting(spread, ELSEWHERE_DEVICES):
        return 0
    return GRADE_TOLD


def _before_shipping(unit: UnitFacts) -> int:
    """Somebody elsewhere looked at the code before the pack had left the house.

    One device may have been placed wrongly, so it is noted; two are told.
    """
    if unit.bound_at is None or unit.home is None:
        return 0
    until = unit.shipped_at or datetime.max.replace(tzinfo=unit.bound_at.tzinfo)
    early = [
        look
        for look in unit.looks
        if look.hour_at + AT_HOME_TIME < until and look.province not in (None, unit.home, unit.destination)
    ]
    devices = {look.device for look in early if look.device is not None}
    if len(devices) >= CONFIRMED_DEVICES:
        return GRADE_TOLD
    return GRADE_NOTED if devices else 0


def _elsewhere(unit: UnitFacts, spread: _Spread, certain: frozenset[str]) -> int:
    """The order went to one province, and devices look at its code in others, again and again."""
    if unit.destination is None:
        return 0
    others = certain - {unit.destination, unit.home}
    if not others:
        return 0
    devices = sum(len(spread.devices_in[province]) for province in others)
    if devices >= ELSEWHERE_DEVICES and _is_lasting(spread, ELSEWHERE_DEVICES):
        # A gift is looked at in one other province by a household.
        return GRADE_TOLD if len(others) > 1 or devices >= SPREAD_DEVICES else GRADE_NOTED
    return 0


def _out_of_area(unit: UnitFacts, spread: _Spread, certain: frozenset[str]) -> int:
    if not unit.area:
        return 0
    outside = certain - unit.area - {unit.home, unit.destination}
    if not outside:
        return 0
    return GRADE_TOLD if len(outside) > 1 and _is_lasting(spread, SPREAD_DEVICES) else GRADE_NOTED


def _many_provinces(unit: UnitFacts, spread: _Spread) -> int:
    """The confirmed-province rule, where it was no burst: that is told; a burst is noted."""
    if not is_spread(unit.looks):
        return 0
    return GRADE_TOLD if _is_lasting(spread, SPREAD_DEVICES) else GRADE_NOTED


def _spread_of(looks: Iterable[LookFact]) -> _Spread:
    spread = _Spread()
    for look in looks:
        if look.device is None:
            continue
        if look.province is not None:
            spread.devices_in[look.province].add(look.device)
        spread.days.setdefault(look.device, look.hour_at.date())
        spread.first_at = min(spread.first_at or look.hour_at, look.hour_at)
        spread.last_at = max(spread.last_at or look.hour_at, look.hour_at)
    return spread


def _certain(devices_in: Mapping[str, set[bytes]]) -> frozenset[str]:
    return frozenset(
        province for province, devices in devices_in.items() if len(devices) >= CONFIRMED_DEVICES
    )


def _lasts(spread: _Spread) -> timedelta:
    if spread.first_at is None or spread.last_at is None:
        return timedelta(0)
    return spread.last_at - spread.first_at


def _is_lasting(spread: _Spread, devices: int) -> bool:
    """Whether so many devices looked, for a week at least, and not nearly all of them within one week."""
    if len(spread.days) < devices or _lasts(spread) < SPREAD_TIME:
        return False
    days = sorted(spread.days.values())
    busiest = max(
        sum(1 for other in days if timedelta(0) <= other - day < timedelta(days=BURST_DAYS)) for day in days
    )
    return len(days) - busiest >= min(OUTSIDE_BURST, len(days) // 3)
