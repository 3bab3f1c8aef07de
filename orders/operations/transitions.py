"""Moving an order along one of its axes: one guarded UPDATE and one event, in the caller's transaction."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, insert, true, update

from accounts.actors import Actor
from core.db import db
from core.jobs.queue import enqueue
from orders.errors import WrongMoveError
from orders.models.orders import OrderEvent, SellerOrder
from orders.operations.producer_news import tell_producer
from orders.operations.recalls import warn_of_left
from orders.states import UNPAID, Axis, Fulfilment, Lifecycle, PaymentState, may_move
from orders.timer_terms import WAITS

NEWS_JOB: Final = "orders.send_news"
SALE_JOB: Final = "settlement.recognise_sale"
_ON_THE_WAY: Final = (Fulfilment.HANDED_OVER, Fulfilment.IN_TRANSIT, Fulfilment.DELIVERED)
_LEFT: Final = (Fulfilment.HANDED_OVER, Fulfilment.DELIVERED)
# What the other axes must say while a move is made: two that race cannot both succeed (cancel and hand over).
_ONLY_WHILE: Final[dict[tuple[Axis, str], ColumnElement[bool]]] = {
    (Axis.LIFECYCLE, Lifecycle.CANCELLED): SellerOrder.fulfilment.not_in(_ON_THE_WAY),
    (Axis.FULFILMENT, Fulfilment.HANDED_OVER): and_(
        SellerOrder.lifecycle == Lifecycle.CONFIRMED, SellerOrder.payment.not_in(UNPAID)
    ),
}
_TOLD: Final = frozenset(
    {
        (Axis.LIFECYCLE, Lifecycle.CONFIRMED),
        (Axis.LIFECYCLE, Lifecycle.CANCELLED),
        (Axis.PAYMENT, PaymentState.PAID),
        (Axis.PAYMENT, PaymentState.PARTIALLY_REFUNDED),
        (Axis.PAYMENT, PaymentState.REFUNDED),
        (Axis.FULFILMENT, Fulfilment.HANDED_OVER),
        (Axis.FULFILMENT, Fulfilment.DELIVERED),
        (Axis.FULFILMENT, Fulfilment.FAILED_ATTEMPT),
    }
)
"""Moves of which the buyer is told (orders.operations.news decides what is said, and says it once)."""


class OrderActor(StrEnum):
    """Who moved an order."""

    BUYER = "buyer"
    PRODUCER = "producer"
    PLATFORM = "platform"
    CARRIER = "carrier"
    BANK = "bank"
    PROCESSOR = "processor"
    TIMER = "timer"


def move(
    seller_order: SellerOrder,
    axis: Axis,
    to_state: str,
    *,
    actor: OrderActor,
    now: datetime,
    by: Actor | None = None,
    reason: str | None = None,
) -> bool:
    """Move `seller_order` to `to_state` and note it; False if it is there already (sent twice).

    Safe when two move at once: the UPDATE decides, not a read before it. Raises WrongMoveError if the table of the
    axis admits no such move from the present state, or another axis forbids it (nothing that was cancelled or is unpaid
    is handed over, nothing on its way is cancelled); then nothing has changed. The buyer is told of
    it by a job, where news, and so is the buyer of a parcel that left with goods of an open recall.
    """
    column = getattr(SellerOrder, axis.value)
    db.session.refresh(seller_order, [axis.value])
    before = getattr(seller_order, axis.value)
    if before == to_state and not may_move(axis, before, to_state):
        return False
    if not may_move(axis, before, to_state):
        raise WrongMoveError(order=seller_order.code, axis=axis.value, present=before, wanted=str(to_state))
    moved = db.session.execute(
        update(SellerOrder)
        .where(SellerOrder.id == seller_order.id, column == before)
        .where(_ONLY_WHILE.get((axis, str(to_state)), true()))
        .values({axis.value: str(to_state), **_next_timer(axis, str(to_state), now)})
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(seller_order, [axis.value, "act_by_at"])
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        present = getattr(seller_order, axis.value)
        if present == to_state:
            return False
        raise WrongMoveError(order=seller_order.code, axis=axis.value, present=present, wanted=str(to_state))
    note_event(seller_order.id, axis, before, to_state, actor=actor, by=by, reason=reason, now=now)
    if (axis, str(to_state)) in _TOLD:
        ask_for_news(seller_order.order_id, now=now)
    if axis is Axis.FULFILMENT and to_state in _LEFT:
        warn_of_left(seller_order, now=now)
    tell_producer(seller_order, axis, str(to_state), now=now)
    if (axis, str(to_state)) == (Axis.LIFECYCLE, Lifecycle.COMPLETED):
        enqueue(SALE_JOB, key=f"order:{seller_order.id}", seller_order_id=seller_order.id, now=now)
    return True


def _next_timer(axis: Axis, to_state: str, now: datetime) -> dict[str, Any]:
    """Until when the next timer of the order waits, where the move sets or ends one."""
    if (axis, to_state) not in WAITS:
        return {}
    wait = WAITS[axis, to_state]
    act_by_at = now + wait if wait else None
    if axis is not Axis.PAYMENT:
        return {"act_by_at": act_by_at}
    # Money decides about time only while nobody has set to work.
    is_new = SellerOrder.lifecycle == Lifecycle.PLACED
    return {"act_by_at": case((is_new, act_by_at), else_=SellerOrder.act_by_at)}


def ask_for_news(order_id: int, *, now: datetime) -> None:
    """Have a job tell the buyer what there is to tell about the order; asked twice, it is one job."""
    enqueue(NEWS_JOB, key=str(order_id), order_id=order_id, now=now)


def note_event(
    seller_order_id: int,
    axis: Axis,
    before: str,
    to_state: str,
    *,
    actor: OrderActor,
    now: datetime,
    by: Actor | None = None,
    reason: str | None = None,
) -> None:
    """Write one event down. before: «» for the state that a new order begins in."""
    db.session.execute(
        insert(OrderEvent),
        {
            "seller_order_id": seller_order_id,
            "axis": axis.value,
            "from_state": str(before),
            "to_state": str(to_state),
            "actor": actor.value,
            "by_id": by.user_id if by else None,
            "reason": reason,
            "happened_at": now,
        },
    )
