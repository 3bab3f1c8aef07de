"""Cash paid at the door: collected by a carrier or the producer, refused, handed on to the platform."""

from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from core.db import db
from core.jobs.queue import enqueue
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders.errors import PaymentClashError, PaymentNotFoundError
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState
from orders.operations.payment import RECEIPT_JOB
from orders.operations.payment_rows import buyer_funds, is_posted, lock_payment
from orders.operations.transitions import SALE_JOB, OrderActor, move
from orders.states import Axis, PaymentState


def record_cod_collected(
    seller_order: SellerOrder,
    *,
    holder: str,
    actor: OrderActor,
    now: datetime,
    by: Actor | None = None,
) -> bool:
    """The buyer paid at the door. Whether that is new.

    holder: who has the cash, «carrier:ghn» or «producer:12». A producer keeps it (it is set off against what the
    platform owes), so the part is paid; a carrier still owes it (`record_cod_remitted`). Raises PaymentClashError if
    it was refused or cancelled, WrongMoveError likewise; then nothing has changed.
    """
    payment = _lock_cash(seller_order)
    if payment.state == PayState.PAID:
        return False
    if payment.state != PayState.PENDING:
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    cash = AccountName(AccountKind.CASH_HELD, holder)
    moves = [Move(cash, buyer_funds(payment.order_id), payment.amount_vnd)]
    key = f"payment:{payment.id}:received:cash"
    post(key, "cash_collected", f"order:{payment.order_id}", moves, now=now)
    payment.received_vnd = payment.amount_vnd
    payment.state = PayState.PAID.value
    payment.settled_at = now
    db.session.flush()
    move(seller_order, Axis.PAYMENT, PaymentState.COD_COLLECTED, actor=actor, by=by, now=now)
    if holder.startswith("producer:"):
        move(seller_order, Axis.PAYMENT, PaymentState.PAID, actor=actor, by=by, now=now)
    enqueue(RECEIPT_JOB, key=str(payment.order_id), order_id=payment.order_id, now=now)
    return True


def record_cod_refused(
    seller_order: SellerOrder, *, actor: OrderActor, now: datetime, reason: str, by: Actor | None = None
) -> bool:
    """The buyer did not take the parcel, so nothing is owed. Whether that is new.

    Raises PaymentClashError if the cash was collected; then nothing has changed. Where the goods go is another matter.
    """
    payment = _lock_cash(seller_order)
    if payment.state == PayState.VOID:
        return False
    if payment.state != PayState.PENDING:
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    payment.state = PayState.VOID.value
    db.session.flush()
    return move(
        seller_order, Axis.PAYMENT, PaymentState.COD_REFUSED, actor=actor, by=by, reason=reason, now=now
    )


def record_cod_remitted(
    seller_order: SellerOrder,
    *,
    carrier: str,
    now: datetime,
    by: Actor | None = None,
    from_unmatched: bool = False,
) -> bool:
    """The carrier handed the cash of this parcel on. Whether that is new.

    carrier: its code, as in `holder`. from_unmatched: the bank's line of it has been booked already, as money of
    nobody known. Raises PaymentClashError if nothing was collected; then nothing has changed.
    """
    payment = _lock_cash(seller_order)
    if payment.state != PayState.PAID:
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    key = f"payment:{payment.id}:remitted"
    if is_posted(key):
        return False
    into = AccountName(AccountKind.UNMATCHED if from_unmatched else AccountKind.BANK)
    cash = AccountName(AccountKind.CASH_HELD, f"carrier:{carrier}")
    post(
        key,
        "cash_remitted",
        f"order:{payment.order_id}",
        [Move(into, cash, payment.amount_vnd)],
        now=now,
    )
    if seller_order.payment == PaymentState.COD_COLLECTED:
        move(seller_order, Axis.PAYMENT, PaymentState.PAID, actor=OrderActor.CARRIER, by=by, now=now)
    # Long completed as a rule: the producer is owed its money from now on. Does nothing where it is not.
    enqueue(SALE_JOB, key=f"order:{seller_order.id}", seller_order_id=seller_order.id, now=now)
    return True


def _lock_cash(seller_order: SellerOrder) -> Payment:
    own = select(Payment.id).where(
        Payment.seller_order_id == seller_order.id, Payment.method == PaymentMethod.COD.value
    )
    payment_id = db.session.scalar(own.order_by(Payment.id.desc()).limit(1))
    if payment_id is None:
        raise PaymentNotFoundError(seller_order_id=seller_order.id)
    payment = lock_payment(payment_id)
    db.session.refresh(seller_order, ["payment"])
    return payment
