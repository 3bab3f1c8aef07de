"""Certificates other than OCOP."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from catalog.certificates import certificate_state
from catalog.models import Certificate, Document, Product
from catalog.models.evidence import CertificatePage, CertificateReview, CertificateWithdrawal
from catalog.queries.recognitions import document_view
from catalog.queries.view_models import CertificateView
from core.clock import vietnam_date
from core.db import db
from core.rows import RowParts

_CERTIFICATE, _DOCUMENT = Certificate.__table__.c, Document.__table__.c
_IS_WITHDRAWN: Final = (
    select(CertificateWithdrawal.id)
    .where(CertificateWithdrawal.certificate_id == _CERTIFICATE.id)
    .correlate(Certificate.__table__)
    .exists()
)
_VERIFIED_AT: Final = (
    select(func.min(CertificateReview.reviewed_at))
    .where(CertificateReview.certificate_id == _CERTIFICATE.id)
    .correlate(Certificate.__table__)
    .scalar_subquery()
    .label("verified_at")
)
_PAGE_COUNT: Final = (
    select(func.count(CertificatePage.id))
    .where(CertificatePage.certificate_id == _CERTIFICATE.id)
    .correlate(Certificate.__table__)
    .scalar_subquery()
    .label("page_count")
)
_PARTS: Final = RowParts([*_CERTIFICATE, _VERIFIED_AT, _PAGE_COUNT], _DOCUMENT)


def list_certificates(product_id: int, producer_id: int | None, on: date) -> tuple[CertificateView, ...]:
    """Certificates of a product and of its producer, the product's own first. One statement."""
    return _list(_OF_EITHER, on, product_id=product_id, producer_id=producer_id)


def list_producer_certificates(producer_id: int, on: date) -> tuple[CertificateView, ...]:
    """Certificates that a producer holds for all that it makes. One statement."""
    return _list(_OF_PRODUCER, on, producer_id=producer_id)


def find_certificate_page(certificate_id: int, number: int) -> str | None:
    """SHA-256 of our picture of a page that everybody may see; None once the certificate is withdrawn."""
    return db.session.scalar(
        select(CertificatePage.sha256)
        .join(Certificate, Certificate.id == CertificatePage.certificate_id)
        .where(Certificate.id == certificate_id, CertificatePage.number == number, ~_IS_WITHDRAWN)
    )


def _list(statement: Select[Any], on: date, **wanted: int | None) -> tuple[CertificateView, ...]:
    rows = db.session.execute(statement, wanted)
    return tuple(_view(_PARTS.take_apart(row), on) for row in rows)


def _view(parts: Sequence[Any], on: date) -> CertificateView:
    row, document = parts
    return CertificateView(
        id=row.id,
        verified_on=vietnam_date(row.verified_at) if row.verified_at else None,
        page_count=row.page_count,
        kind=row.kind,
        standard=row.standard,
        number=row.number,
        issuer=row.issuer,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        state=certificate_state(row.issued_on, row.expires_on, row.number, on).value,
        is_of_producer=row.product_id is None,
        document=document_view(document),
    )


def _held(is_held: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_PARTS.columns)
        .select_from(Certificate.__table__)
        .outerjoin(Document.__table__, _DOCUMENT.id == _CERTIFICATE.document_id)
        .where(is_held, ~_IS_WITHDRAWN)
        .order_by(_CERTIFICATE.product_id.is_(None), _CERTIFICATE.kind, _CERTIFICATE.id)
    )


# Put together once: building a statement costs as much as running it. A producer that is not known (NULL) equals none.
_IS_PRODUCER: Final = _CERTIFICATE.producer_id == bindparam("producer_id")
_OF_PRODUCER: Final = _held(_IS_PRODUCER)
_OF_EITHER: Final = _held(or_(_CERTIFICATE.product_id == bindparam("product_id"), _IS_PRODUCER))


def list_holdings(producer_id: int, on: date) -> tuple[CertificateView, ...]:
    """What is on the public record of a producer and of its products, as its own people see it. One statement."""
    return _list(_OF_ALL, on, producer_id=producer_id)


_OF_ALL: Final = _held(
    or_(
        _IS_PRODUCER,
        _CERTIFICATE.product_id.in_(
            select(Product.id).where(Product.producer_id == bindparam("producer_id"))
        ),
    )
)
