"""Handing a buyer over to a payment service: what is noted before and after the call."""

from datetime import datetime

from orders.errors import PaymentClashError
from orders.models.payments import Payment, PayState
from orders.operations.payment import open_next_attempt
from orders.operations.payment_rows import lock_payment


def begin_payment(payment_id: int, *, now: datetime) -> Payment:
    """The payment to be started: itself while it waits, a new try if it failed. Raises PaymentClashError if over."""
    payment = lock_payment(payment_id)
    if payment.state == PayState.FAILED:
        payment = open_next_attempt(payment, now=now)
    if payment.state != PayState.PENDING or (payment.expires_at is not None and payment.expires_at <= now):
        raise PaymentClashError(payment_id=payment.id, state=payment.state)
    return payment


def note_started(payment_id: int, external_id: str | None) -> None:
    """Keep the service's name for the payment; a later one replaces it (a page that was opened anew)."""
    payment = lock_payment(payment_id)
    if external_id:
        payment.external_id = external_id
