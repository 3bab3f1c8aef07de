"""Which codes are in a parcel, for the packer; and which packs of an order have codes, for its buyer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from core.db import db
from orders.models.orders import OrderLine, SellerOrder
from traceability.models import Lot, Stamp, StampBinding, StampRun


@dataclass(frozen=True, slots=True)
class PackedCode:
    """A code on a pack. lot_code: of the lot that it was made with."""

    code: str
    lot_code: str
    bound_at: datetime
    shipped_at: datetime | None


def codes_of_parcel(seller_order_id: int) -> dict[int, list[PackedCode]]:
    """Codes by number of the line, in the order in which they were bound. One statement."""
    return _codes(OrderLine.seller_order_id == seller_order_id)


def codes_of_order(order_id: int) -> dict[int, list[PackedCode]]:
    """Codes of packs that were sent, by number of the line, for all parcels of a checkout. One statement."""
    of_order = select(SellerOrder.id).where(SellerOrder.order_id == order_id)
    return _codes(OrderLine.seller_order_id.in_(of_order) & StampBinding.shipped_at.is_not(None))


def _codes(which: ColumnElement[bool]) -> dict[int, list[PackedCode]]:
    rows = db.session.execute(
        select(
            StampBinding.order_line_id,
            Stamp.code,
            Lot.code,
            StampBinding.bound_at,
            StampBinding.shipped_at,
        )
        .join(Stamp, Stamp.id == StampBinding.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .where(which)
        .order_by(StampBinding.id)
    )
    found: defaultdict[int, list[PackedCode]] = defaultdict(list)
    for line_id, code, lot_code, bound_at, shipped_at in rows:
        found[line_id].append(PackedCode(code, lot_code, bound_at, shipped_at))
    return dict(found)
