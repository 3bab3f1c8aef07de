"""Payments and refunds by card of which Stripe is to be asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, exists, or_, select

from core.db import db
from orders.models.notices import PaymentNotice
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, PayState, Refund, RefundState

ASKED_AFTER: Final = timedelta(minutes=10)
"""A buyer types a card in less; a notice comes within seconds."""
REFUND_ASKED_AFTER: Final = timedelta(hours=1)
BATCH: Final = 50
PAGE_LIVES: Final = timedelta(minutes=46)
"""15 minutes of the hold, 30 more that Stripe asks for, and one."""
OPEN: Final = (PayState.PENDING.value, PayState.FAILED.value)


@dataclass(frozen=True, slots=True)
class WaitingPayment:
    """A payment that nobody told us the end of. external_id: None where we do not know its session."""

    id: int
    external_id: str | None
    reference: str
    attempt: int
    opened_at: datetime
    expires_at: datetime | None
    state: str

    def is_over(self, now: datetime) -> bool:
        """Whether nobody is to pay on its page any more: its time is over, or its order was cancelled."""
        return self.state == PayState.VOID or (self.expires_at is not None and self.expires_at <= now)


def list_waiting_payments(now: datetime) -> list[WaitingPayment]:
    """Payments by card that have waited for 10 minutes, or whose time is over unpaid; the longest first.

    Those of cancelled orders too, as long as their page may be open.
    """
    is_closed = exists().where(
        PaymentNotice.object_id == Payment.external_id, PaymentNotice.kind == "checkout.session.expired"
    )
    rows = db.session.execute(
        select(
            Payment.id,
            Payment.external_id,
            Payment.reference,
            Payment.attempt,
            Payment.opened_at,
            Payment.expires_at,
            Payment.state,
        )
        .where(
            Payment.method == PaymentMethod.STRIPE.value,
            or_(
                and_(Payment.state == PayState.PENDING.value, Payment.opened_at <= now - ASKED_AFTER),
                and_(Payment.state.in_(OPEN), Payment.expires_at <= now),
                and_(Payment.state == PayState.VOID.value, Payment.opened_at > now - PAGE_LIVES, ~is_closed),
            ),
        )
        .order_by(Payment.id)
        .limit(BATCH)
    )
    return [WaitingPayment(*row) for row in rows]


def list_waiting_refunds(now: datetime) -> list[str]:
    """Stripe's names of refunds that were sent an hour ago and have not arrived; the longest first."""
    return list(
        db.session.scalars(
            select(Refund.external_id)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Payment.method == PaymentMethod.STRIPE.value,
                Refund.state == RefundState.SENT.value,
                Refund.external_id.is_not(None),
                Refund.sent_at <= now - REFUND_ASKED_AFTER,
            )
            .order_by(Refund.sent_at, Refund.id)
            .limit(BATCH)
        )
    )
