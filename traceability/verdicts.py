"""Which verdict a stamp gets, from facts alone.

The words and their order are those of the trace page's specification (docs/stamps.md#verdicts): what is more
serious speaks first. Verdicts that rest on seals, on clone rules or on fairs come with the code that can tell them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from catalog.stars import CertificationState, RecognitionFacts, effective, state_on

LAPSED_STATES: Final = frozenset({CertificationState.EXPIRED, CertificationState.REVOKED})
"""A recognition that was in force once and is not any more; `incomplete` never was, as far as is known."""


class Verdict(StrEnum):
    """What can be said of a code, in words for machines."""

    VALID_FIRST = "valid_first"
    VALID_AGAIN = "valid_again"
    RECALLED = "recalled"
    PAST_DATE = "past_date"
    RANK_LAPSED = "rank_lapsed"
    NOT_ACTIVATED = "not_activated"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    WITHDRAWN = "withdrawn"
    LOT_CODE = "lot_code"


NOT_FOUND: Final = frozenset({Verdict.UNKNOWN, Verdict.MISTYPED})

HTTP_STATUS: Final = {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404, Verdict.WITHDRAWN: 410}
"""Everything else answers 200: a page about goods that exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFacts:
    """What is on record of a stamp that was issued.

    is_unit: False for one code printed on a whole lot. expires_on: the last good day of the lot (Vietnam), None if
    none is stated. scanned_before: None where looks may have been lost, so that nothing can be said.
    """

    is_unit: bool
    is_activated: bool
    is_withdrawn: bool
    is_recalled: bool
    has_rank_lapsed: bool
    expires_on: date | None
    scanned_before: bool | None


def verdict_of(facts: StampFacts, on: date) -> Verdict:
    """The verdict of a stamp that was issued, on `on` (Vietnam).

    A unit of which nothing can be said about earlier looks is `valid_first`: no earlier look is on record.
    """
    if facts.is_recalled:
        return Verdict.RECALLED
    if facts.is_withdrawn:
        return Verdict.WITHDRAWN
    if is_past_date(facts.expires_on, on):
        return Verdict.PAST_DATE
    if not facts.is_activated:
        return Verdict.NOT_ACTIVATED
    if facts.has_rank_lapsed:
        return Verdict.RANK_LAPSED
    if not facts.is_unit:
        return Verdict.LOT_CODE
    return Verdict.VALID_AGAIN if facts.scanned_before else Verdict.VALID_FIRST


def is_past_date(expires_on: date | None, on: date) -> bool:
    """Whether the last good day is over; on that day itself the goods are good."""
    return expires_on is not None and on > expires_on


def has_rank_lapsed(recognitions: Sequence[RecognitionFacts], on: date) -> bool:
    """Whether the recognition that speaks for the product was in force once and is expired or revoked on `on`."""
    speaking = effective(recognitions, on)
    return speaking is not None and state_on(speaking, on) in LAPSED_STATES
