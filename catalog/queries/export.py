"""The register as open data: every real entry, batch by batch, however many there are."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import exists, func, select

from catalog.models import Certification, Product
from catalog.queries.entries import ProductEntry, get_entries
from core.db import db

BATCH_SIZE: Final = 400

_IS_ENTRY: Final = (
    Product.is_listed,
    ~Product.is_demonstration,
    exists().where(Certification.product_id == Product.id),
)


def iter_register(on: date) -> Iterator[list[ProductEntry]]:
    """Batches of the register's entries by the order of recording, judged for `on`. Four statements for each batch.

    An entry is a listed product with a recognition on record that is no demonstration. A batch is forgotten when the
    next one is asked for, so that memory stays flat.
    """
    last_id = 0
    while product_ids := _next_ids(last_id):
        yield get_entries(product_ids, on)
        db.session.expunge_all()
        last_id = product_ids[-1]


def count_register() -> int:
    """How many entries the register has."""
    return db.session.scalar(select(func.count()).select_from(Product).where(*_IS_ENTRY)) or 0


def _next_ids(last_id: int) -> list[int]:
    rows = db.session.scalars(
        select(Product.id).where(Product.id > last_id, *_IS_ENTRY).order_by(Product.id).limit(BATCH_SIZE)
    )
    return list(rows)
