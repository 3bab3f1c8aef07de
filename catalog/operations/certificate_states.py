"""Certificates other than OCOP from their holder's word to the public record: what officers decide about them.

Only an officer's decision puts a certificate on the public record. An OCOP certificate never gets there this way,
whatever anybody decides: recognitions are recorded from decisions (`catalog.operations.certifications`).
Source: docs/decisions/0023-papers-are-private.md.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.errors import (
    AlreadyWithdrawnError,
    ClaimDecidedError,
    InvalidFactError,
    OwnClaimError,
    OwnProducerError,
)
from catalog.facts import CertificateFacts, Refusal
from catalog.models import Certificate, CertificateKind, Product
from catalog.models.evidence import (
    OCOP,
    CertificateClaim,
    CertificatePage,
    CertificateReview,
    CertificateWithdrawal,
    EvidencePage,
    ReviewMethod,
    ReviewOutcome,
)
from catalog.operations.certificate_claims import is_open, lock_claim, note_act, outcome_of
from catalog.operations.certificate_notices import tell_members
from catalog.operations.certificates import record_certificate
from catalog.operations.text_checks import optional_text
from catalog.operations.webhook_news import tell_of_review
from catalog.permissions.office import has_part
from catalog.queries.logged_certificates import VERIFIED, WITHDRAWN, verified_entry, withdrawn_entry
from catalog.recognition_rules import decision_key
from core.db import db
from transparency.operations import append

REASON_MAX: Final = 1_000

# Many holders use one and the same registration of these. Source: Law on Intellectual Property, articles 87 and 123.
SHARED_KINDS: Final = frozenset({CertificateKind.GEOGRAPHICAL_INDICATION, CertificateKind.COLLECTIVE_MARK})


def verify_claim(
    claim: CertificateClaim,
    method: str,
    *,
    public_pages: Sequence[int] = (),
    by: Actor,
    now: datetime,
) -> CertificateReview:
    """Put the certificate on the public record, as compared by an officer.

    method: a `ReviewMethod`. public_pages: numbers of the pages of its paper that everybody may see, as our pictures;
    the file itself is never published. Whether the officer may decide here is asked before (`can_decide`).
    Raises ClaimDecidedError if another officer was first or the producer took it back, OwnClaimError for a member of
    that producer, InvalidFactError for an OCOP certificate, an unknown method, a page that is not drawn, a number that
    is on record for another holder, and a product that another producer makes by now. Nothing has changed then.
    """
    _open_to(claim, by)
    if claim.kind == OCOP:
        raise InvalidFactError(field="kind", value=claim.kind, reason=Refusal.CLAIM_ONLY)
    if method not in set(ReviewMethod):
        raise InvalidFactError(field="method", value=method, reason=Refusal.UNKNOWN_CHOICE)
    pages = {page.number: page for page in claim.evidence.pages}
    if not set(public_pages) <= pages.keys():
        raise InvalidFactError(field="public_pages", value=list(public_pages), reason=Refusal.UNKNOWN_CHOICE)
    if claim.product is not None and claim.product.producer_id != claim.producer_id:
        raise InvalidFactError(field="product", value=claim.product_id, reason=Refusal.ANOTHER_HOLDER)
    if list_other_holders(claim):
        raise InvalidFactError(field="number", value=claim.number, reason=Refusal.ANOTHER_HOLDER)
    certificate = _on_record(claim, now)
    _publish(certificate, [pages[number] for number in sorted(set(public_pages))])
    review = _review(claim, ReviewOutcome.VERIFIED, by=by, now=now, method=method, certificate=certificate)
    append(VERIFIED, *verified_entry(review), now)
    note_act(
        "verify_certificate",
        claim,
        by=by,
        now=now,
        after={"certificate": certificate.id, "method": method, "public_pages": len(set(public_pages))},
    )
    tell_members(claim, review, now=now)
    return review


def refuse_claim(claim: CertificateClaim, reason: str, *, by: Actor, now: datetime) -> CertificateReview:
    """Refuse a claim with a reason for its producer. Raises as `verify_claim`; InvalidFactError without a reason."""
    return _close(claim, ReviewOutcome.REFUSED, reason, by, now)


def note_claim(claim: CertificateClaim, remark: str, *, by: Actor, now: datetime) -> CertificateReview:
    """Keep an OCOP certificate that its holder handed in as evidence, without any effect on recognitions.

    Raises as `refuse_claim`, and InvalidFactError for another kind.
    """
    if claim.kind != OCOP:
        raise InvalidFactError(field="kind", value=claim.kind, reason=Refusal.UNKNOWN_CHOICE)
    return _close(claim, ReviewOutcome.NOTED, remark, by, now)


def withdraw_certificate(
    certificate: Certificate, reason: str, *, by: Actor, now: datetime
) -> CertificateWithdrawal:
    """Take a certificate off the public record for good: it turned out not to hold.

    Raises AlreadyWithdrawnError, InvalidFactError without a reason, OwnProducerError for whoever works for its holder.
    """
    told = _reason(reason)
    product = db.session.get(Product, certificate.product_id) if certificate.product_id else None
    if has_part(by, certificate.producer_id, product.producer_id if product else None):
        raise OwnProducerError(subject=f"certificate:{certificate.id}")
    db.session.execute(select(Certificate.id).where(Certificate.id == certificate.id).with_for_update())
    known = db.session.scalar(
        select(CertificateWithdrawal.id).where(CertificateWithdrawal.certificate_id == certificate.id)
    )
    if known is not None:
        raise AlreadyWithdrawnError(certificate_id=certificate.id)
    withdrawal = CertificateWithdrawal(
        certificate_id=certificate.id, reason=told, officer_id=by.user_id, withdrawn_at=now
    )
    db.session.add(withdrawal)
    db.session.flush()
    append(WITHDRAWN, *withdrawn_entry(withdrawal), now)
    record_act(
        "catalog.withdraw_certificate",
        by=by,
        subject=f"certificate:{certificate.id}",
        reason=told,
        producer_id=certificate.producer_id,
        now=now,
    )
    return withdrawal


def list_other_holders(claim: CertificateClaim) -> list[Certificate]:
    """Certificates on the public record with the same kind and number, held by another producer."""
    if claim.kind in SHARED_KINDS:
        return []
    rows = db.session.scalars(
        select(Certificate)
        .outerjoin(Product, Product.id == Certificate.product_id)
        .where(
            Certificate.kind == claim.kind,
            or_(Certificate.producer_id != claim.producer_id, Product.producer_id != claim.producer_id),
        )
    )
    return [row for row in rows if decision_key(row.number) == decision_key(claim.number)]


def _open_to(claim: CertificateClaim, by: Actor) -> None:
    """Nobody else decides meanwhile, nobody has decided, and who decides has no part in it."""
    lock_claim(claim)
    if not is_open(claim):
        raise ClaimDecidedError(claim_id=claim.id, outcome=outcome_of(claim))
    if has_part(by, claim.producer_id, claim.product.producer_id if claim.product else None):
        raise OwnClaimError(claim_id=claim.id)


def _close(
    claim: CertificateClaim, outcome: ReviewOutcome, reason: str, by: Actor, now: datetime
) -> CertificateReview:
    _open_to(claim, by)
    told = _reason(reason)
    review = _review(claim, outcome, by=by, now=now, reason=told)
    verb = "refuse_certificate" if outcome is ReviewOutcome.REFUSED else "note_certificate"
    note_act(verb, claim, by=by, now=now, reason=told)
    tell_members(claim, review, now=now)
    return review


def _reason(text: str) -> str:
    told = optional_text("reason", text, REASON_MAX)
    if told is None:
        raise InvalidFactError(field="reason", value=text, reason=Refusal.MISSING)
    return told


def _public_facts(claim: CertificateClaim) -> CertificateFacts:
    return CertificateFacts(
        kind=claim.kind,
        standard=claim.standard,
        number=claim.number,
        issuer=claim.issuer,
        issued_on=claim.issued_on,
        expires_on=claim.expires_on,
    )


def _on_record(claim: CertificateClaim, now: datetime) -> Certificate:
    """The row of the public record. Raises AlreadyWithdrawnError if the same certificate was found not to hold."""
    certificate = record_certificate(claim.product or claim.producer, _public_facts(claim), now=now)
    is_withdrawn = select(CertificateWithdrawal.id).where(
        CertificateWithdrawal.certificate_id == certificate.id
    )
    if db.session.scalar(is_withdrawn) is not None:
        raise AlreadyWithdrawnError(certificate_id=certificate.id)
    return certificate


def _publish(certificate: Certificate, pages: Sequence[EvidencePage]) -> None:
    """Let everybody see these pages; those of an earlier claim of the same certificate stay as they are."""
    known = select(CertificatePage.id).where(CertificatePage.certificate_id == certificate.id).limit(1)
    if db.session.scalar(known) is not None:
        return
    for number, page in enumerate(pages, start=1):
        db.session.add(
            CertificatePage(
                certificate_id=certificate.id,
                number=number,
                width=page.width,
                height=page.height,
                byte_count=page.byte_count,
                sha256=page.sha256,
            )
        )


def _review(
    claim: CertificateClaim,
    outcome: ReviewOutcome,
    *,
    by: Actor,
    now: datetime,
    method: str | None = None,
    reason: str | None = None,
    certificate: Certificate | None = None,
) -> CertificateReview:
    review = CertificateReview(
        claim=claim,
        outcome=outcome,
        method=method,
        reason=reason,
        officer_id=by.user_id,
        reviewed_at=now,
        certificate_id=certificate.id if certificate else None,
    )
    db.session.add(review)
    db.session.flush()
    tell_of_review(claim, review, now=now)
    return review
