"""Orders among the things to do: what waits for a word, for packing, for the carrier, for noting cash."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, select

from catalog.queries.todo_cards import Todo
from core.clock import VIETNAM, vietnam_date
from core.db import db
from orders.models.orders import SellerOrder
from orders.states import Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import WORKABLE_PAYMENTS

EVERYBODY: Final = frozenset({"owner", "editor", "packer"})
_SELLER: Final = SellerOrder.__table__.c
_IS_CONFIRMED: Final = _SELLER.lifecycle == Lifecycle.CONFIRMED.value
_KIND: Final = case(
    (
        and_(
            _SELLER.lifecycle == Lifecycle.PLACED.value,
            _SELLER.payment.in_([state.value for state in WORKABLE_PAYMENTS]),
        ),
        "orders_to_confirm",
    ),
    (and_(_IS_CONFIRMED, _SELLER.fulfilment == Fulfilment.UNFULFILLED.value), "orders_to_pack"),
    (and_(_IS_CONFIRMED, _SELLER.fulfilment == Fulfilment.PACKED.value), "orders_to_send"),
    (
        and_(
            _IS_CONFIRMED,
            _SELLER.fulfilment == Fulfilment.DELIVERED.value,
            _SELLER.payment == PaymentState.COD_DUE.value,
        ),
        "orders_with_cash",
    ),
    else_=None,
)
_WAITING: Final = (
    select(
        _KIND.label("kind"),
        func.count().label("number"),
        func.max(_SELLER.placed_at).label("newest"),
        func.min(_SELLER.act_by_at).label("act_by_at"),
        func.min(_SELLER.promised_to_on).label("promised_on"),
    )
    .where(
        _SELLER.producer_id == bindparam("producer_id"),
        _SELLER.lifecycle.in_([Lifecycle.PLACED.value, Lifecycle.CONFIRMED.value]),
    )
    .group_by(_KIND)
)
_PATHS: Final = {
    "orders_to_confirm": "/orders",
    "orders_to_pack": "/orders?tab=pack",
    "orders_to_send": "/orders?tab=send",
    "orders_with_cash": "/orders?tab=delivered",
}


def order_todos(producer_id: int, on: date) -> Iterator[Todo]:
    """A card for each kind of thing to do about orders. One statement, over the open orders of the producer.

    name: of orders to confirm, the time («17:00») by which the first of them is due on the day `by_on`.
    """
    rows: Any = db.session.execute(_WAITING, {"producer_id": producer_id})
    for row in rows:
        if row.kind is None:
            continue
        is_new = row.kind == "orders_to_confirm"
        due_at = row.act_by_at if is_new else None
        due_on = vietnam_date(due_at) if due_at else (row.promised_on if not is_new else None)
        yield Todo(
            kind=row.kind,
            path=_PATHS[row.kind],
            noted_at=row.newest,
            count=row.number,
            name=due_at.astimezone(VIETNAM).strftime("%H:%M") if due_at else "",
            by_on=due_on if is_new else None,
            is_urgent=due_on is not None and due_on <= on,
            roles=EVERYBODY,
        )
