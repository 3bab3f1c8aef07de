"""Which recalls a parcel has goods of: by its product, the lots that were set aside for it, or the codes in it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from catalog.models import Variant
from core.db import db
from orders.models.orders import OrderLine
from orders.models.stock import LineLot
from traceability.models import Recall, RecallLot, RecallRange, RecallScope, Stamp, StampRun
from traceability.models.bindings import StampBinding
from traceability.queries.recalls import is_open


def open_recalls_in(seller_order_id: int) -> Sequence[int]:
    """Numbers of the open recalls of goods in the parcel, single packs of one of its lots included.

    The packer may take another lot than was set aside (decision 0042): codes in the parcel count beside its lots. Of
    packs of no recorded lot and without a code only a recall of the whole product tells.
    """
    asked = (
        select(Recall.id)
        .where(
            is_open(),
            _has_line(Recall.product_id == Variant.product_id, seller_order_id),
            or_(
                Recall.scope == RecallScope.PRODUCT.value, _of_lot(seller_order_id), _of_code(seller_order_id)
            ),
        )
        .order_by(Recall.id)
    )
    return db.session.scalars(asked).all()


def _has_line(condition: ColumnElement[bool], seller_order_id: int) -> ColumnElement[bool]:
    of_parcel = select(OrderLine.id).join(Variant, Variant.id == OrderLine.variant_id)
    return _in_recall(of_parcel.where(OrderLine.seller_order_id == seller_order_id, condition))


def _of_lot(seller_order_id: int) -> ColumnElement[bool]:
    of_parcel = (
        select(LineLot.lot_id)
        .join(OrderLine, OrderLine.id == LineLot.line_id)
        .join(RecallLot, RecallLot.lot_id == LineLot.lot_id)
        .where(OrderLine.seller_order_id == seller_order_id, LineLot.quantity > LineLot.returned_quantity)
    )
    return _in_recall(of_parcel.where(RecallLot.recall_id == Recall.id))


def _of_code(seller_order_id: int) -> ColumnElement[bool]:
    of_parcel = (
        select(Stamp.id)
        .join(StampBinding, StampBinding.stamp_id == Stamp.id)
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .where(OrderLine.seller_order_id == seller_order_id)
    )
    of_lot = of_parcel.join(RecallLot, RecallLot.lot_id == StampRun.lot_id)
    in_range = of_parcel.join(
        RecallRange,
        and_(RecallRange.run_id == Stamp.run_id, Stamp.number.between(RecallRange.first, RecallRange.last)),
    )
    return or_(
        and_(
            Recall.scope == RecallScope.LOTS.value, _in_recall(of_lot.where(RecallLot.recall_id == Recall.id))
        ),
        _in_recall(in_range.where(RecallRange.recall_id == Recall.id)),
    )


def _in_recall(asked: Select[Any]) -> ColumnElement[bool]:
    """SQL: whether there is a row of `asked`, which names the recall of the statement around it."""
    return asked.correlate(Recall).exists()
