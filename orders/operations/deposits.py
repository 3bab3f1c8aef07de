"""The deposit of an agreed order: with it both sides are bound, and the producer sets to work."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts.actors import Actor
from core.db import db
from core.jobs.queue import enqueue
from orders.models.agreed import AgreedOrder
from orders.models.orders import SellerOrder
from orders.models.payments import Payment
from orders.operations.stock import rehold
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Lifecycle

DEPOSIT_JOB: Final = "promotion.tell_deposit"


def take_deposit(
    payment: Payment,
    parts: Sequence[SellerOrder],
    left_vnd: int,
    *,
    source: OrderActor,
    by: Actor | None,
    now: datetime,
) -> bool:
    """Note that the deposit of `payment` is there, if it is, and confirm what it was agreed for. Whether that is new.

    left_vnd: what came in and stayed. Goods that are in stock are held without an end from now on; what is still to be
    made is held when it is ready. The rest of the money is waited for without an end: nothing leaves without it.
    """
    if payment.deposit_vnd is None or left_vnd < payment.deposit_vnd:
        return False
    agreed = db.session.get_one(AgreedOrder, payment.order_id, populate_existing=True)
    wanted = [part for part in parts if part.lifecycle == Lifecycle.PLACED]
    if agreed.deposit_at is not None or not wanted:
        return False
    agreed.deposit_at = now
    db.session.flush()
    for part in wanted:
        rehold(part, now=now)
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=source, by=by, reason="deposit", now=now)
    enqueue(DEPOSIT_JOB, key=f"deposit:{payment.order_id}", order_id=payment.order_id, now=now)
    return True
