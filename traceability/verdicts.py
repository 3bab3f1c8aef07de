"""Which verdict a stamp gets, from facts alone.

The words and their order are those of the trace page's specification (docs/stamps.md#verdicts): what is more
serious speaks first. That a stamp was copied is said only where a person decided so.
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
    CONFIRMED_COPY = "confirmed_copy"
    RECALLED = "recalled"
    BAD_SEAL = "bad_seal"
    PAST_DATE = "past_date"
    CHECK_FURTHER = "check_further"
    RANK_LAPSED = "rank_lapsed"
    NOT_ACTIVATED = "not_activated"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    WITHDRAWN = "withdrawn"
    LOT_CODE = "lot_code"
    DISPLAY_SAMPLE = "display_sample"


NOT_FOUND: Final = frozenset({Verdict.UNKNOWN, Verdict.MISTYPED})

HTTP_STATUS: Final = {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404, Verdict.WITHDRAWN: 410}
"""Everything else answers 200: a page about goods that exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampFacts:
    """What is on record of a stamp that was issued.

    is_unit: False for one code printed on a whole lot. expires_on: the last good day of the lot (Vietnam), None if
    none is stated. scanned_before: None where looks may have been lost, so that nothing can be said.
    is_confirmed_copy: a person decided that the code was copied. is_doubtful: looks at it speak for a copy, and nobody
    has decided. has_bad_seal: the address scanned carried a seal that does not belong to it. is_display_sample: it
    stands on a table at a fair, where everybody scans it.
    """

    is_unit: bool
    is_activated: bool
    is_withdrawn: bool
    is_recalled: bool
    has_rank_lapsed: bool
    expires_on: date | None
    scanned_before: bool | None
    is_confirmed_copy: bool = False
    is_doubtful: bool = False
    has_bad_seal: bool = False
    is_display_sample: bool = False


def verdict_of(facts: StampFacts, on: date) -> Verdict:
    """The verdict of a stamp that was issued, on `on` (Vietnam).

    A unit of which nothing can be said about earlier looks is `valid_first`: no earlier look is on record.
    """
    for verdict, holds in (
        (Verdict.CONFIRMED_COPY, facts.is_confirmed_copy),
        (Verdict.RECALLED, facts.is_recalled),
        (Verdict.WITHDRAWN, facts.is_withdrawn),
        (Verdict.BAD_SEAL, facts.has_bad_seal),
        (Verdict.PAST_DATE, is_past_date(facts.expires_on, on)),
        (Verdict.CHECK_FURTHER, facts.is_doubtful),
        (Verdict.NOT_ACTIVATED, not facts.is_activated),
        (Verdict.RANK_LAPSED, facts.has_rank_lapsed),
        (Verdict.DISPLAY_SAMPLE, facts.is_display_sample),
        (Verdict.LOT_CODE, not facts.is_unit),
        (Verdict.VALID_AGAIN, bool(facts.scanned_before)),
    ):
        if holds:
            return verdict
    return Verdict.VALID_FIRST


def is_past_date(expires_on: date | None, on: date) -> bool:
    """Whether the last good day is over; on that day itself the goods are good."""
    return expires_on is not None and on > expires_on


def has_rank_lapsed(recognitions: Sequence[RecognitionFacts], on: date) -> bool:
    """Whether the recognition that speaks for the product was in force once and is expired or revoked on `on`."""
    speaking = effective(recognitions, on)
    return speaking is not None and state_on(speaking, on) in LAPSED_STATES
