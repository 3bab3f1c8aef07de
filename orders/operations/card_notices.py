"""What notices of Stripe change: payments and refunds. Each may come twice, late, out of order, or not be true.

Money that is there is booked on the signed word of the notice itself. What takes something away (a session that ended,
a refund that moved) is asked for anew first, by a job, and what Stripe says then counts: so the order in which notices
arrive makes no difference. What contradicts the order is never applied; it waits for a person, with the reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from core.db import db
from core.errors import AppError
from core.jobs.queue import enqueue
from ledger.chart import AccountKind
from ledger.operations import AccountName, Move, post
from orders.models.notices import NoticeState, PaymentNotice
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, Refund
from orders.models.payments import RefundState as Sending
from orders.operations.notices import end_notice, keep_notice
from orders.operations.payment import expire_payment, fail_payment, record_payment
from orders.operations.refunds import fail_refund, mark_refund_sent, settle_refund
from orders.operations.transitions import OrderActor
from orders.stripe_events import (
    CURRENCY,
    DISPUTE_KINDS,
    REFUND_KINDS,
    SESSION_KINDS,
    RefundState,
    SessionFacts,
    StripeEvent,
    contradiction,
    event_of_body,
    session_of,
)

PROVIDER: Final = "stripe"
ASK_JOB: Final = "orders.ask_about_notice"
FEE_JOB: Final = "orders.book_card_fee"
FEE_KNOWN_AFTER: Final = timedelta(minutes=1)
ASKED_AGAIN_AFTER: Final = timedelta(hours=1)
ASKED_AGAIN_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a notice. RECEIVED: Stripe is to be asked how it stands now."""

    state: NoticeState
    reason: str | None = None
    payment_id: int | None = None


def take_event(event: StripeEvent, *, is_live: bool, now: datetime) -> PaymentNotice | None:
    """Keep a notice whose sender is proven, with its effect; None if it is known already, then nothing happens.

    is_live: whether our key is one for real money.
    """
    notice = keep_notice(PROVIDER, event.id, event.kind, event.body, object_id=event.object_id, now=now)
    if notice is not None:
        apply_notice(notice, is_live=is_live, now=now)
    return notice


def apply_notice(notice: PaymentNotice, *, is_live: bool, now: datetime) -> None:
    """Let `notice` change what it may change now, or ask for the job that asks Stripe. Harmless when repeated."""
    event = event_of_body(notice.body)
    try:
        with db.session.begin_nested():
            outcome = _outcome(event, is_live=is_live, now=now)
    except AppError as error:  # it contradicts what is recorded: whatever it had changed is undone
        outcome = Outcome(NoticeState.FAILED, type(error).__name__)
    end_notice(notice, outcome.state, reason=outcome.reason, payment_id=outcome.payment_id, now=now)
    if outcome.state is NoticeState.RECEIVED:
        enqueue(ASK_JOB, key=f"notice:{notice.id}", notice_id=notice.id, now=now)


def apply_answer(
    notice: PaymentNotice, told: SessionFacts | RefundState, *, is_live: bool, now: datetime
) -> None:
    """Let what Stripe said when asked about `notice` take effect."""
    try:
        with db.session.begin_nested():
            if isinstance(told, SessionFacts):
                outcome = apply_session(told, is_live=is_live, kind=notice.kind, now=now)
            else:
                outcome = apply_refund(told, now=now)
    except AppError as error:
        outcome = Outcome(NoticeState.FAILED, type(error).__name__)
    end_notice(notice, outcome.state, reason=outcome.reason, payment_id=outcome.payment_id, now=now)


def apply_session(told: SessionFacts, *, is_live: bool, now: datetime, kind: str = "") -> Outcome:
    """Let a session, as it stands now, pay, end or fail the payment that it is for. Harmless when repeated."""
    payment = _payment_of(told)
    if payment is None:
        return Outcome(NoticeState.PARKED, "unknown_order")
    if payment.method != PaymentMethod.STRIPE:
        return Outcome(NoticeState.PARKED, "method", payment.id)
    wrong = contradiction(told, amount_vnd=payment.amount_vnd, is_live=is_live)
    if wrong is not None:
        return Outcome(NoticeState.PARKED, wrong, payment.id)
    payment.external_id = payment.external_id or told.id
    db.session.flush()
    if told.is_paid and told.charge is not None and told.amount_vnd is not None:
        record_payment(
            payment, told.amount_vnd, source=OrderActor.PROCESSOR, external_charge=told.charge, now=now
        )
        _ask_for_fee(payment, told.charge, now)
        return Outcome(NoticeState.APPLIED, payment_id=payment.id)
    if payment.external_id != told.id:
        return Outcome(NoticeState.IGNORED, "other_session", payment.id)
    if told.status == "expired":
        if not expire_payment(payment, now=now):
            fail_payment(payment, reason="session_closed", now=now)  # closed early, by hand at Stripe
        return Outcome(NoticeState.APPLIED, payment_id=payment.id)
    if kind == "checkout.session.async_payment_failed":
        fail_payment(payment, reason="card_failed", now=now)
        return Outcome(NoticeState.APPLIED, payment_id=payment.id)
    return Outcome(NoticeState.IGNORED, "not_paid_yet", payment.id)


