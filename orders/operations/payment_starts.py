"""Handing a buyer over to a payment service: what is noted before and after the call."""

from datetime import datetime

from core.db import db
from orders.errors import PaymentClashError
from orders.gateways.base import PaymentFacts
from orders.models.orders import Order
from orders.models.payments import PayState
from orders.operations.payment import open_next_attempt
from orders.operations.payment_rows import lock_payment


def begin_payment(payment_id: int, *, now: datetime) -> PaymentFacts:
    """The payment to be started, as a service is told of it: itself while it waits, a new try if it failed.

    Raises PaymentClashError if it is over; then nothing has changed.
    """
    payment = lock_payment(payment_id)
    if payment.state == PayState.FAILED:
        payment = open_next_attempt(payment, now=now)
    if payment.state != PayState.PENDING or (payment.expires_at is not None and payment.expires_at <= now):
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    order = db.session.get_one(Order, payment.order_id)
    return PaymentFacts(
        payment_id=payment.id,
        reference=payment.reference,
        attempt=payment.attempt,
        amount_vnd=payment.amount_vnd,
        order_code=order.code,
        language=order.language,
        email=order.email,
        expires_at=payment.expires_at,
    )


def note_started(payment_id: int, external_id: str | None) -> None:
    """Keep the service's name for the payment; a later one replaces it (a page that was opened anew)."""
    payment = lock_payment(payment_id)
    if external_id:
        payment.external_id = external_id
