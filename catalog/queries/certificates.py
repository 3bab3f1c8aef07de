"""Certificates other than OCOP."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from catalog.certificates import certificate_state
from catalog.models import Certificate
from catalog.queries.recognitions import document_view
from catalog.queries.view_models import CertificateView
from core.db import db


def list_certificates(product_id: int, producer_id: int | None, on: date) -> tuple[CertificateView, ...]:
    """Certificates of a product and of its producer, the product's own first. One statement."""
    of_product = Certificate.product_id == product_id
    held = of_product if producer_id is None else or_(of_product, Certificate.producer_id == producer_id)
    return _list(held, on)


def list_producer_certificates(producer_id: int, on: date) -> tuple[CertificateView, ...]:
    """Certificates that a producer holds for all that it makes. One statement."""
    return _list(Certificate.producer_id == producer_id, on)


def _list(held: ColumnElement[bool], on: date) -> tuple[CertificateView, ...]:
    rows = db.session.scalars(
        select(Certificate)
        .where(held)
        .order_by(Certificate.product_id.is_(None), Certificate.kind, Certificate.id)
        .options(joinedload(Certificate.document))
    )
    return tuple(
        CertificateView(
            kind=row.kind,
            standard=row.standard,
            number=row.number,
            issuer=row.issuer,
            issued_on=row.issued_on,
            expires_on=row.expires_on,
            state=certificate_state(row.issued_on, row.expires_on, row.number, on).value,
            is_of_producer=row.product_id is None,
            document=document_view(row.document),
        )
        for row in rows
    )
