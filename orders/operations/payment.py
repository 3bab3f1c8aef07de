"""Money of buyers: asked for, received, late, too little, too much. Whole dong.

Everything here may be repeated by a webhook, a statement read twice or two workers: what was done stays done once. A
payment is recorded together with its journal, the goods it buys and the moves of the orders, or not at all.
"""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, func, insert, select

from accounts.actors import Actor
from core.db import db
from core.jobs.queue import enqueue
from core.prepared import Prepared, values_of
from ledger.operations import AccountName, Move, post
from orders import payment_terms
from orders.errors import PaymentClashError
from orders.models.orders import AT_COUNTER, Order, PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState, Refund, RefundCause, RefundState
from orders.operations.deposits import take_deposit
from orders.operations.payment_rows import (
    account_for_transfers,
    buyer_funds,
    due_vnd,
    find_account,
    is_posted,
    lock_payment,
    money_account,
    parts_of,
)
from orders.operations.refunds import refund_to_buyer
from orders.operations.stock import commit_holds, rehold, release_holds
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Lifecycle, PaymentState, may_move

RECEIPT_JOB = "orders.send_receipt"
_PAYMENTS: Final = cast("Table", Payment.__table__)
_INSERT: Final = Prepared(insert(_PAYMENTS).values(values_of(_PAYMENTS)))


def open_payments(order: Order, *, now: datetime, expires_at: datetime | None = None) -> list[Payment]:
    """Ask for the money of a new order; what was asked for already is answered again.

    One payment for the order; one for each producer where cash is paid at the door or transfers go straight to
    producers. expires_at: the end of the holds; by default after `payment_terms.pay_by`. Cash at the door commits the
    goods at once, and so does an order that costs nothing. Raises NoReceivingAccountError.
    """
    known = list(db.session.scalars(select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)))
    if known:
        return known
    if order.method == PaymentMethod.COD:
        for part in order.seller_orders:
            commit_holds(part, now=now)
    until = expires_at or payment_terms.pay_by(order.method, is_perishable=False, now=now)
    ask_for_new(order, expires_at=until, now=now)
    return list(db.session.scalars(select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)))


def ask_for_new(order: Order, *, expires_at: datetime | None, now: datetime) -> None:
    """`open_payments` for an order that this very transaction made, whose goods are held until `expires_at`.

    None: without an end, as they are for what is paid at the door. Raises NoReceivingAccountError.
    """
    parts = [each for each in order.seller_orders if due_vnd(each)]
    for free in (each for each in order.seller_orders if not due_vnd(each)):
        _settle_free(free, now)
    is_cod = order.method == PaymentMethod.COD
    is_direct = order.method == PaymentMethod.VIETQR and payment_terms.pays_producers_directly()
    for part in parts:
        if not is_cod and part.payment == PaymentState.UNPAID:
            move(part, Axis.PAYMENT, PaymentState.PENDING, actor=OrderActor.PLATFORM, now=now)
    if is_cod or is_direct or order.method in AT_COUNTER:
        asked = [_asked(order, part, None if is_cod else expires_at, now) for part in parts]
    else:
        asked = [_asked(order, None, expires_at, now)] if parts else []
    if asked:
        _INSERT.run_each(asked)


def record_payment(
    payment: Payment,
    received_vnd: int,
    *,
    source: OrderActor,
    now: datetime,
    external_charge: str | None = None,
    key: str | None = None,
    origin: AccountName | None = None,
    by: Actor | None = None,
) -> bool:
    """Note that `received_vnd` (1 or more) of `payment` came in. Whether that is new.

    external_charge: the processor's number of the charge. key: else what tells this receipt from another of the same
    payment («line:12»); by default its source, so that a payment comes in once from each. origin: the account from
    which the money is booked; by default where money of this payment stands.

    In full, it pays the order: goods committed, receipt asked for. Too little waits for the rest, and is the deposit
    of an agreed order where it reaches that far; too much goes back.
    Late (expired, cancelled, paid already): the goods are held again if they are there, else the money goes back by
    itself. Raises PaymentClashError if this receipt is known with another amount, or the charge paid something else.
    """
    payment = lock_payment(payment.id)
    receipt = f"payment:{payment.id}:received:{(external_charge or key or source.value)[:50]}"
    moves = [Move(origin or money_account(payment), buyer_funds(payment.order_id), received_vnd)]
    is_known = is_posted(receipt)
    post(receipt, "payment_received", f"order:{payment.order_id}", moves, now=now)
    if is_known:
        return False
    if external_charge is not None:
        _note_charge(payment, external_charge)
    payment.received_vnd += received_vnd
    _settle(payment, source, by, now)
    db.session.flush()
    return True


