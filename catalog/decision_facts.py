"""A decision of an authority as an officer states it: one paper, one day, one or many products. Plain values.

Text is cleaned by the operations. None is «not stated».
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.facts import CertificationFacts
from catalog.models import EvidenceLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """What stands at the head of a decision that recognises. Values as in `catalog.facts.CertificationFacts`."""

    decision_number: str
    decided_on: date
    authority_level: str
    authority_name: str
    criteria_version: str | None = None
    expires_on: date | None = None
    expiry_basis: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One product of a decision. stars: 3, 4 or 5. score: the council's mean, 0 to 100."""

    product_id: int
    stars: int
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DecisionFault:
    """What keeps a decision from being recorded. position: of the line, from 1; None for its head.

    field, value: of the fact. reason: a `catalog.facts.Refusal`. recorded: what is on record instead, if that is why.
    """

    position: int | None
    field: str
    value: object
    reason: str
    recorded: object = None


def certification_facts(facts: DecisionFacts, stars: int, score: Decimal | None) -> CertificationFacts:
    """The recognition of one product by the decision. Evidence level A: an officer read the decision itself."""
    return CertificationFacts(
        stars=stars,
        score=score,
        evidence_level=EvidenceLevel.A.value,
        decision_number=facts.decision_number,
        decided_on=facts.decided_on,
        authority_level=facts.authority_level,
        authority_name=facts.authority_name,
        criteria_version=facts.criteria_version,
        expires_on=facts.expires_on,
        expiry_basis=facts.expiry_basis,
        note=facts.note,
    )
