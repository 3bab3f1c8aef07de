"""Words and rules of fairs: kinds, states of taking part, where a fair lies for a producer. Pure values.

Sources: the project's decision 0051; Decision 26/2026/QĐ-TTg, criterion 4.3 (fairs in the province, outside it,
international).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

HOME_COUNTRY: Final = "VN"
GRID_MAX: Final = 40
"""A floor plan has at most so many columns and rows: more is unreadable on a telephone."""
BOOTH_PRODUCTS_MAX: Final = 60
"""A booth shows at most so many products: what its page and its card can still be read with."""

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class FairKind(StrEnum):
    """What kind of event it is."""

    FAIR = "fair"
    EXHIBITION = "exhibition"
    CONFERENCE = "conference"
    LIVE_SESSION = "live_session"
    POINT_OF_SALE = "point_of_sale"


class Phase(StrEnum):
    """How a fair stands at a moment, as visitors are told."""

    CANCELLED = "cancelled"
    COMING = "coming"
    BEFORE_OPENING = "before_opening"  # it runs, and opens later today
    OPEN = "open"
    AFTER_CLOSING = "after_closing"  # it runs, and opens again tomorrow
    LAST_CLOSING = "last_closing"  # it closed for good today
    OVER = "over"


class PlaceClass(StrEnum):
    """Where a fair lies, seen from a producer. Source: Decision 26/2026/QĐ-TTg, criterion 4.3."""

    IN_PROVINCE = "in_province"
    OUTSIDE_PROVINCE = "outside_province"
    INTERNATIONAL = "international"


class ParticipationState(StrEnum):
    """How far a producer's taking part has come."""

    INVITED = "invited"
    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """Who makes a move: those who hold the fair, or the producer."""

    ORGANISER = "organiser"
    PRODUCER = "producer"


_NEW: Final = None
MOVES: Final[dict[tuple[ParticipationState | None, ParticipationState], Side]] = {
    (_NEW, ParticipationState.INVITED): Side.ORGANISER,
    (_NEW, ParticipationState.REGISTERED): Side.PRODUCER,
    (ParticipationState.INVITED, ParticipationState.REGISTERED): Side.PRODUCER,
    (ParticipationState.INVITED, ParticipationState.WITHDRAWN): Side.PRODUCER,
    (ParticipationState.INVITED, ParticipationState.REFUSED): Side.ORGANISER,
    (ParticipationState.REGISTERED, ParticipationState.CONFIRMED): Side.ORGANISER,
    (ParticipationState.REGISTERED, ParticipationState.REFUSED): Side.ORGANISER,
    (ParticipationState.REGISTERED, ParticipationState.WITHDRAWN): Side.PRODUCER,
    (ParticipationState.CONFIRMED, ParticipationState.REFUSED): Side.ORGANISER,
    (ParticipationState.CONFIRMED, ParticipationState.WITHDRAWN): Side.PRODUCER,
    (ParticipationState.REFUSED, ParticipationState.INVITED): Side.ORGANISER,
    (ParticipationState.WITHDRAWN, ParticipationState.INVITED): Side.ORGANISER,
    (ParticipationState.WITHDRAWN, ParticipationState.REGISTERED): Side.PRODUCER,
}
"""Every move there is, and whose it is. A refused producer comes back by an invitation only."""


def may_move(present: ParticipationState | None, wanted: ParticipationState, side: Side) -> bool:
    """Whether `side` may lead a participation from `present` (None: there is none yet) to `wanted`."""
    return MOVES.get((present, wanted)) is side


def place_class(
    fair_country: str, fair_province: str | None, producer_province: str | None
) -> PlaceClass | None:
    """Where a fair lies for a producer: codes of today's provinces. None where a place is not known (a live session).

    Source: Decision 26/2026/QĐ-TTg, criterion 4.3.
    """
    if fair_country != HOME_COUNTRY:
        return PlaceClass.INTERNATIONAL
    if fair_province is None or producer_province is None:
        return None
    return PlaceClass.IN_PROVINCE if fair_province == producer_province else PlaceClass.OUTSIDE_PROVINCE


def read_hours(hours: str) -> tuple[time, time] | None:
    """The first and the last minute of «08:00-21:00», None for anything else or an end before its beginning."""
    found = _HOURS.fullmatch(hours)
    if found is None:
        return None
    numbers = [int(part) for part in found.groups()]
    opens, closes = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    return (opens, closes) if opens < closes else None


def is_open_at(starts_on: date, ends_on: date, hours: str, local: datetime) -> bool:
    """Whether a fair of these days and daily `hours` is open at `local`, a time of Vietnam's clocks."""
    span = read_hours(hours)
    if span is None or not starts_on <= local.date() <= ends_on:
        return False
    return span[0] <= local.time().replace(tzinfo=None) < span[1]


# What is told of a fair, in three groups that one page each asks for.

