"""What becomes of the codes in a parcel when it leaves, or never does. See `orders.operations.packing`."""

from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from core.db import db
from orders.models.orders import Order, OrderLine, SellerOrder
from traceability.operations.bindings import release_stamps, ship_stamps


def ship_codes(part: SellerOrder, *, now: datetime) -> int:
    """The parcel left the house: its codes are sold. Answers how many. Done twice, nothing more happens."""
    province = db.session.scalar(select(Order.province_code).where(Order.id == part.order_id))
    return ship_stamps(_line_ids(part), province_code=province, now=now)


def release_codes(part: SellerOrder, *, by: Actor | None, now: datetime) -> int:
    """The parcel is not sent: its codes are free again. Answers how many. What was sent stays as it is."""
    return release_stamps(_line_ids(part), by_id=by.user_id if by else None, now=now)


def _line_ids(part: SellerOrder) -> list[int]:
    return list(db.session.scalars(select(OrderLine.id).where(OrderLine.seller_order_id == part.id)))
