"""Single rows by the names that people give them, for commands and forms of officers and producers."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.errors import (
    CertificationNotFoundError,
    DocumentNotFoundError,
    ProducerNotFoundError,
    ProductNotFoundError,
    RenewalNotFoundError,
    VariantNotFoundError,
)
from catalog.models import Certification, Document, Inquiry, Producer, Product, RenewalDossier, Variant
from catalog.recognition_rules import decision_key
from catalog.stars import effective_index
from core.db import db


def get_product(slug: str) -> Product:
    """The product with that slug, listed or not. Raises ProductNotFoundError."""
    product = db.session.scalar(select(Product).where(Product.slug == slug))
    if product is None:
        raise ProductNotFoundError(slug=slug)
    return product


def get_producer(slug: str) -> Producer:
    """The producer with that slug. Raises ProducerNotFoundError."""
    producer = db.session.scalar(select(Producer).where(Producer.slug == slug))
    if producer is None:
        raise ProducerNotFoundError(slug=slug)
    return producer


def get_certification(product: Product, decision_number: str | None, on: date) -> Certification:
    """The recognition of `product` by that decision, the latest one; without a number the effective one on `on`.

    Raises CertificationNotFoundError.
    """
    records = list(
        db.session.scalars(
            select(Certification).where(Certification.product_id == product.id).order_by(Certification.id)
        )
    )
    if decision_number is not None:
        wanted = decision_key(decision_number)
        records = [each for each in records if decision_key(each.decision_number) == wanted]
    index = effective_index([each.facts for each in records], on)
    if index is None:
        raise CertificationNotFoundError(slug=product.slug, decision_number=decision_number)
    return records[index]


def get_renewal(product: Product, reference: str) -> RenewalDossier:
    """The renewal dossier of `product` with that reference. Raises RenewalNotFoundError."""
    dossier = db.session.scalar(
        select(RenewalDossier)
        .join(RenewalDossier.certification)
        .where(Certification.product_id == product.id, RenewalDossier.reference == reference)
    )
    if dossier is None:
        raise RenewalNotFoundError(slug=product.slug, reference=reference)
    return dossier


def get_document(sha256: str) -> Document:
    """The stored document with that hash. Raises DocumentNotFoundError."""
    document = db.session.scalar(select(Document).where(Document.sha256 == sha256.lower()))
    if document is None:
        raise DocumentNotFoundError(sha256=sha256)
    return document


def get_variant(product: Product, label: str | None = None) -> Variant:
    """The pack of `product` with that label, without a label the only one. Raises VariantNotFoundError."""
    variants = [each for each in product.variants if label is None or each.label == label]
    if len(variants) != 1:
        raise VariantNotFoundError(
            slug=product.slug, label=label, labels=tuple(each.label for each in product.variants)
        )
    return variants[0]


def list_inquiries(limit: int = 50) -> list[Inquiry]:
    """The latest inquiries with their products, the newest first."""
    query = select(Inquiry).options(joinedload(Inquiry.product)).order_by(Inquiry.id.desc()).limit(limit)
    return list(db.session.scalars(query))
