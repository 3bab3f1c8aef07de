"""Orders of a person who is signed in: placed in the account, or as a guest with the number that is verified there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from accounts.models import User
from core.db import db
from orders.models.orders import Order, SellerOrder

LISTED_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """An order in a list."""

    id: int
    code: str
    placed_at: datetime
    total_vnd: int
    parcel_count: int


def list_own_orders(user_id: int) -> Sequence[OrderLineView]:
    """The latest orders of the person, erased ones included where they belong to the account."""
    parcels = select(func.count(SellerOrder.id)).where(SellerOrder.order_id == Order.id).scalar_subquery()
    rows = db.session.execute(
        select(Order.id, Order.code, Order.placed_at, Order.total_vnd, parcels)
        .where(is_own_to(user_id))
        .order_by(Order.id.desc())
        .limit(LISTED_MOST)
    )
    return [OrderLineView(*row) for row in rows]


def is_own_order(user_id: int, order_id: int) -> bool:
    """Whether the order is the person's own in the sense of `list_own_orders`."""
    return db.session.scalar(select(Order.id).where(Order.id == order_id, is_own_to(user_id))) is not None


def is_own_to(user_id: int) -> ColumnElement[bool]:
    """Whether an order is the person's, for a query: placed in the account, or as a guest with its verified number."""
    # A number that was given away may be somebody else's by now: only one verified before the order was placed counts.
    verified = (
        select(User.phone)
        .where(
            User.id == user_id,
            User.phone_verified_at <= Order.placed_at,
            User.erased_at.is_(None),
        )
        .correlate(Order)
        .scalar_subquery()
    )
    is_guests = Order.user_id.is_(None) & Order.erased_at.is_(None)
    return or_(Order.user_id == user_id, is_guests & (Order.phone == verified))
