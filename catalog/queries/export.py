"""The register as open data: every real entry, block by block, however many there are."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy import bindparam, exists, func, select

from catalog.models import Certification, Product
from catalog.queries.change_feed import changed_since
from catalog.queries.entries import ProductEntry, get_entries
from core.db import db

BLOCK_SIZE: Final = 250
"""Ids in a block: as few as the statements of a block are worth, because a change makes one block anew."""

_PRODUCT, _CERTIFICATION = Product.__table__.c, Certification.__table__.c
_IS_ENTRY: Final = (
    _PRODUCT.is_listed,
    ~_PRODUCT.is_demonstration,
    exists().where(_CERTIFICATION.product_id == _PRODUCT.id),
)
_COUNT: Final = select(func.count()).select_from(Product.__table__).where(*_IS_ENTRY)
_BLOCK: Final = (
    select(_PRODUCT.id)
    .where(_PRODUCT.id >= bindparam("first"), _PRODUCT.id < bindparam("end"), *_IS_ENTRY)
    .order_by(_PRODUCT.id)
)
_NEXT: Final = select(func.min(_PRODUCT.id)).where(_PRODUCT.id >= bindparam("first"))


def list_blocks() -> Iterator[int]:
    """The numbers of the blocks that hold any products, ascending. Block n has the ids from n * BLOCK_SIZE on."""
    first = 0
    while (found := db.session.scalar(_NEXT, {"first": first})) is not None:
        yield found // BLOCK_SIZE
        first = (found // BLOCK_SIZE + 1) * BLOCK_SIZE


def list_entries(block: int, on: date) -> Sequence[ProductEntry]:
    """The register's entries of one block in the order of recording, judged for `on`. Four statements.

    An entry is a listed product with a recognition on record that is no demonstration.
    """
    first = block * BLOCK_SIZE
    product_ids = db.session.scalars(_BLOCK, {"first": first, "end": first + BLOCK_SIZE}).all()
    return get_entries(product_ids, on)


def changed_blocks(seq: int) -> Collection[int] | None:
    """Blocks of the products changed after number `seq` of the feed; None if that cannot be told."""
    changed = changed_since(db.session.connection(), seq)
    return None if changed is None else {product_id // BLOCK_SIZE for product_id in changed}


def count_register() -> int:
    """How many entries the register has."""
    return db.session.scalar(_COUNT) or 0