def settle_what_came(payment: Payment, *, now: datetime) -> None:
    """Less is asked for than before: what came in of too little may suffice now. The caller holds the order."""
    if payment.received_vnd:
        _settle(payment, OrderActor.PLATFORM, None, now)
        db.session.flush()


def expire_payment(payment: Payment, *, now: datetime) -> bool:
    """End the wait for money that did not come in time: the goods are free again. Whether this call did so.

    The order stays placed, so that money that comes late may still pay it. What came in of too little stays with the
    payment, and goes back when the order is cancelled.
    """
    payment = lock_payment(payment.id)
    is_open = payment.state in (PayState.PENDING, PayState.FAILED)
    if not is_open or payment.expires_at is None or payment.expires_at > now:
        return False
    payment.state = PayState.EXPIRED.value
    db.session.flush()
    for part in parts_of(payment):
        if part.payment == PaymentState.FAILED:
            move(part, Axis.PAYMENT, PaymentState.PENDING, actor=OrderActor.TIMER, now=now)
        if part.payment == PaymentState.PENDING:
            release_holds(part, now=now)
            reason = "payment_expired"
            move(part, Axis.PAYMENT, PaymentState.EXPIRED, actor=OrderActor.TIMER, reason=reason, now=now)
    return True


def fail_payment(payment: Payment, *, reason: str, now: datetime) -> bool:
    """The processor says that nothing was paid. Whether this call noted it: never after money came in.

    The goods stay held until the payment would have expired, for another try (`open_next_attempt`).
    """
    payment = lock_payment(payment.id)
    if payment.state != PayState.PENDING or payment.received_vnd:
        return False
    payment.state = PayState.FAILED.value
    db.session.flush()
    for part in parts_of(payment):
        if part.payment == PaymentState.PENDING:
            actor = OrderActor.PROCESSOR
            move(part, Axis.PAYMENT, PaymentState.FAILED, actor=actor, reason=reason, now=now)
    return True


def open_next_attempt(payment: Payment, *, now: datetime) -> Payment:
    """Ask once more for what failed, within the same time. Answers `payment` itself while it is still open.

    Raises PaymentClashError if it expired, was paid or is void, or its time is over; then nothing has changed.
    """
    payment = lock_payment(payment.id)
    if payment.state == PayState.PENDING:
        return payment
    if payment.state != PayState.FAILED or (payment.expires_at is not None and payment.expires_at <= now):
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    tries = select(func.max(Payment.attempt)).where(Payment.reference == payment.reference)
    latest = db.session.scalars(
        select(Payment).where(
            Payment.reference == payment.reference, Payment.attempt == tries.scalar_subquery()
        )
    ).one()
    if latest.id != payment.id:
        return latest
    following = Payment(
        order_id=payment.order_id,
        seller_order_id=payment.seller_order_id,
        method=payment.method,
        amount_vnd=payment.amount_vnd,
        received_vnd=0,
        state=PayState.PENDING.value,
        reference=payment.reference,
        attempt=payment.attempt + 1,
        opened_at=now,
        expires_at=payment.expires_at,
        receiving_account_id=payment.receiving_account_id,
    )
    db.session.add(following)
    db.session.flush()
    for part in parts_of(following):
        if part.payment == PaymentState.FAILED:
            move(part, Axis.PAYMENT, PaymentState.PENDING, actor=OrderActor.BUYER, now=now)
    return following


def _asked(order: Order, part: SellerOrder | None, until: datetime | None, now: datetime) -> dict[str, Any]:
    amounts = [due_vnd(each) for each in ([part] if part else order.seller_orders)]
    account = None
    if order.method == PaymentMethod.VIETQR:
        producer_id = (part or order.seller_orders[0]).producer_id
        account = account_for_transfers(producer_id, now=now)
    elif part and order.method == PaymentMethod.TRANSFER:
        account = find_account(part.producer_id, now=now)
    return {
        "order_id": order.id,
        "seller_order_id": part.id if part else None,
        "method": order.method,
        "amount_vnd": sum(amounts),
        "received_vnd": 0,
        "state": PayState.PENDING.value,
        "reference": (part or order).code,
        "attempt": 1,
        "opened_at": now,
        "expires_at": until,
        "receiving_account_id": account.id if account else None,
        "external_id": None,
        "external_charge": None,
        "settled_at": None,
        "refunded_vnd": 0,
        "deposit_vnd": None,
    }


