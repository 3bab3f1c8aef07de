"""Moving an order along one of its axes: one guarded UPDATE and one event, in the caller's transaction."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, update

from accounts.actors import Actor
from core.db import db
from orders.errors import WrongMoveError
from orders.models.orders import OrderEvent, SellerOrder
from orders.states import Axis, may_move


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
    axis admits no such move from the present state; then nothing has changed.
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
        .values({axis.value: str(to_state)})
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(seller_order, [axis.value])
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        present = getattr(seller_order, axis.value)
        if present == to_state:
            return False
        raise WrongMoveError(order=seller_order.code, axis=axis.value, present=present, wanted=str(to_state))
    note_event(seller_order.id, axis, before, to_state, actor=actor, by=by, reason=reason, now=now)
    return True


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
