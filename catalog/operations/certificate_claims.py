"""What producers state of their certificates: claims with a paper, never changed, taken back or claimed anew.

A claim is shown to its producer and to officers, and to nobody else before an officer has verified it
(`catalog.operations.certificate_states`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import ClaimDecidedError, InvalidFactError
from catalog.facts import Refusal
from catalog.models import CertificateKind, Producer, Product
from catalog.models.evidence import OCOP, CertificateClaim, EvidenceFile
from catalog.operations.certificates import NUMBER_MAX
from catalog.operations.text_checks import optional_line, required_line
from core.clock import vietnam_date
from core.db import db

ISSUER_MAX: Final = 200
STANDARD_MAX: Final = 100
CLAIM_KINDS: Final = (*(kind.value for kind in CertificateKind), OCOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """A certificate as its holder states it. kind: a `CertificateKind` or «ocop». expires_on: None: no end."""

    kind: str
    number: str
    issuer: str
    issued_on: date | None
    expires_on: date | None = None
    standard: str | None = None


def claim_certificate(
    holder: Producer | Product,
    facts: ClaimFacts,
    *,
    evidence: EvidenceFile,
    submission_key: str,
    by: Actor,
    now: datetime,
    supersedes: CertificateClaim | None = None,
) -> CertificateClaim:
    """Put down that a producer, or one of its products, holds a certificate; nothing of it is public.

    submission_key: of the form, so that sending it twice is one claim. supersedes: the own claim that this one
    corrects; if no officer has decided about that yet, it is taken back.
    Raises InvalidFactError for a fact that is missing or cannot be.
    """
    producer_id = holder.id if isinstance(holder, Producer) else holder.producer_id
    known = db.session.scalar(
        select(CertificateClaim).where(
            CertificateClaim.submission_key == submission_key, CertificateClaim.producer_id == producer_id
        )
    )
    if known is not None:
        return known
    claim = CertificateClaim(
        submission_key=submission_key,
        producer_id=producer_id,
        product_id=holder.id if isinstance(holder, Product) else None,
        evidence=evidence,
        supersedes_id=supersedes.id if supersedes else None,
        claimed_by_id=by.user_id,
        claimed_at=now,
        **checked_facts(facts, vietnam_date(now)),
    )
    db.session.add(claim)
    db.session.flush()
    note_act("claim_certificate", claim, by=by, now=now, after={"kind": claim.kind, "evidence": evidence.id})
    if supersedes is not None and is_open(supersedes):
        _take_back(supersedes, by, now)
    return claim


def take_back_claim(claim: CertificateClaim, *, by: Actor, now: datetime) -> None:
    """Take a claim back before an officer decides about it. Taken back already: nothing happens.

    Raises ClaimDecidedError if an officer was first.
    """
    lock_claim(claim)
    if claim.withdrawn_at is not None:
        return
    if not is_open(claim):
        raise ClaimDecidedError(claim_id=claim.id, outcome=outcome_of(claim))
    _take_back(claim, by, now)


def checked_facts(facts: ClaimFacts, today: date) -> dict[str, object]:
    """`facts` cleaned, as columns. Raises InvalidFactError with the first field that cannot be."""
    if facts.kind not in CLAIM_KINDS:
        raise InvalidFactError(field="kind", value=facts.kind, reason=Refusal.UNKNOWN_CHOICE)
    number = required_line("number", facts.number, NUMBER_MAX)
    issuer = required_line("issuer", facts.issuer, ISSUER_MAX)
    if facts.issued_on is None:
        raise InvalidFactError(field="issued_on", value=None, reason=Refusal.MISSING)
    if facts.issued_on > today:
        raise InvalidFactError(field="issued_on", value=facts.issued_on, reason=Refusal.IN_THE_FUTURE)
    if facts.expires_on is not None and facts.expires_on < facts.issued_on:
        raise InvalidFactError(field="expires_on", value=facts.expires_on, reason=Refusal.BEFORE_DECISION)
    return {
        "kind": facts.kind,
        "number": number,
        "issuer": issuer,
        "issued_on": facts.issued_on,
        "expires_on": facts.expires_on,
        "standard": optional_line("standard", facts.standard, STANDARD_MAX),
    }


def lock_claim(claim: CertificateClaim) -> None:
    """Let nobody else decide about `claim` before this transaction ends (SQLite has one writer anyway)."""
    db.session.execute(select(CertificateClaim.id).where(CertificateClaim.id == claim.id).with_for_update())
    db.session.refresh(claim, ["withdrawn_at", "review"])


def is_open(claim: CertificateClaim) -> bool:
    """Whether nobody has decided about the claim and it was not taken back."""
    return claim.withdrawn_at is None and claim.review is None


def outcome_of(claim: CertificateClaim) -> str | None:
    """What was decided about the claim: a `ReviewOutcome`, None if nothing was."""
    return claim.review.outcome if claim.review else None


def note_act(
    verb: str,
    claim: CertificateClaim,
    *,
    by: Actor,
    now: datetime,
    after: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Tell the audit trail what was done about `claim`."""
    place = claim.producer.place
    record_act(
        f"catalog.{verb}",
        by=by,
        subject=f"certificate_claim:{claim.id}",
        after=after,
        reason=reason,
        producer_id=claim.producer_id,
        province_code=place.current_province_code if place else None,
        now=now,
    )


def _take_back(claim: CertificateClaim, by: Actor, now: datetime) -> None:
    claim.withdrawn_at = now
    db.session.flush()
    note_act("take_back_claim", claim, by=by, now=now)
