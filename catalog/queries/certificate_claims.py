"""Claims of certificates: those of a producer, and those that wait for an officer."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Certificate, Producer
from catalog.models.evidence import (
    CertificateClaim,
    CertificateReview,
    CertificateWithdrawal,
    EvidenceFile,
)
from catalog.queries.office_scope import producers_of
from catalog.queries.workspace import get_own_producer
from core.db import db

PER_PAGE: Final = 50
MOST_OF_A_PRODUCER: Final = 200


def list_own_claims(actor: Actor, producer_id: int) -> Sequence[CertificateClaim]:
    """What a producer has claimed, the latest first, with what was decided. Raises NotYoursError."""
    producer = get_own_producer(actor, producer_id)
    return db.session.scalars(
        _claims()
        .where(CertificateClaim.producer_id == producer.id)
        .order_by(CertificateClaim.id.desc())
        .limit(MOST_OF_A_PRODUCER)
    ).all()


def get_own_claim(actor: Actor, producer_id: int, claim_id: int) -> CertificateClaim:
    """One claim of a producer that `actor` works for. Raises NotYoursError."""
    producer = get_own_producer(actor, producer_id)
    found = db.session.scalar(
        _claims().where(CertificateClaim.id == claim_id, CertificateClaim.producer_id == producer.id)
    )
    if found is None:
        raise NotYoursError(claim_id=claim_id)
    return found


def count_waiting_claims(actor: Actor) -> int:
    """How many claims wait in the area of `actor`."""
    return db.session.scalar(select(func.count()).select_from(_waiting(actor).subquery())) or 0


def list_waiting_claims(actor: Actor, page: int = 1) -> Sequence[CertificateClaim]:
    """Claims that wait in the area of `actor`, the oldest first; `page` counts from 1."""
    ids = _waiting(actor).order_by(CertificateClaim.id).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    return db.session.scalars(
        _claims().where(CertificateClaim.id.in_(list(db.session.scalars(ids)))).order_by(CertificateClaim.id)
    ).all()


def get_office_claim(actor: Actor, claim_id: int) -> CertificateClaim:
    """One claim, decided or not, of a producer in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        _claims().where(CertificateClaim.id == claim_id, CertificateClaim.producer_id.in_(_in_area(actor)))
    )
    if found is None:
        raise NotYoursError(claim_id=claim_id)
    return found


def find_withdrawal(certificate: Certificate | None) -> CertificateWithdrawal | None:
    """The withdrawal of a certificate, if there was one."""
    if certificate is None:
        return None
    return db.session.scalar(
        select(CertificateWithdrawal).where(CertificateWithdrawal.certificate_id == certificate.id)
    )


def _claims() -> Select[CertificateClaim]:
    return select(CertificateClaim).options(
        joinedload(CertificateClaim.producer).joinedload(Producer.place),
        joinedload(CertificateClaim.product),
        joinedload(CertificateClaim.evidence).selectinload(EvidenceFile.pages),
        selectinload(CertificateClaim.review).joinedload(CertificateReview.officer),
    )


def _waiting(actor: Actor) -> Select[int]:
    decided = select(CertificateReview.id).where(CertificateReview.claim_id == CertificateClaim.id)
    return select(CertificateClaim.id).where(
        CertificateClaim.withdrawn_at.is_(None),
        ~decided.exists(),
        CertificateClaim.producer_id.in_(_in_area(actor)),
    )


def _in_area(actor: Actor) -> Select[int]:
    return select(Producer.id).where(producers_of(actor)).correlate(None)
