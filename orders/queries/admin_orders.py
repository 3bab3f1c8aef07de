"""Orders as administrators look for them: by code, telephone, producer or state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from accounts.models import User
from catalog.models import Producer
from core.db import db
from core.phones import vietnamese_phone
from core.text import fold
from orders.models.news import OrderNews
from orders.models.orders import Order, OrderEvent, SellerOrder
from orders.references import references_in
from orders.states import Lifecycle


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One producer's part in a list, with the order that it belongs to."""

    order_id: int
    order_code: str
    code: str
    placed_at: datetime
    producer: str
    method: str
    lifecycle: str
    payment: str
    fulfilment: str
    total_vnd: int


@dataclass(frozen=True, slots=True)
class EventRow:
    """One move, with who made it."""

    code: str
    axis: str
    from_state: str
    to_state: str
    actor: str
    by: str | None
    reason: str | None
    happened_at: datetime


_ROW: Final[tuple[Any, ...]] = (
    Order.id,
    Order.code.label("order_code"),
    SellerOrder.code,
    SellerOrder.placed_at,
    Producer.name,
    Order.method,
    SellerOrder.lifecycle,
    SellerOrder.payment,
    SellerOrder.fulfilment,
    SellerOrder.total_vnd,
)


def list_orders(
    words: str = "", lifecycle: str = "", payment: str = "", *, page: int = 1, per_page: int = 50
) -> tuple[Sequence[OrderRow], int]:
    """Parts of orders, the newest first, and how many there are.

    words: a code, a telephone number, or part of a producer's name. lifecycle, payment: a state, "" for all.
    """
    wanted = _conditions(words, lifecycle, payment)
    base = select(*_ROW).join(Order, Order.id == SellerOrder.order_id).join(Producer)
    rows = db.session.execute(
        base.where(*wanted).order_by(SellerOrder.id.desc()).limit(per_page).offset((page - 1) * per_page)
    )
    count = (
        select(func.count(SellerOrder.id))
        .join(Order, Order.id == SellerOrder.order_id)
        .join(Producer, Producer.id == SellerOrder.producer_id)
        .where(*wanted)
    )
    return [OrderRow(*row) for row in rows], db.session.scalar(count) or 0


def list_events(order_id: int) -> list[EventRow]:
    """Every move of every part of an order, in the order in which they were made."""
    rows = db.session.execute(
        select(
            SellerOrder.code,
            OrderEvent.axis,
            OrderEvent.from_state,
            OrderEvent.to_state,
            OrderEvent.actor,
            func.coalesce(User.name, User.email, User.phone),
            OrderEvent.reason,
            OrderEvent.happened_at,
        )
        .join(SellerOrder, SellerOrder.id == OrderEvent.seller_order_id)
        .outerjoin(User, User.id == OrderEvent.by_id)
        .where(SellerOrder.order_id == order_id)
        .order_by(OrderEvent.id)
    )
    return [EventRow(*row) for row in rows]


def list_news(order_id: int) -> list[tuple[str, datetime]]:
    """What the buyer was told and when: key of the news, instant."""
    rows = db.session.execute(
        select(OrderNews.key, OrderNews.told_at)
        .where(OrderNews.order_id == order_id)
        .order_by(OrderNews.told_at, OrderNews.key)
    )
    return [(row.key, row.told_at) for row in rows]


def _conditions(words: str, lifecycle: str, payment: str) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if lifecycle in list(Lifecycle):
        wanted.append(SellerOrder.lifecycle == lifecycle)
    if payment:
        wanted.append(SellerOrder.payment == payment)
    if words:
        wanted.append(_said(words))
    return wanted


def _said(words: str) -> ColumnElement[bool]:
    code = next(references_in(words), None)
    if code is not None:
        return or_(Order.code == code, SellerOrder.code == code)
    phone = vietnamese_phone(words)
    if phone is not None:
        return Order.phone == phone
    folded = fold(words)
    near = [
        row.id for row in db.session.execute(select(Producer.id, Producer.name)) if folded in fold(row.name)
    ]
    return SellerOrder.producer_id.in_(near)
