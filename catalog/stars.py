"""Which stars may be shown, and in which state the recognition is, on a given day.

The one place that answers; badge, order, facet, JSON and trace page all ask here. Everything is computed from
the dates of the record and the day (a date in Vietnam), so a star goes at midnight with no job running.

Sources: Decision 26/2026/QĐ-TTg of 22 May 2026, art. 5 to 8 and 12 (term, renewal, revocation, transition);
before it Decision 148/QĐ-TTg of 24 February 2023. The states are the programme's rules in our own words.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

CERTIFICATE_MONTHS: Final = 36
"""Term of a certificate, from the day of issue. Source: 26/2026 art. 7(6); the same under 148 (2023)."""

RENEWAL_OPENS_DAYS: Final = 180
"""A renewal dossier is filed no earlier than so many days before the end. Source: 26/2026 art. 7(6)(a)."""

RENEWAL_CLOSES_DAYS: Final = 120
"""…and no later than so many days before the end. Source: 26/2026 art. 7(6)(a)."""

EXTENSION_DAYS: Final = 180
"""How many days a certificate under re-assessment runs on, at most. Source: 26/2026 art. 12(3)."""

EXTENSION_RULE_FROM: Final = date(2026, 5, 22)
"""First day of art. 12(3). A certificate that had ended earlier cannot run on. Source: 26/2026 art. 11(1)."""

SHOWN_STARS: Final = frozenset({3, 4, 5})
"""Ranks that are certified at all; 1 and 2 stars bring no certificate. Source: 26/2026 art. 5."""


class CertificationState(StrEnum):
    """What a recognition is on one day. Stars show in the first five."""

    IN_FORCE = "in_force"
    RENEWAL_DUE = "renewal_due"
    LAST_DAYS = "last_days"
    AWAITING_RENEWAL = "awaiting_renewal"
    EXTENDED = "extended"
    EXPIRED = "expired"
    REVOKED = "revoked"
    INCOMPLETE = "incomplete"


STATES_WITH_STARS: Final = frozenset(
    {
        CertificationState.IN_FORCE,
        CertificationState.RENEWAL_DUE,
        CertificationState.LAST_DAYS,
        CertificationState.AWAITING_RENEWAL,
        CertificationState.EXTENDED,
    }
)


@dataclass(frozen=True, slots=True)
class RecognitionFacts:
    """What the record of one recognition says; None where the source states nothing.

    stars: 3, 4 or 5. decided_on: day of decision and issue. expires_on: the last day in force.
    revoked_on: first day without effect. renewal_filed_on, renewal_refused_on: the latest dossier for
    re-assessment and its refusal; a successful one is a new recognition and not recorded here.
    """

    stars: int
    decision_number: str | None
    decided_on: date | None
    expires_on: date | None
    revoked_on: date | None = None
    renewal_filed_on: date | None = None
    renewal_refused_on: date | None = None


def stars_on(recognitions: Sequence[RecognitionFacts], day: date) -> int | None:
    """The stars that may be shown for a product on `day`: 3, 4, 5 or None.

    recognitions: all of one product, in any order. Only the effective one counts (see `effective`).
    """
    facts = effective(recognitions, day)
    return None if facts is None else _shown_stars(facts, day)


def effective(recognitions: Sequence[RecognitionFacts], day: date) -> RecognitionFacts | None:
    """The recognition that speaks for the product on `day`, or None; see `effective_index`."""
    index = effective_index(recognitions, day)
    return None if index is None else recognitions[index]


def effective_index(recognitions: Sequence[RecognitionFacts], day: date) -> int | None:
    """Position in `recognitions` of the one that speaks for the product on `day`, or None.

    The latest decided on or before `day`, be it up, down or the same, revoked or run out: an older one never
    comes back to life. Of two decided on one day the later in the sequence. A decision of the future has no
    effect yet. A record without a date never beats a dated one; if nothing dated counts, the first such one.
    """
    chosen: int | None = None
    chosen_on = date.min
    for index, facts in enumerate(recognitions):
        if facts.decided_on is not None and chosen_on <= facts.decided_on <= day:
            chosen, chosen_on = index, facts.decided_on
    if chosen is not None:
        return chosen
    undated = (index for index, facts in enumerate(recognitions) if facts.decided_on is None)
    return next(undated, None)


def state_on(facts: RecognitionFacts, day: date) -> CertificationState:
    """The state of one recognition on `day`, by the rules of the decision in force.

    A revocation counts even where the record has gaps, so that a gap never hides it. Before the day of the
    decision there is nothing to show yet: `incomplete`. A dossier filed before the renewal window opens is
    not a filing yet: the state stays `in_force` until the window does.
    """
    if _has_come(facts.revoked_on, day):
        return CertificationState.REVOKED
    if not facts.decision_number or facts.decided_on is None or facts.expires_on is None:
        return CertificationState.INCOMPLETE
    if day < facts.decided_on:
        return CertificationState.INCOMPLETE
    if day > facts.expires_on:
        return CertificationState.EXTENDED if _runs_on(facts, day) else CertificationState.EXPIRED
    return _state_within_term(facts, facts.expires_on, day)


def last_day_on(facts: RecognitionFacts, day: date) -> date | None:
    """Until when the recognition holds, as known on `day`: one under re-assessment runs on for a while.

    None where the record states no end.
    """
    if facts.expires_on is None:
        return None
    runs_on = state_on(facts, day) is CertificationState.EXTENDED
    return facts.expires_on + timedelta(days=EXTENSION_DAYS) if runs_on else facts.expires_on


def next_change_on(recognitions: Sequence[RecognitionFacts], day: date) -> date | None:
    """The first day after `day` on which the effective recognition, its state or its stars differ, or None.

    What was computed from `stars_on` or `state_on` for `day` may be kept until the midnight before.
    """
    today = _answer(recognitions, day)
    days = {turn for facts in recognitions for turn in _turning_days(facts) if turn > day}
    return next((turn for turn in sorted(days) if _answer(recognitions, turn) != today), None)


def expiry_by_law(decided_on: date) -> date:
    """The last day in force of a certificate issued on `decided_on`: the same day 36 months later.

    29 February becomes 28 February. Source: 26/2026 art. 7(6); real decisions state it the same way.
    """
    year = decided_on.year + CERTIFICATE_MONTHS // 12
    last_day = calendar.monthrange(year, decided_on.month)[1]
    return date(year, decided_on.month, min(decided_on.day, last_day))


def _state_within_term(facts: RecognitionFacts, expires_on: date, day: date) -> CertificationState:
    days_left = (expires_on - day).days
    if days_left > RENEWAL_OPENS_DAYS:
        return CertificationState.IN_FORCE
    if _is_renewal_pending(facts, day):
        return CertificationState.AWAITING_RENEWAL
    if days_left > RENEWAL_CLOSES_DAYS:
        return CertificationState.RENEWAL_DUE
    return CertificationState.LAST_DAYS


def _runs_on(facts: RecognitionFacts, day: date) -> bool:
    """Art. 12(3): filed while still in force, no result yet, at most 180 days past the last day.

    The article speaks of a certificate that «continues to have effect»: one that ended before the article
    was in force, or whose dossier came after the end, has nothing to continue.
    """
    expires_on, filed_on = facts.expires_on, facts.renewal_filed_on
    if expires_on is None or filed_on is None or filed_on > expires_on or expires_on < EXTENSION_RULE_FROM:
        return False
    return (day - expires_on).days <= EXTENSION_DAYS and _is_renewal_pending(facts, day)


def _is_renewal_pending(facts: RecognitionFacts, day: date) -> bool:
    """A dossier is filed and has no result; the day of a refusal has one, a later dossier waits anew."""
    if facts.renewal_filed_on is None or day < facts.renewal_filed_on:
        return False
    refused_on = facts.renewal_refused_on
    return refused_on is None or day < refused_on or refused_on < facts.renewal_filed_on


def _shown_stars(facts: RecognitionFacts, day: date) -> int | None:
    if facts.stars in SHOWN_STARS and state_on(facts, day) in STATES_WITH_STARS:
        return facts.stars
    return None


def _answer(
    recognitions: Sequence[RecognitionFacts], day: date
) -> tuple[int, CertificationState, int | None] | None:
    index = effective_index(recognitions, day)
    if index is None:
        return None
    facts = recognitions[index]
    return index, state_on(facts, day), _shown_stars(facts, day)


def _turning_days(facts: RecognitionFacts) -> Iterator[date]:
    """Every day on which this record can begin to say something else."""
    stated = (facts.decided_on, facts.revoked_on, facts.renewal_filed_on, facts.renewal_refused_on)
    yield from (day for day in stated if day is not None)
    if facts.expires_on is not None:
        yield from _days_around(facts.expires_on)


def _days_around(expires_on: date) -> Iterator[date]:
    last = expires_on.toordinal()
    turns = (last - RENEWAL_OPENS_DAYS, last - RENEWAL_CLOSES_DAYS, last + 1, last + EXTENSION_DAYS + 1)
    # A clerk may have typed 9999-12-31 for «without end»: days outside the calendar never come.
    yield from (date.fromordinal(turn) for turn in turns if 1 <= turn <= date.max.toordinal())


def _has_come(on: date | None, day: date) -> bool:
    return on is not None and on <= day