def _settle_free(part: SellerOrder, now: datetime) -> None:
    """A part that costs nothing is paid as soon as it is placed."""
    if part.payment not in (PaymentState.UNPAID, PaymentState.PENDING, PaymentState.COD_DUE):
        return
    commit_holds(part, now=now)
    if part.payment == PaymentState.COD_DUE:
        move(part, Axis.PAYMENT, PaymentState.COD_COLLECTED, actor=OrderActor.PLATFORM, now=now)
    move(part, Axis.PAYMENT, PaymentState.PAID, actor=OrderActor.PLATFORM, reason="nothing_to_pay", now=now)


def _note_charge(payment: Payment, external_charge: str) -> None:
    known = db.session.scalar(select(Payment.id).where(Payment.external_charge == external_charge))
    if known is not None and known != payment.id:
        raise PaymentClashError(payment_id=payment.id, external_charge=external_charge, paid=known)
    # A second charge of one payment stands in its journal only: the first is what refunds go by.
    payment.external_charge = payment.external_charge or external_charge


def _settle(payment: Payment, source: OrderActor, by: Actor | None, now: datetime) -> None:
    """Let what came in pay what it is for, as far as it reaches."""
    parts, left_vnd = parts_of(payment), _left_vnd(payment)
    if payment.state != PayState.PAID:
        if left_vnd < payment.amount_vnd:
            if all(part.lifecycle == Lifecycle.CANCELLED for part in parts):
                _give_back(payment, left_vnd, RefundCause.LATE_PAYMENT, now)
            else:
                take_deposit(payment, parts, left_vnd, source=source, by=by, now=now)
            return
        payment.state = PayState.PAID.value
        payment.settled_at = now
        db.session.flush()
        take_deposit(payment, parts, left_vnd, source=source, by=by, now=now)
        for part in parts:
            _pay_part(payment, part, source, by, now)
        enqueue(RECEIPT_JOB, key=str(payment.order_id), order_id=payment.order_id, now=now)
    if left_vnd > payment.amount_vnd:
        _give_back(payment, left_vnd - payment.amount_vnd, RefundCause.OVERPAID, now)


def _pay_part(
    payment: Payment, part: SellerOrder, source: OrderActor, by: Actor | None, now: datetime
) -> None:
    amount_vnd = due_vnd(part)
    if part.lifecycle == Lifecycle.CANCELLED and not amount_vnd:
        return  # cancelled before it was paid, and no longer asked for
    if not may_move(Axis.PAYMENT, part.payment, PaymentState.PAID):
        # Paid already by another payment (two tries of one buyer), or at the door.
        _return_part(payment, part, amount_vnd, RefundCause.OVERPAID, now)
        return
    is_wanted = part.lifecycle != Lifecycle.CANCELLED
    # What was agreed may be made only now: its goods are held when they are ready, at the latest.
    if is_wanted and (rehold(part, now=now) or payment.deposit_vnd is not None):
        move(part, Axis.PAYMENT, PaymentState.PAID, actor=source, by=by, now=now)
        return
    move(part, Axis.PAYMENT, PaymentState.PAID, actor=source, by=by, reason="late_payment", now=now)
    if is_wanted:
        reason = "late_payment"
        release_holds(part, now=now)
        move(part, Axis.LIFECYCLE, Lifecycle.CANCELLED, actor=OrderActor.PLATFORM, reason=reason, now=now)
    _return_part(payment, part, amount_vnd, RefundCause.LATE_PAYMENT, now)


def _return_part(
    payment: Payment, part: SellerOrder, amount_vnd: int, cause: RefundCause, now: datetime
) -> None:
    if amount_vnd:
        key = f"{cause.value}:{payment.id}:{part.id}"
        refund_to_buyer(payment, key=key, cause=cause, amount_vnd=amount_vnd, seller_order=part, now=now)


def _give_back(payment: Payment, amount_vnd: int, cause: RefundCause, now: datetime) -> None:
    """Ask for money that pays for nothing to go back."""
    key = f"{cause.value}:{payment.id}:of:{payment.received_vnd}"
    refund_to_buyer(payment, key=key, cause=cause, amount_vnd=amount_vnd, seller_order=None, now=now)


def _left_vnd(payment: Payment) -> int:
    """What came in and was not sent back as paying for nothing."""
    asked = select(func.coalesce(func.sum(Refund.amount_vnd), 0)).where(
        Refund.payment_id == payment.id,
        Refund.seller_order_id.is_(None),
        Refund.state != RefundState.REFUSED.value,
    )
    return payment.received_vnd - int(db.session.scalar(asked) or 0)
