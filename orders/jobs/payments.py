"""Payments that were waited for long enough, and refunds that go by a payment service."""

import logging
from datetime import timedelta
from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.apart import apart
from core.jobs.registry import job
from orders.gateways.base import GatewayError, RefundFacts
from orders.gateways.registry import gateway_for
from orders.models.payments import RefundState
from orders.operations.payment import expire_payment
from orders.operations.payment_rows import lock_payment
from orders.operations.refunds import SEND_JOB, fail_refund, get_refund, mark_refund_sent, settle_refund
from orders.queries.payments import list_overdue_payments

log = logging.getLogger("orders.payments")

AT_ONCE: Final = 200


@job("orders.expire_payments", every=timedelta(minutes=1))
def expire_payments() -> None:
    """End the wait for transfers that did not come. Cards are seen to by asking Stripe first."""
    numbers = list_overdue_payments(clock.now(), limit=AT_ONCE)
    db.session.rollback()
    for number in numbers:
        with apart("a payment cannot be ended", payment_id=number):
            expire_payment(lock_payment(number), now=clock.now())


@job(SEND_JOB, is_lasting=True)
def send_refund(refund_id: int) -> None:
    """Have the payment service send a refund back by the way the money came.

    Asked again after a lost answer, it answers what it did the first time: it knows the refund by its key.
    """
    settings: Settings = current_app.extensions["settings"]
    refund = get_refund(refund_id)
    payment = refund.payment
    gateway = gateway_for(payment.method, settings)
    facts = RefundFacts(
        refund_id=refund.id,
        payment_id=payment.id,
        amount_vnd=refund.amount_vnd,
        external_id=payment.external_id,
        external_charge=payment.external_charge,
        attempt=refund.attempt,
    )
    is_waiting = refund.state == RefundState.APPROVED
    db.session.rollback()
    if not is_waiting:
        return
    if gateway is None:
        raise GatewayError("switched_off")
    try:
        sent = gateway.refund(facts)
    except GatewayError as error:
        if not error.is_final:
            raise
        log.warning("refund refused", extra={"refund": refund_id, "reason": error.reason})
        with transaction():
            fail_refund(get_refund(refund_id), reason=error.reason, now=clock.now())
        return
    with transaction():
        refund = get_refund(refund_id)
        mark_refund_sent(refund, external_id=sent.external_id, now=clock.now())
        if sent.is_settled:
            settle_refund(refund, now=clock.now())
