"""Words and rules of fairs: kinds, states of taking part, where a fair lies for a producer. Pure values.

Sources: the project's decision 0051; Decision 26/2026/QĐ-TTg, criterion 4.3 (fairs in the province, outside it,
international).
"""

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

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
