"""What a map of the site lists: products and producers with the day of the last fact recorded of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from catalog.models import Certification, Producer, Product, Revocation
from core.clock import vietnam_date
from core.db import db

BATCH_SIZE: Final = 1_000

_PRODUCT, _PRODUCER = Product.__table__.c, Producer.__table__.c
_CERTIFICATION, _REVOCATION = Certification.__table__.c, Revocation.__table__.c
_COUNT: Final = select(func.count()).select_from(Product.__table__).where(_PRODUCT.is_listed)
_PRODUCERS: Final = (
    select(_PRODUCER.slug)
    .where(_PRODUCER.id.in_(select(_PRODUCT.producer_id).where(_PRODUCT.is_listed)))
    .order_by(_PRODUCER.id)
)
_COUNT_PRODUCERS: Final = select(func.count(_PRODUCT.producer_id.distinct())).where(_PRODUCT.is_listed)
_FIRST: Final = (
    select(_PRODUCT.id).where(_PRODUCT.is_listed).order_by(_PRODUCT.id).offset(bindparam("skipped")).limit(1)
)
_LISTED: Final = (
    select(_PRODUCT.id, _PRODUCT.slug, _PRODUCT.recorded_at)
    .where(_PRODUCT.is_listed, _PRODUCT.id >= bindparam("first"))
    .order_by(_PRODUCT.id)
    .limit(bindparam("most"))
)
_IS_BETWEEN: Final = _CERTIFICATION.product_id.between(bindparam("first"), bindparam("last"))
_CERTIFIED: Final = select(_CERTIFICATION.product_id, _CERTIFICATION.recorded_at).where(_IS_BETWEEN)
_REVOKED: Final = (
    select(_CERTIFICATION.product_id, _REVOCATION.recorded_at)
    .join(Certification.__table__, _CERTIFICATION.id == _REVOCATION.certification_id)
    .where(_IS_BETWEEN)
)


@dataclass(frozen=True, slots=True)
class ProductAddress:
    """A product's slug and the day (Vietnam) of the latest fact recorded of it: entry, recognition, revocation."""

    slug: str
    recorded_on: date


def count_products() -> int:
    """How many products are listed."""
    return db.session.scalar(_COUNT) or 0


def count_producers() -> int:
    """How many producers have something listed."""
    return db.session.scalar(_COUNT_PRODUCERS) or 0


def list_producer_slugs() -> list[str]:
    """Producers who have something listed."""
    return list(db.session.scalars(_PRODUCERS))


def iter_products(first: int, count: int) -> Iterator[ProductAddress]:
    """Listed products number `first` to `first + count - 1` (from 0) in the order of entry.

    Three statements for each BATCH_SIZE of them.
    """
    next_id = db.session.scalar(_FIRST, {"skipped": first}) if count > 0 else None
    while next_id is not None and count > 0:
        rows = db.session.execute(_LISTED, {"first": next_id, "most": min(BATCH_SIZE, count)}).all()
        if not rows:
            return
        yield from _addresses(rows)
        next_id, count = rows[-1].id + 1, count - len(rows)


def _addresses(rows: Any) -> Iterator[ProductAddress]:
    latest = {product_id: recorded_at for product_id, _, recorded_at in rows}
    between = {"first": rows[0].id, "last": rows[-1].id}
    for statement in (_CERTIFIED, _REVOKED):
        for product_id, recorded_at in db.session.execute(statement, between).all():
            known = latest.get(product_id)
            if known is not None and known < recorded_at:
                latest[product_id] = recorded_at
    for product_id, slug, _ in rows:
        yield ProductAddress(slug, vietnam_date(latest[product_id]))
