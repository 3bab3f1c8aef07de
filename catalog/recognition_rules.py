"""Who may recognise which rank, under which criteria, until when: what a record must keep to be taken in.

Sources: 1048/QĐ-TTg (2019), 781/QĐ-TTg (2020), 148/QĐ-TTg (2023), 1489/QĐ-TTg (2025), Decision 26/2026/QĐ-TTg;
the dates are those of the decisions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from catalog.facts import CertificationFacts, Refusal
from catalog.models import AuthorityLevel, CriteriaVersion, EvidenceLevel, ExpiryBasis
from catalog.stars import (
    RENEWAL_CLOSES_DAYS,
    RENEWAL_OPENS_DAYS,
    SHOWN_STARS,
    RecognitionFacts,
    expiry_by_law,
)
from core.text import fold

DISTRICTS_FROM: Final = date(2023, 2, 24)
"""Districts recognise 3 stars from this day. Source: 148/QĐ-TTg of 24 February 2023."""

DISTRICTS_UNTIL: Final = date(2025, 7, 1)
"""Districts no longer exist from this day. Source: Resolution 202/2025/QH15; 1489/QĐ-TTg gives 3 stars to provinces."""

AUTHORITIES: Final = {
    3: frozenset({AuthorityLevel.DISTRICT, AuthorityLevel.PROVINCE}),
    4: frozenset({AuthorityLevel.PROVINCE, AuthorityLevel.MINISTRY}),
    5: frozenset({AuthorityLevel.MINISTRY}),
}
"""Levels that may recognise a rank. Source: 148/QĐ-TTg, 1489/QĐ-TTg, 26/2026 art. 5 and 6."""

FIRST_YEAR: Final = 2018
"""The programme began with 490/QĐ-TTg of 7 May 2018: nothing was recognised before."""

# From a day on, recognitions follow these criteria; None where two decisions were in force side by side
# (26/2026 came on 22 May 2026, 148 and 1489 lapsed on 21 July 2026).
_CRITERIA_FROM: Final[tuple[tuple[date, CriteriaVersion | None], ...]] = (
    (date(2026, 7, 22), CriteriaVersion.QD_26_2026),
    (date(2026, 5, 22), None),
    (date(2025, 7, 6), CriteriaVersion.QD_1489_2025),
    (DISTRICTS_FROM, CriteriaVersion.QD_148_2023),
    (date(2020, 6, 8), CriteriaVersion.QD_781_2020),
    (date(2019, 8, 21), CriteriaVersion.QD_1048_2019),
)


@dataclass(frozen=True, slots=True)
class FactFault:
    """One stated fact that breaks a rule."""

    field: str
    value: object
    reason: Refusal


def criteria_version_on(decided_on: date) -> CriteriaVersion | None:
    """The criteria that a decision of that day must have followed, or None where the law leaves two, or none."""
    return next((version for first_day, version in _CRITERIA_FROM if decided_on >= first_day), None)


def may_recognise(level: str, stars: int, decided_on: date | None, year: int | None = None) -> bool:
    """Whether an authority of `level` could give `stars` on that day, or in that `year` if no day is known."""
    if level not in AUTHORITIES.get(stars, frozenset()):
        return False
    if level != AuthorityLevel.DISTRICT:
        return True
    if decided_on is not None:
        return DISTRICTS_FROM <= decided_on < DISTRICTS_UNTIL
    return year is None or DISTRICTS_FROM.year <= year <= DISTRICTS_UNTIL.year


def decision_key(number: str | None) -> str:
    """A decision number for comparing: «3981 / QĐ-UBND» and «3981/QD-UBND» are one; "-" for none."""
    return re.sub(r"\s+", "", fold(number or "")) or "-"


def withdrawn_with(recognitions: Sequence[RecognitionFacts]) -> dict[int, int]:
    """Positions of one product's records that a withdrawal covers, each with that of the record it was noted at.

    A decision is withdrawn, not one record of it: every record of the same number and day is, the earliest
    withdrawal first, whichever of them was recorded later. Source: 26/2026 art. 8.
    """
    noted = sorted(
        (each.revoked_on, at) for at, each in enumerate(recognitions) if each.revoked_on is not None
    )
    first: dict[tuple[str, date | None], int] = {}
    for _, at in noted:
        first.setdefault(_decision_of(recognitions[at]), at)
    if not first:
        return {}
    decisions = map(_decision_of, recognitions)
    return {at: first[decision] for at, decision in enumerate(decisions) if decision in first}


def with_revocations(recognitions: Sequence[RecognitionFacts]) -> list[RecognitionFacts]:
    """`recognitions` of one product, in their order, each with the withdrawal that covers it (`withdrawn_with`)."""
    covered = withdrawn_with(recognitions)
    return [
        replace(each, revoked_on=recognitions[covered[at]].revoked_on) if at in covered else each
        for at, each in enumerate(recognitions)
    ]


def certification_faults(facts: CertificationFacts, today: date) -> Iterator[FactFault]:
    """Everything that keeps `facts` from being recorded on `today`; nothing if they may be."""
    if facts.stars not in SHOWN_STARS:
        yield FactFault("stars", facts.stars, Refusal.OUT_OF_RANGE)
        return
    if facts.score is not None and not 0 <= facts.score <= 100:
        yield FactFault("score", facts.score, Refusal.OUT_OF_RANGE)
    yield from _evidence_faults(facts)
    yield from _authority_faults(facts)
    yield from _date_faults(facts, today)
    yield from _expiry_faults(facts)


def renewal_fault(expires_on: date, filed_on: date, today: date) -> FactFault | None:
    """Why a dossier filed on that day is none; a late one (after E-120d, until E) is one.

    Source: 26/2026 art. 7(6)(a) for the window, art. 12(3) for those who missed it.
    """
    if filed_on > today:
        return FactFault("filed_on", filed_on, Refusal.IN_THE_FUTURE)
    if filed_on > expires_on:
        return FactFault("filed_on", filed_on, Refusal.AFTER_EXPIRY)
    if filed_on < expires_on - timedelta(days=RENEWAL_OPENS_DAYS):
        return FactFault("filed_on", filed_on, Refusal.BEFORE_WINDOW)
    return None


def is_late_renewal(expires_on: date, filed_on: date) -> bool:
    """Filed later than 120 days before the last day: taken in, but told."""
    return filed_on > expires_on - timedelta(days=RENEWAL_CLOSES_DAYS)


def _decision_of(facts: RecognitionFacts) -> tuple[str, date | None]:
    return decision_key(facts.decision_number), facts.decided_on


def _evidence_faults(facts: CertificationFacts) -> Iterator[FactFault]:
    if facts.evidence_level not in set(EvidenceLevel):
        yield FactFault("evidence_level", facts.evidence_level, Refusal.UNKNOWN_CHOICE)
    elif facts.evidence_level == EvidenceLevel.C:
        # What its holder claims or uploads is no recognition until an officer has seen the decision.
        yield FactFault("evidence_level", facts.evidence_level, Refusal.CLAIM_ONLY)
    if facts.criteria_version is not None and facts.criteria_version not in set(CriteriaVersion):
        yield FactFault("criteria_version", facts.criteria_version, Refusal.UNKNOWN_CHOICE)


def _authority_faults(facts: CertificationFacts) -> Iterator[FactFault]:
    level = facts.authority_level
    if level is None:
        if facts.decision_number and facts.decided_on:
            yield FactFault("authority_level", None, Refusal.MISSING)
    elif level not in set(AuthorityLevel):
        yield FactFault("authority_level", level, Refusal.UNKNOWN_CHOICE)
    elif not may_recognise(level, facts.stars, facts.decided_on, facts.recognised_year):
        yield FactFault("authority_level", level, Refusal.AUTHORITY_NOT_ALLOWED)


def _date_faults(facts: CertificationFacts, today: date) -> Iterator[FactFault]:
    if facts.decided_on is not None:
        if facts.decided_on > today:
            yield FactFault("decided_on", facts.decided_on, Refusal.IN_THE_FUTURE)
        elif facts.decided_on.year < FIRST_YEAR:
            yield FactFault("decided_on", facts.decided_on, Refusal.OUT_OF_RANGE)
    if facts.recognised_year is not None and not FIRST_YEAR <= facts.recognised_year <= today.year:
        too_late = facts.recognised_year > today.year
        reason = Refusal.IN_THE_FUTURE if too_late else Refusal.OUT_OF_RANGE
        yield FactFault("recognised_year", facts.recognised_year, reason)


def _expiry_faults(facts: CertificationFacts) -> Iterator[FactFault]:
    if facts.expiry_basis is not None and facts.expiry_basis not in set(ExpiryBasis):
        yield FactFault("expiry_basis", facts.expiry_basis, Refusal.UNKNOWN_CHOICE)
    if facts.expires_on is None or facts.decided_on is None:
        return
    legal = expiry_by_law(facts.decided_on)
    if facts.expires_on < facts.decided_on:
        yield FactFault("expires_on", facts.expires_on, Refusal.BEFORE_DECISION)
    elif facts.expires_on > legal:
        yield FactFault("expires_on", facts.expires_on, Refusal.AFTER_LEGAL_TERM)
    elif facts.expiry_basis == ExpiryBasis.LAW and facts.expires_on != legal:
        yield FactFault("expires_on", facts.expires_on, Refusal.NOT_THE_LEGAL_TERM)
