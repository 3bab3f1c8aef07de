"""Certificates other than the OCOP recognition: food safety, VietGAP, organic and the like."""

from datetime import datetime

from sqlalchemy import select

from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import CertificateFacts, Refusal
from catalog.models import Certificate, CertificateKind, Document, Producer, Product
from catalog.operations.text_checks import optional_line
from catalog.recognition_rules import decision_key
from core.clock import vietnam_date
from core.db import db

NUMBER_MAX = 80


def record_certificate(
    holder: Product | Producer, facts: CertificateFacts, *, now: datetime, document: Document | None = None
) -> Certificate:
    """Record a certificate of one product, or of a producer and so of all that it makes.

    The same facts again give the record there is. Raises ContradictingRecordError if the holder has one of that
    kind, number and day of issue with another last day, InvalidFactError for an unknown kind, a day of issue in the
    future and a last day before it.
    """
    _check(facts, now)
    number = optional_line("number", facts.number, NUMBER_MAX)
    for known in _held_by(holder, facts.kind):
        if (decision_key(known.number), known.issued_on) != (decision_key(number), facts.issued_on):
            continue
        if known.expires_on != facts.expires_on:
            raise ContradictingRecordError(
                field="expires_on", recorded=known.expires_on, stated=facts.expires_on
            )
        if document is None or known.document_id == document.id:
            return known
    certificate = Certificate(
        kind=facts.kind,
        standard=optional_line("standard", facts.standard),
        number=number,
        issuer=optional_line("issuer", facts.issuer),
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        product_id=holder.id if isinstance(holder, Product) else None,
        producer_id=holder.id if isinstance(holder, Producer) else None,
        document=document,
        recorded_at=now,
    )
    db.session.add(certificate)
    db.session.flush()
    return certificate


def _check(facts: CertificateFacts, now: datetime) -> None:
    if facts.kind not in set(CertificateKind):
        raise InvalidFactError(field="kind", value=facts.kind, reason=Refusal.UNKNOWN_CHOICE)
    if facts.issued_on is None:
        return
    if facts.issued_on > vietnam_date(now):
        raise InvalidFactError(field="issued_on", value=facts.issued_on, reason=Refusal.IN_THE_FUTURE)
    if facts.expires_on is not None and facts.expires_on < facts.issued_on:
        raise InvalidFactError(field="expires_on", value=facts.expires_on, reason=Refusal.BEFORE_DECISION)


def _held_by(holder: Product | Producer, kind: str) -> list[Certificate]:
    column = Certificate.product_id if isinstance(holder, Product) else Certificate.producer_id
    same = select(Certificate).where(column == holder.id, Certificate.kind == kind).order_by(Certificate.id)
    return list(db.session.scalars(same))
