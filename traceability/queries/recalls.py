"""Which goods are being recalled, for those who sell."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select

from catalog.models import Variant
from core.db import db
from traceability.models import Lot, Recall

_LOT, _RECALL, _VARIANT = Lot.__table__.c, Recall.__table__.c, Variant.__table__.c
_IDS: Final[BindParameter[Any]] = bindparam("ids", expanding=True)
_OPEN: Final = Recall.__table__.join(Lot.__table__, _LOT.id == _RECALL.lot_id)
_PRODUCTS: Final = (
    select(_LOT.product_id)
    .select_from(_OPEN)
    .where(_RECALL.closed_at.is_(None), _LOT.product_id.in_(_IDS))
    .distinct()
)
_VARIANTS: Final = (
    select(_VARIANT.id)
    .select_from(_OPEN.join(Variant.__table__, _VARIANT.product_id == _LOT.product_id))
    .where(_RECALL.closed_at.is_(None), _VARIANT.id.in_(_IDS))
    .distinct()
)
_LOTS: Final = select(_RECALL.lot_id).where(_RECALL.closed_at.is_(None), _RECALL.lot_id.in_(_IDS)).distinct()


def recalled_products(product_ids: Collection[int]) -> frozenset[int]:
    """Those of the products of which a lot is being recalled: they are not sold meanwhile (invariant I14)."""
    return _ids(_PRODUCTS, product_ids)


def recalled_variants(variant_ids: Collection[int]) -> frozenset[int]:
    """Those of the packs of whose product a lot is being recalled."""
    return _ids(_VARIANTS, variant_ids)


def recalled_lots(lot_ids: Collection[int]) -> frozenset[int]:
    """Those of the lots that are being recalled."""
    return _ids(_LOTS, lot_ids)


def _ids(statement: Any, ids: Collection[int]) -> frozenset[int]:
    return frozenset(db.session.scalars(statement, {"ids": sorted(ids)})) if ids else frozenset()
