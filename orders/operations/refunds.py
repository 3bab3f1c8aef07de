"""Money back to buyers: asked for once, approved, sent by the way it came, settled. Whole dong.

No more goes back than came in: `payment.refunded_vnd` is raised by one guarded UPDATE before a refund exists, and the
database refuses more. Every step is harmless when repeated.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from core.jobs.queue import enqueue
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders import payment_terms
from orders.errors import RefundNotFoundError, RefundStateError, RefundTooLargeError
from orders.models.bank import RefundApproval
from orders.models.orders import OrderEvent, PaymentMethod, SellerOrder
from orders.models.payments import Payment, Refund, RefundCause, RefundState
from orders.operations.payment_rows import buyer_funds, due_vnd, lock_payment, money_account
from orders.operations.transitions import OrderActor, ask_for_news, move
from orders.states import Axis, Lifecycle, PaymentState

SEND_JOB: Final = "orders.send_refund"
REVERSE_JOB: Final = "settlement.reverse_sale"
CASH_JOB: Final = "settlement.settle_cash"
_PROCESSORS: Final = (PaymentMethod.STRIPE, PaymentMethod.FAKE)
_OPEN: Final = (RefundState.REQUESTED, RefundState.FAILED)


def request_refund(
    payment: Payment,
    *,
    key: str,
    cause: RefundCause,
    seller_order: SellerOrder | None,
    now: datetime,
    goods_vnd: int = 0,
    shipping_vnd: int = 0,
    amount_vnd: int | None = None,
    reason: str | None = None,
    by: Actor | None = None,
) -> Refund:
    """Ask for money of `payment` to go back; the refund of this key if it was asked for before.

    key: what it is for («return:7»), 60 characters at most. goods_vnd, shipping_vnd: what of the part it is;
    amount_vnd instead, with both 0, for money that paid for nothing (late, too much). Small ones, and what nobody
    need decide, are approved at once (`payment_terms.approvals_needed`). Raises RefundTooLargeError if more would go
    back than came in, or than was paid for the part; then nothing has changed. Safe when two ask at once.
    """
    payment = lock_payment(payment.id)
    known = db.session.scalar(select(Refund).where(Refund.key == key))
    if known is not None:
        return known
    wanted_vnd = goods_vnd + shipping_vnd or amount_vnd or 0
    _require_left(payment, seller_order, wanted_vnd)
    refund = Refund(
        key=key,
        payment_id=payment.id,
        seller_order_id=seller_order.id if seller_order else None,
        cause=cause.value,
        reason=reason,
        amount_vnd=wanted_vnd,
        goods_vnd=goods_vnd,
        shipping_vnd=shipping_vnd,
        state=RefundState.REQUESTED.value,
        requested_at=now,
        requested_by_id=by.user_id if by else None,
    )
    db.session.add(refund)
    db.session.flush()
    if not payment_terms.approvals_needed(refund.cause, refund.amount_vnd):
        _approve(refund, payment, by=None, now=now)
    return refund


def refund_to_buyer(
    payment: Payment,
    *,
    key: str,
    cause: RefundCause,
    amount_vnd: int,
    seller_order: SellerOrder | None,
    now: datetime,
) -> Refund:
    """Money that pays for nothing goes back by itself: late, or too much."""
    return request_refund(
        payment, key=key, cause=cause, seller_order=seller_order, amount_vnd=amount_vnd, now=now
    )


def approve_refund(refund: Refund, *, by: Actor, now: datetime) -> bool:
    """An administrator says yes. Whether the refund is approved now: one over the higher limit needs two of them.

    Raises RefundStateError if it was refused, or if the one who asked for it is to be the only one who approves.
    """
    refund, payment = _lock(refund)
    if refund.state not in _OPEN:
        if refund.state == RefundState.REFUSED:
            raise RefundStateError(refund_id=refund.id, state=refund.state, reason="refused")
        return True
    if refund.state == RefundState.FAILED:
        _send_again(refund, by, now)
        return True
    _note_approval(refund, by, now)
    others = select(func.count()).where(
        RefundApproval.refund_id == refund.id, RefundApproval.by_id != (refund.requested_by_id or 0)
    )
    needed = payment_terms.approvals_needed(refund.cause, refund.amount_vnd)
    said = select(func.count()).where(RefundApproval.refund_id == refund.id)
    has_enough = (db.session.scalar(said) or 0) >= needed and (db.session.scalar(others) or 0) >= min(
        needed, 1
    )
    record_act("orders.approve_refund", by=by, subject=f"refund:{refund.id}", after=_facts(refund), now=now)
    if has_enough:
        _approve(refund, payment, by=by, now=now)
    return has_enough


def refuse_refund(refund: Refund, *, reason: str, by: Actor, now: datetime) -> None:
    """An administrator says no, with a reason that the buyer may read. Raises RefundStateError unless it waits."""
    refund, payment = _lock(refund)
    told = " ".join(reason.split())
    if refund.state == RefundState.REFUSED:
        return
    if refund.state != RefundState.REQUESTED or not told:
        raise RefundStateError(
            refund_id=refund.id, state=refund.state, reason="missing" if not told else "state"
        )
    refund.state = RefundState.REFUSED.value
    payment.refunded_vnd -= refund.amount_vnd
    db.session.flush()
    record_act(
        "orders.refuse_refund",
        by=by,
        subject=f"refund:{refund.id}",
        after=_facts(refund),
        reason=told[:500],
        now=now,
    )


def mark_refund_sent(
    refund: Refund,
    *,
    now: datetime,
    external_id: str | None = None,
    bank_reference: str | None = None,
    by: Actor | None = None,
) -> bool:
    """The money left: the processor took the order (external_id), or the bank did (bank_reference). Whether new.

    A transfer that carries a reference of the bank is settled with it; a processor may still say that it failed.
    Raises RefundStateError for one that is not approved, or without any reference.
    """
    refund, payment = _lock(refund)
    if refund.state in (RefundState.SENT, RefundState.SETTLED):
        return False
    reference = " ".join((bank_reference or "").split())[:80]
    if refund.state != RefundState.APPROVED or not (external_id or reference):
        raise RefundStateError(refund_id=refund.id, state=refund.state, reason="not_approved_or_no_reference")
    refund.state = RefundState.SENT.value
    refund.external_id = external_id or refund.external_id
    refund.bank_reference = reference or refund.bank_reference
    refund.sent_at = now
    moves = [Move(_due(payment), money_account(payment), refund.amount_vnd)]
    post(
        f"refund:{refund.id}:sent:{refund.attempt}",
        "refund_sent",
        f"order:{payment.order_id}",
        moves,
        now=now,
    )
    part_id = refund.seller_order_id or payment.seller_order_id
    if part_id is not None and money_account(payment).kind == AccountKind.CASH_HELD:
        enqueue(CASH_JOB, key=f"seller_order:{part_id}", seller_order_id=part_id, now=now)
    if by is not None:
        record_act(
            "orders.mark_refund_sent", by=by, subject=f"refund:{refund.id}", after=_facts(refund), now=now
        )
    if external_id is None:
        _settle(refund, payment, now)
    db.session.flush()
    return True


def settle_refund(refund: Refund, *, now: datetime) -> bool:
    """The processor says that the buyer has the money. Whether new. Raises RefundStateError if it was not sent."""
    refund, payment = _lock(refund)
    if refund.state == RefundState.SETTLED:
        return False
    if refund.state != RefundState.SENT:
        raise RefundStateError(refund_id=refund.id, state=refund.state, reason="not_sent")
    _settle(refund, payment, now)
    db.session.flush()
    return True


def fail_refund(refund: Refund, *, reason: str, now: datetime) -> bool:
    """It did not reach the buyer, who is owed it still; a person sends it again (`approve_refund`). Whether new.

    Raises RefundStateError for one that was settled or never approved.
    """
    refund, payment = _lock(refund)
    if refund.state == RefundState.FAILED:
        return False
    if refund.state not in (RefundState.APPROVED, RefundState.SENT):
        raise RefundStateError(refund_id=refund.id, state=refund.state, reason="not_sent")
    if refund.state == RefundState.SENT:
        moves = [Move(money_account(payment), _due(payment), refund.amount_vnd)]
        post(
            f"refund:{refund.id}:failed:{refund.attempt}",
            "refund_failed",
            f"order:{payment.order_id}",
            moves,
            now=now,
        )
    refund.state = RefundState.FAILED.value
    refund.reason = reason[:500] if refund.reason is None else refund.reason
    db.session.flush()
    return True


def get_refund(refund_id: int) -> Refund:
    """The refund of this number. Raises RefundNotFoundError."""
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise RefundNotFoundError(refund_id=refund_id)
    return found


def _require_left(payment: Payment, seller_order: SellerOrder | None, wanted_vnd: int) -> None:
    """Set the money aside, or refuse."""
    if seller_order is not None:
        asked = select(func.coalesce(func.sum(Refund.amount_vnd), 0)).where(
            Refund.payment_id == payment.id,
            Refund.seller_order_id == seller_order.id,
            Refund.state != RefundState.REFUSED.value,
        )
        left_vnd = due_vnd(seller_order) - int(db.session.scalar(asked) or 0)
        if wanted_vnd > left_vnd:
            raise RefundTooLargeError(payment_id=payment.id, wanted_vnd=wanted_vnd, left_vnd=left_vnd)
    left = Payment.received_vnd - Payment.refunded_vnd
    kept = db.session.execute(
        update(Payment)
        .where(Payment.id == payment.id, left >= wanted_vnd)
        .values(refunded_vnd=Payment.refunded_vnd + wanted_vnd)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(payment, ["refunded_vnd"])
    if kept.rowcount == 0 or wanted_vnd <= 0:  # type: ignore[attr-defined]
        left_vnd = payment.received_vnd - payment.refunded_vnd
        raise RefundTooLargeError(payment_id=payment.id, wanted_vnd=wanted_vnd, left_vnd=left_vnd)


def _lock(refund: Refund) -> tuple[Refund, Payment]:
    payment = lock_payment(refund.payment_id)
    locked = db.session.get(Refund, refund.id, with_for_update={"of": Refund}, populate_existing=True)
    if locked is None:
        raise RefundNotFoundError(refund_id=refund.id)
    return locked, payment


def _approve(refund: Refund, payment: Payment, *, by: Actor | None, now: datetime) -> None:
    """Owed to the buyer from now on: out of what the buyer had paid, or out of a sale that was settled already."""
    refund.state = RefundState.APPROVED.value
    refund.approved_at = now
    refund.approved_by_id = by.user_id if by else None
    db.session.flush()
    if _was_sold(refund):
        enqueue(REVERSE_JOB, key=f"refund:{refund.id}", refund_id=refund.id, now=now)
    else:
        moves = [Move(buyer_funds(payment.order_id), _due(payment), refund.amount_vnd)]
        post(f"refund:{refund.id}:approved", "refund_approved", f"order:{payment.order_id}", moves, now=now)
    if payment.method in _PROCESSORS:
        enqueue(SEND_JOB, key=f"refund:{refund.id}", refund_id=refund.id, now=now)


def _send_again(refund: Refund, by: Actor, now: datetime) -> None:
    refund.state = RefundState.APPROVED.value
    refund.attempt += 1
    refund.external_id = None
    db.session.flush()
    record_act("orders.resend_refund", by=by, subject=f"refund:{refund.id}", after=_facts(refund), now=now)
    payment = db.session.get_one(Payment, refund.payment_id)
    if payment.method in _PROCESSORS:
        enqueue(SEND_JOB, key=f"refund:{refund.id}", refund_id=refund.id, now=now)


def _note_approval(refund: Refund, by: Actor, now: datetime) -> None:
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    values = {"refund_id": refund.id, "by_id": by.user_id, "approved_at": now}
    db.session.execute(of_dialect.insert(RefundApproval.__table__).values(values).on_conflict_do_nothing())


def _settle(refund: Refund, payment: Payment, now: datetime) -> None:
    refund.state = RefundState.SETTLED.value
    refund.settled_at = now
    db.session.flush()
    ask_for_news(payment.order_id, now=now)
    part = db.session.get(SellerOrder, refund.seller_order_id) if refund.seller_order_id else None
    if part is None or refund.cause == RefundCause.OVERPAID:
        return
    gone = select(func.sum(Refund.amount_vnd)).where(
        Refund.seller_order_id == part.id,
        Refund.state == RefundState.SETTLED.value,
        Refund.cause != RefundCause.OVERPAID.value,
    )
    is_all = int(db.session.scalar(gone) or 0) >= due_vnd(part)
    state = PaymentState.REFUNDED if is_all else PaymentState.PARTIALLY_REFUNDED
    db.session.refresh(part, ["payment"])
    if part.payment == PaymentState.COD_COLLECTED:
        move(part, Axis.PAYMENT, PaymentState.PAID, actor=OrderActor.PLATFORM, reason="refund", now=now)
    if part.payment != PaymentState.REFUNDED:
        move(part, Axis.PAYMENT, state, actor=OrderActor.PLATFORM, reason=refund.cause, now=now)


def _was_sold(refund: Refund) -> bool:
    """Whether the sale has been booked as the producer's: from the first time that the part was completed."""
    if refund.seller_order_id is None or not (refund.goods_vnd or refund.shipping_vnd):
        return False
    completed = select(OrderEvent.id).where(
        OrderEvent.seller_order_id == refund.seller_order_id,
        OrderEvent.axis == Axis.LIFECYCLE.value,
        OrderEvent.to_state == Lifecycle.COMPLETED.value,
    )
    return db.session.scalar(completed.limit(1)) is not None


def _due(payment: Payment) -> AccountName:
    return AccountName(AccountKind.REFUNDS_DUE, f"order:{payment.order_id}")


def _facts(refund: Refund) -> dict[str, object]:
    return {"state": refund.state, "amount_vnd": refund.amount_vnd, "cause": refund.cause}
