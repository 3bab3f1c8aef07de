"""Payments and refunds by card of which Stripe is to be asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from core.db import db
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, PayState, Refund, RefundState

ASKED_AFTER: Final = timedelta(minutes=10)
"""A buyer types a card in less; a notice comes within seconds."""
REFUND_ASKED_AFTER: Final = timedelta(hours=1)
BATCH: Final = 50
OPEN: Final = (PayState.PENDING.value, PayState.FAILED.value)


@dataclass(frozen=True, slots=True)
class WaitingPayment:
    """A payment that nobody told us anything of. external_id: None where we do not know its session."""

    id: int
    external_id: str | None
    reference: str
    attempt: int
    opened_at: datetime
    expires_at: datetime | None


def list_waiting_payments(now: datetime) -> list[WaitingPayment]:
    """Payments by card that have waited for 10 minutes, or whose time is over unpaid; the longest first."""
    rows = db.session.execute(
        select(
            Payment.id,
            Payment.external_id,
            Payment.reference,
            Payment.attempt,
            Payment.opened_at,
            Payment.expires_at,
        )
        .where(
            Payment.method == PaymentMethod.STRIPE.value,
            or_(
                and_(Payment.state == PayState.PENDING.value, Payment.opened_at <= now - ASKED_AFTER),
                and_(Payment.state.in_(OPEN), Payment.expires_at <= now),
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
