"""What must always be true of orders: each is whole, its parts sum to it, its history leads to how it stands."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.db import db
from core.invariants import Facts, invariant
from orders.models.orders import Order, OrderEvent, OrderLine, SellerOrder
from orders.states import Axis

SUMS = ("goods_vnd", "shipping_vnd", "discount_vnd", "total_vnd")


@invariant("I4", "every order exists once, with its parcels and their lines, and every key made at most one")
def orders_that_are_not_whole() -> Iterator[Facts]:
    """Orders without parcels, parcels without lines, keys of more than one order."""
    empty = ~select(SellerOrder.id).where(SellerOrder.order_id == Order.id).exists()
    for code in db.session.scalars(select(Order.code).where(empty).order_by(Order.id)):
        yield {"order": code, "parcels": 0}
    bare = ~select(OrderLine.id).where(OrderLine.seller_order_id == SellerOrder.id).exists()
    for code in db.session.scalars(select(SellerOrder.code).where(bare).order_by(SellerOrder.id)):
        yield {"parcel": code, "lines": 0}
    twice = select(Order.checkout_key, func.count()).group_by(Order.checkout_key).having(func.count() > 1)
    for key, count in db.session.execute(twice):
        yield {"checkout_key": key, "orders": count}


@invariant("I6", "lines sum to their parcel and parcels to their order, to the dong")
def sums_that_do_not_agree() -> Iterator[Facts]:
    """Orders that differ from the sum of their parcels, and parcels from that of their lines."""
    parcels = _sums(SellerOrder, SellerOrder.order_id, SUMS)
    differs = or_(*(getattr(Order, name) != getattr(parcels.c, name) for name in SUMS))
    whole = select(Order.code).join(parcels, parcels.c.of == Order.id).where(differs)
    for code in db.session.scalars(whole.order_by(Order.code)):
        yield {"order": code, "differs_from": "parcels"}
    names = ("goods_vnd", "discount_vnd")
    lines = _sums(OrderLine, OrderLine.seller_order_id, names)
    differs = or_(*(getattr(SellerOrder, name) != getattr(lines.c, name) for name in names))
    parts = select(SellerOrder.code).join(lines, lines.c.of == SellerOrder.id).where(differs)
    for code in db.session.scalars(parts.order_by(SellerOrder.code)):
        yield {"parcel": code, "differs_from": "lines"}


@invariant("I7", "the history of every axis is without gaps and ends in the state of its column")
def histories_that_do_not_lead_here() -> Iterator[Facts]:
    """Events that do not begin where the one before ended, and columns that no last event explains.

    That each single move is one of the tables is a CHECK of the database.
    """
    before = func.lag(OrderEvent.to_state).over(
        partition_by=(OrderEvent.seller_order_id, OrderEvent.axis), order_by=OrderEvent.id
    )
    chain = select(
        OrderEvent.id, OrderEvent.from_state, func.coalesce(before, "").label("ended_in")
    ).subquery()
    gaps = select(chain.c.id).where(chain.c.from_state != chain.c.ended_in).order_by(chain.c.id)
    for number in db.session.scalars(gaps):
        yield {"order_event_id": number}
    for axis in Axis:
        column = getattr(SellerOrder, axis.value)
        unexplained = select(SellerOrder.code, column).where(~_ends_in(axis, column))
        for code, state in db.session.execute(unexplained.order_by(SellerOrder.id)):
            yield {"parcel": code, "axis": axis.value, "state": state}


def _ends_in(axis: Axis, column: Any) -> ColumnElement[bool]:
    """Whether the last event of the axis leads to the state of `column`."""
    of_axis = and_(OrderEvent.seller_order_id == SellerOrder.id, OrderEvent.axis == axis.value)
    last = select(func.max(OrderEvent.id)).where(of_axis).correlate(SellerOrder).scalar_subquery()
    return select(OrderEvent.id).where(OrderEvent.id == last, OrderEvent.to_state == column).exists()


def _sums(model: Any, of: Any, names: tuple[str, ...]) -> Any:
    columns = (func.sum(getattr(model, name)).label(name) for name in names)
    return select(of.label("of"), *columns).group_by(of).subquery()
