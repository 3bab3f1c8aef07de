"""What a map of the site lists: products and producers with the day of the last fact recorded of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select

from catalog.models import Certification, Producer, Product, Revocation
from core.clock import vietnam_date
from core.db import db

BATCH_SIZE: Final = 1_000


@dataclass(frozen=True, slots=True)
class ProductAddress:
    """A product's slug and the day (Vietnam) of the latest fact recorded of it: entry, recognition, revocation."""

    slug: str
    recorded_on: date


def count_products() -> int:
    """How many products are listed."""
    return db.session.scalar(select(func.count()).select_from(Product).where(Product.is_listed)) or 0


def list_producer_slugs() -> list[str]:
    """Producers who have something listed."""
    listed = select(Product.producer_id).where(Product.is_listed)
    return list(
        db.session.scalars(select(Producer.slug).where(Producer.id.in_(listed)).order_by(Producer.id))
    )


def iter_products(first: int, count: int) -> Iterator[ProductAddress]:
    """Listed products number `first` to `first + count - 1` (from 0) in the order of entry, read batch by batch."""
    for offset in range(first, first + count, BATCH_SIZE):
        size = min(BATCH_SIZE, first + count - offset)
        rows = db.session.execute(
            select(
                Product.slug,
                Product.recorded_at,
                func.max(Certification.recorded_at),
                func.max(Revocation.recorded_at),
            )
            .outerjoin(Certification, Certification.product_id == Product.id)
            .outerjoin(Revocation, Revocation.certification_id == Certification.id)
            .where(Product.is_listed)
            .group_by(Product.id)
            .order_by(Product.id)
            .offset(offset)
            .limit(size)
        )
        for slug, *instants in rows:
            yield ProductAddress(slug, vietnam_date(_latest(*instants)))


def _latest(entered_at: datetime, *others: datetime | None) -> datetime:
    return max((entered_at, *(each for each in others if each is not None)))
