"""Which lots everybody may read of: goods that are listed or carry stamps, and the raw lots that went into them."""

from sqlalchemy import ColumnElement, ScalarSelect, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from catalog.models import Product
from core.db import ID_MAX, db
from traceability.errors import LotNotFoundError
from traceability.models import Lot, LotInput, LotKind, StampRun


def is_public_goods(lot: type[Lot]) -> ColumnElement[bool]:
    """SQL: whether the lot is of goods, and listed or stamped. lot: `Lot` or an alias of it."""
    listed = exists().where(Product.id == lot.product_id, Product.is_listed)
    stamped = exists().where(StampRun.lot_id == lot.id)
    return (lot.kind == LotKind.GOODS.value) & or_(listed, stamped)


def public_lot_ids() -> ScalarSelect[int]:
    """SQL: numbers of the lots that everybody may read of, raw ones that went straight into them included."""
    made = aliased(Lot)
    went_in = exists().where(
        LotInput.input_lot_id == Lot.id, LotInput.lot_id == made.id, is_public_goods(made)
    )
    return select(Lot.id).where(or_(is_public_goods(Lot), went_in)).scalar_subquery()


def get_public_lot(lot_id: int) -> Lot:
    """The lot of goods, if everybody may read of it. Raises LotNotFoundError for any other."""
    lot = None
    if lot_id <= ID_MAX:
        wanted = select(Lot).where(Lot.id == lot_id, is_public_goods(Lot))
        lot = db.session.scalar(wanted.options(joinedload(Lot.product)))
    if lot is None:
        raise LotNotFoundError(name=lot_id)
    return lot
