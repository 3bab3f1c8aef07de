"""The register of an officer's area as rows of PTNT_OCOP, block by block, however many there are."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy import exists, func, select

from accounts.actors import Actor
from catalog.models import Certification, Place, Producer, Product
from catalog.ptnt_layout import COLUMNS, PtntFacts, ptnt_row
from catalog.queries.office_scope import products_of
from catalog.queries.recognitions import speaking_recognitions
from core.db import db

BLOCK: Final = 250

_IS_ENTRY: Final = (
    ~Product.is_demonstration,
    exists().where(Certification.product_id == Product.id),
)


def ptnt_rows(actor: Actor, on: date) -> Iterator[tuple[str, ...]]:
    """The head, then a row for each product of the area with a recognition on record, no demonstration; by id."""
    yield COLUMNS
    after = 0
    while ids := _next_ids(actor, after):
        yield from _rows(ids, on)
        after = ids[-1]
        # What was read is forgotten, so that memory does not grow with the register.
        db.session.expunge_all()


def count_ptnt_rows(actor: Actor) -> int:
    """How many products the file of the area has."""
    return db.session.scalar(select(func.count(Product.id)).where(products_of(actor), *_IS_ENTRY)) or 0


def _next_ids(actor: Actor, after: int) -> Sequence[int]:
    return db.session.scalars(
        select(Product.id)
        .where(Product.id > after, products_of(actor), *_IS_ENTRY)
        .order_by(Product.id)
        .limit(BLOCK)
    ).all()


def _rows(product_ids: Sequence[int], on: date) -> Iterator[tuple[str, ...]]:
    recognitions = speaking_recognitions(product_ids, on)
    products = db.session.execute(
        select(
            Product.id,
            Product.slug,
            Product.name,
            Product.ocop_code,
            Producer.name,
            func.coalesce(Place.current_commune_code, Place.current_province_code),
        )
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(Place, Place.id == func.coalesce(Product.place_id, Producer.place_id))
        .where(Product.id.in_(product_ids))
        .order_by(Product.id)
    )
    for product_id, slug, name, code, producer, unit_code in products:
        speaking = recognitions.get(product_id)
        yield ptnt_row(
            PtntFacts(
                ocop_code=code,
                unit_code=unit_code,
                decided_on=speaking.decided_on if speaking else None,
                recognised_year=speaking.recognised_year if speaking else None,
                slug=slug,
                name=name,
                stars=speaking.stars_recorded if speaking else None,
                producer=producer,
                state=speaking.state if speaking else "incomplete",
            )
        )
