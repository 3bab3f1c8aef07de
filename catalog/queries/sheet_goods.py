"""A producer's goods as the table of `catalog.product_sheet` holds them, in three statements however many there are."""

from collections import defaultdict

from sqlalchemy import and_, func, select

from catalog.models import Product, Variant
from catalog.models.listings import ProductLabel
from catalog.product_sheet.columns import PACK_FIELDS, PRODUCT_FIELDS
from catalog.product_sheet.goods import SheetPack, SheetProduct
from core.db import db

_OWN = tuple(name for name in PRODUCT_FIELDS if hasattr(Product, name))
_LABEL = tuple(name for name in PRODUCT_FIELDS if not hasattr(Product, name))


def list_sheet_goods(producer_id: int) -> list[SheetProduct]:
    """All products of a producer, listed or not, by name, with the packs on offer in their order."""
    packs = _packs(producer_id)
    labels = {
        row[0]: dict(zip(_LABEL, row[1:], strict=True))
        for row in db.session.execute(
            select(ProductLabel.product_id, *(getattr(ProductLabel, name) for name in _LABEL))
            .join(Product, Product.id == ProductLabel.product_id)
            .where(Product.producer_id == producer_id)
        )
    }
    nothing = dict.fromkeys(_LABEL)
    rows = db.session.execute(
        select(Product.id, *(getattr(Product, name) for name in _OWN))
        .where(Product.producer_id == producer_id)
        .order_by(Product.name, Product.id)
    )
    return [
        SheetProduct(
            row[0], dict(zip(_OWN, row[1:], strict=True)) | labels.get(row[0], nothing), packs.get(row[0], [])
        )
        for row in rows
    ]


def count_sheet_rows(producer_id: int) -> int:
    """How many rows the table has."""
    offered = and_(Variant.product_id == Product.id, Variant.withdrawn_at.is_(None))
    rows = select(func.count()).select_from(Product).outerjoin(Variant, offered)
    return db.session.scalar(rows.where(Product.producer_id == producer_id)) or 0


def _packs(producer_id: int) -> dict[int, list[SheetPack]]:
    found: defaultdict[int, list[SheetPack]] = defaultdict(list)
    rows = db.session.execute(
        select(Variant.product_id, Variant.id, *(getattr(Variant, name) for name in PACK_FIELDS))
        .join(Product, Product.id == Variant.product_id)
        .where(Product.producer_id == producer_id, Variant.withdrawn_at.is_(None))
        .order_by(Variant.product_id, Variant.position)
    )
    for row in rows:
        found[row[0]].append(SheetPack(row[1], dict(zip(PACK_FIELDS, row[2:], strict=True))))
    return found