def apply_refund(told: RefundState, *, now: datetime) -> Outcome:
    """Let a refund, as it stands now, move ours. Harmless when repeated."""
    refund = db.session.get(Refund, told.refund_id) if told.refund_id else None
    if refund is None or told.charge is None or refund.payment.external_charge != told.charge:
        # Given by hand at Stripe, or before the present database began: the books do not know of it.
        return Outcome(NoticeState.PARKED, "unknown_refund", _payment_id_of(told.charge))
    number = refund.payment_id
    if told.currency != CURRENCY or told.amount_vnd != refund.amount_vnd:
        wrong = "currency" if told.currency != CURRENCY else "amount"
        return Outcome(NoticeState.PARKED, wrong, number)
    if told.attempt != refund.attempt or refund.external_id not in {None, told.id}:
        return Outcome(NoticeState.IGNORED, "older_attempt", number)
    if told.status in {"failed", "canceled"}:
        if refund.state == Sending.SETTLED:
            return Outcome(NoticeState.PARKED, "refund_failed_late", number)
        fail_refund(refund, reason=told.status, now=now)
        return Outcome(NoticeState.APPLIED, payment_id=number)
    if refund.state == Sending.APPROVED:
        mark_refund_sent(refund, external_id=told.id, now=now)
    if told.status == "succeeded":
        settle_refund(refund, now=now)
    return Outcome(NoticeState.APPLIED, payment_id=number)


def book_fee(payment_id: int, charge: str, fee_vnd: int, *, now: datetime) -> None:
    """Book what the processor kept of a charge; once, however often it is asked for."""
    payment = db.session.get_one(Payment, payment_id)
    if fee_vnd > 0:
        kept = Move(AccountName(AccountKind.PROCESSOR_FEES), AccountName(AccountKind.CARD_PROCESSOR), fee_vnd)
        post(f"fee:{charge}"[:80], "processor_fee", f"order:{payment.order_id}", [kept], now=now)


def ask_again(*, now: datetime) -> None:
    """Ask for the job of notices that wait for it longer than the tries of a job take: Stripe was away."""
    waiting = (
        PaymentNotice.provider == PROVIDER,
        PaymentNotice.state == NoticeState.RECEIVED.value,
        PaymentNotice.received_at <= now - ASKED_AGAIN_AFTER,
    )
    for number in db.session.scalars(select(PaymentNotice.id).where(*waiting).limit(ASKED_AGAIN_MAX)):
        enqueue(ASK_JOB, key=f"notice:{number}", notice_id=number, now=now)


def _outcome(event: StripeEvent, *, is_live: bool, now: datetime) -> Outcome:
    if event.account is not None:
        return Outcome(NoticeState.PARKED, "account")
    if event.is_live is not is_live:
        return Outcome(NoticeState.PARKED, "livemode")
    if event.kind in DISPUTE_KINDS:
        charge = event.fields.get("payment_intent")
        return Outcome(NoticeState.PARKED, "dispute", _payment_id_of(charge))
    if event.kind in REFUND_KINDS:
        return Outcome(NoticeState.RECEIVED)
    if event.kind not in SESSION_KINDS:
        return Outcome(NoticeState.IGNORED, "other_kind")
    told = session_of(event.fields)
    if told.is_paid:
        return apply_session(told, is_live=is_live, now=now, kind=event.kind)
    return Outcome(NoticeState.RECEIVED)


def _payment_of(told: SessionFacts) -> Payment | None:
    if told.reference is None or told.attempt is None:
        return None
    wanted = select(Payment).where(Payment.reference == told.reference, Payment.attempt == told.attempt)
    return db.session.scalar(wanted)


def _payment_id_of(charge: object) -> int | None:
    if not isinstance(charge, str):
        return None
    return db.session.scalar(select(Payment.id).where(Payment.external_charge == charge))


def _ask_for_fee(payment: Payment, charge: str, now: datetime) -> None:
    at = now + FEE_KNOWN_AFTER
    enqueue(FEE_JOB, key=charge[:60], run_after_at=at, payment_id=payment.id, charge=charge, now=now)
