"""What happens to an order that nobody acts on: reminded of, cancelled, completed. Any of it may be run twice.

`seller_order.act_by_at` says when to look next. A look takes the order for itself, decides by how the order stands
then, and sets the next time in the same transaction: killed half-way, nothing happened, and the next run looks again.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from core.db import db
from orders.models.orders import SellerOrder
from orders.models.returns import ReturnRequest
from orders.operations.agreements import is_deposit_overdue
from orders.operations.cancellation import cancel_seller_order, lock_parcel
from orders.operations.producer_news import remind_producer_of
from orders.operations.transitions import OrderActor, move
from orders.return_rules import ReturnState
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.timer_terms import (
    CANCEL_AFTER_REMINDER,
    COLLECTED_PAYMENTS,
    LOOK_AGAIN_AFTER,
    WORKABLE_PAYMENTS,
)

UNPAID: Final = "unpaid"
NOT_CONFIRMED: Final = "not_confirmed"
_STILL_PAYING: Final = frozenset({PaymentState.UNPAID, PaymentState.PENDING, PaymentState.FAILED})
_OPEN_RETURNS: Final = (ReturnState.ASKED, ReturnState.QUESTIONED, ReturnState.ACCEPTED)


class TimerOutcome(StrEnum):
    """What a look at an order did."""

    NOTHING = "nothing"
    WAITS = "waits"
    REMINDED = "reminded"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


def run_timer(seller_order_id: int, *, now: datetime) -> TimerOutcome:
    """Do what is due for one order, if anything is still due once the order is held.

    Not confirmed a day after it could be: its producer is reminded, a day later it is cancelled. Not paid in time, nor
    late: cancelled. Delivered a week ago, the money there and nothing being returned: completed.
    """
    part = db.session.get(SellerOrder, seller_order_id)
    if part is None:
        return TimerOutcome.NOTHING
    lock_parcel(part)
    if part.act_by_at is None or part.act_by_at > now:
        return TimerOutcome.NOTHING
    if part.lifecycle == Lifecycle.PLACED:
        return _look_at_new(part, now)
    if part.lifecycle == Lifecycle.CONFIRMED and part.fulfilment == Fulfilment.DELIVERED:
        return _look_at_delivered(part, now)
    part.act_by_at = None
    db.session.flush()
    return TimerOutcome.NOTHING


def _look_at_new(part: SellerOrder, now: datetime) -> TimerOutcome:
    if part.payment in _STILL_PAYING:
        return _cancel(part, UNPAID, now) if is_deposit_overdue(part, now=now) else _wait(part, now)
    if part.payment not in WORKABLE_PAYMENTS:
        return _cancel(part, UNPAID, now)
    db.session.refresh(part, ["reminded_at"])
    if part.reminded_at is not None:
        return _cancel(part, NOT_CONFIRMED, now)
    part.reminded_at = now
    part.act_by_at = now + CANCEL_AFTER_REMINDER
    db.session.flush()
    remind_producer_of(part, now=now)
    return TimerOutcome.REMINDED


def _look_at_delivered(part: SellerOrder, now: datetime) -> TimerOutcome:
    returning = select(ReturnRequest.id).where(
        ReturnRequest.seller_order_id == part.id, ReturnRequest.state.in_(_OPEN_RETURNS)
    )
    if part.payment not in COLLECTED_PAYMENTS or db.session.scalar(returning.limit(1)) is not None:
        return _wait(part, now)
    move(part, Axis.LIFECYCLE, Lifecycle.COMPLETED, actor=OrderActor.TIMER, now=now)
    return TimerOutcome.COMPLETED


def _wait(part: SellerOrder, now: datetime) -> TimerOutcome:
    part.act_by_at = now + LOOK_AGAIN_AFTER
    db.session.flush()
    return TimerOutcome.WAITS


def _cancel(part: SellerOrder, reason: str, now: datetime) -> TimerOutcome:
    cancel_seller_order(part, actor=OrderActor.TIMER, reason=reason, by=None, now=now)
    return TimerOutcome.CANCELLED