NAME_MAX: Final = 120
LINE_MAX: Final = 200
TEXT_MAX: Final = 3_000
URL_MAX: Final = 300
DAYS_MAX: Final = 3 * 366
"""No fair is longer; a point of sale is opened anew."""
FIRST_DAY: Final = date(2000, 1, 1)
"""No fair begins earlier, and none ends more than `AHEAD_MAX` after today: days at the ends of the calendar cannot be
counted from. Our limits."""
AHEAD_MAX: Final = timedelta(days=5 * 366)
ONLINE_KINDS: Final = frozenset({FairKind.LIVE_SESSION})
"""Kinds that need no province."""

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatFacts:
    """What and when. Days None: what was typed is no day. hours: «08:00-21:00»."""

    kind: str
    name: str
    name_en: str | None
    starts_on: date | None
    ends_on: date | None
    hours: str
    register_until_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """Where. province_code, commune_code: of today's places. kind: of the fair, which decides what is needed.

    is_commune_known: what was typed as a commune was understood.
    """

    kind: str
    venue: str
    address: str
    country: str
    province_code: str | None
    commune_code: str | None
    live_url: str | None
    is_commune_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutFacts:
    """Who holds it, and what visitors read. phone: of the organisation, «+84…», None without; «» for no number."""

    organiser_name: str
    phone: str | None
    summary: str
    summary_en: str | None


FairFacts = WhatFacts | PlaceFacts | AboutFacts


def faults_of(facts: FairFacts, on: date) -> dict[str, str]:
    """What is wrong with `facts`, by field; empty if nothing is. on: today, for days that may not lie behind us."""
    if isinstance(facts, WhatFacts):
        return _what_faults(facts, on)
    if isinstance(facts, PlaceFacts):
        return _place_faults(facts)
    return _about_faults(facts)


def missing_for_publication(
    kind: str, venue: str, country: str, province_code: str | None, organiser_name: str
) -> list[str]:
    """The groups («place», «about») that must be told more of before a fair can be published."""
    has_place = bool(venue) and (country != HOME_COUNTRY or province_code is not None or kind in ONLINE_KINDS)
    return [
        group for group, is_there in (("place", has_place), ("about", bool(organiser_name))) if not is_there
    ]


def _what_faults(facts: WhatFacts, on: date) -> dict[str, str]:
    faults = {}
    if facts.kind not in set(FairKind):
        faults["kind"] = "missing"
    faults |= _line_faults("name", facts.name, NAME_MAX, is_needed=True)
    faults |= _line_faults("name_en", facts.name_en or "", NAME_MAX)
    if read_hours(facts.hours) is None:
        faults["hours"] = "hours"
    return faults | _day_faults(facts, on)


def _day_faults(facts: WhatFacts, on: date) -> dict[str, str]:
    days = {
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "register_until_on": facts.register_until_on,
    }
    faults = {field: "day" for field, day in days.items() if day is None}
    if facts.starts_on is None or facts.ends_on is None:
        return faults
    if facts.starts_on < FIRST_DAY:
        faults["starts_on"] = "far"
    if facts.ends_on > on + AHEAD_MAX:
        faults["ends_on"] = "far"
    elif facts.ends_on < facts.starts_on:
        faults["ends_on"] = "reversed"
    elif facts.ends_on < on:
        faults["ends_on"] = "past"
    elif (facts.ends_on - facts.starts_on).days >= DAYS_MAX:
        faults["ends_on"] = "too_long"
    if facts.register_until_on is not None and facts.register_until_on > facts.ends_on:
        faults["register_until_on"] = "after_end"
    return faults


def _place_faults(facts: PlaceFacts) -> dict[str, str]:
    faults = _line_faults("venue", facts.venue, NAME_MAX, is_needed=True)
    faults |= _line_faults("address", facts.address, LINE_MAX)
    if not _COUNTRY.fullmatch(facts.country):
        faults["country"] = "country"
    is_home = facts.country == HOME_COUNTRY
    if is_home and facts.province_code is None and facts.kind not in ONLINE_KINDS:
        faults["province_code"] = "missing"
    if not is_home and facts.province_code is not None:
        faults["province_code"] = "abroad"
    if not facts.is_commune_known:
        faults["commune"] = "unknown"
    if facts.live_url is not None and not _is_web_address(facts.live_url):
        faults["live_url"] = "address"
    return faults


def _about_faults(facts: AboutFacts) -> dict[str, str]:
    faults = _line_faults("organiser_name", facts.organiser_name, NAME_MAX, is_needed=True)
    faults |= _line_faults("summary", facts.summary, TEXT_MAX)
    faults |= _line_faults("summary_en", facts.summary_en or "", TEXT_MAX)
    if facts.phone == "":
        faults["phone"] = "phone"
    return faults


def _line_faults(field: str, text: str, most: int, *, is_needed: bool = False) -> dict[str, str]:
    if is_needed and not text:
        return {field: "missing"}
    return {field: "too_long"} if len(text) > most else {}


def _is_web_address(url: str) -> bool:
    """Whether `url` is an encrypted address of the web with a host and without a user's name."""
    if len(url) > URL_MAX or any(ord(letter) <= 0x20 or letter in '<>"\\' for letter in url):
        return False
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and "." in (parts.hostname or "")
    except ValueError:
        return False
    return parts.scheme == "https" and has_host and parts.username is None


def phase_at(starts_on: date, ends_on: date, hours: str, local: datetime, *, is_cancelled: bool) -> Phase:
    """How a fair of these days and daily `hours` stands at `local`, a time of Vietnam's clocks.

    A fair whose hours cannot be read counts as open on its days.
    """
    day, span = local.date(), read_hours(hours)
    if is_cancelled:
        return Phase.CANCELLED
    if day < starts_on:
        return Phase.COMING
    if day > ends_on:
        return Phase.OVER
    if span is None or span[0] <= local.time() < span[1]:
        return Phase.OPEN
    if local.time() < span[0]:
        return Phase.BEFORE_OPENING
    return Phase.LAST_CLOSING if day == ends_on else Phase.AFTER_CLOSING
