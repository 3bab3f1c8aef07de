"""Payments that wait."""

from datetime import datetime

from sqlalchemy import select

from core.db import db
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, PayState


def list_overdue_payments(now: datetime, *, limit: int) -> list[int]:
    """Payments by transfer (and played ones) whose time is over, the longest first; at most `limit` numbers."""
    ways = (PaymentMethod.VIETQR.value, PaymentMethod.FAKE.value)
    overdue = select(Payment.id).where(
        Payment.state.in_((PayState.PENDING.value, PayState.FAILED.value)),
        Payment.method.in_(ways),
        Payment.expires_at <= now,
    )
    return list(db.session.scalars(overdue.order_by(Payment.expires_at, Payment.id).limit(limit)))
