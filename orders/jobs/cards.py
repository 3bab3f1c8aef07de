"""Asking Stripe how things stand: about notices, payments that nobody told us of, refunds on their way, fees.

Outside any transaction. What is read is decided on after the answer, with the rows as they stand then.
"""

import logging
from datetime import timedelta
from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from orders.gateways.base import GatewayError
from orders.gateways.stripe_gateway import SESSION_OUTLIVES_HOLD, StripeGateway
from orders.models.notices import NoticeState
from orders.operations.card_notices import (
    ASK_JOB,
    FEE_JOB,
    apply_answer,
    apply_refund,
    apply_session,
    ask_again,
    book_fee,
)
from orders.operations.notices import end_notice, forget_old_notices, get_notice
from orders.operations.payment import expire_payment
from orders.operations.payment_rows import lock_payment
from orders.queries.cards import WaitingPayment, list_waiting_payments, list_waiting_refunds
from orders.stripe_events import CURRENCY, REFUND_KINDS, RefundState, SessionFacts

log = logging.getLogger("orders.cards")

GIVEN_UP_AFTER: Final = SESSION_OUTLIVES_HOLD + timedelta(minutes=15)
"""After the end of a hold. By then Stripe has closed the session by itself, and the goods are let go unasked."""


@job(ASK_JOB)
def ask_about_notice(notice_id: int) -> None:
    """Ask Stripe how what a notice speaks of stands now, and let that take effect."""
    settings = _settings()
    notice = get_notice(notice_id)
    kind, object_id, state = notice.kind, notice.object_id or "", notice.state
    db.session.rollback()
    if state != NoticeState.RECEIVED or not settings.cards.is_on:
        return
    told, refusal = _asked(StripeGateway(settings.cards), kind, object_id)
    with transaction():
        notice = get_notice(notice_id, locked=True)
        if notice.state != NoticeState.RECEIVED:
            return
        if told is None:
            end_notice(notice, NoticeState.FAILED, reason=refusal, now=clock.now())
        else:
            apply_answer(notice, told, is_live=settings.cards.is_live, now=clock.now())


@job("orders.poll_cards", every=timedelta(minutes=1))
def poll_cards() -> None:
    """See to payments that no notice spoke of, close the pages of those whose time is over, look after refunds."""
    settings = _settings()
    if not settings.cards.is_on:
        return
    gateway = StripeGateway(settings.cards)
    with transaction():
        ask_again(now=clock.now())
    payments, refunds = list_waiting_payments(clock.now()), list_waiting_refunds(clock.now())
    db.session.rollback()
    for payment in payments:
        try:
            _see_to(gateway, payment)
        except GatewayError as error:
            log.warning("Stripe did not say", extra={"payment": payment.id, "reason": error.reason})
            _give_up(payment)
    for external_id in refunds:
        try:
            told = gateway.get_refund(external_id)
        except GatewayError as error:
            log.warning("Stripe did not say", extra={"refund": external_id, "reason": error.reason})
            continue
        with transaction():
            apply_refund(told, now=clock.now())


@job(FEE_JOB)
def book_card_fee(payment_id: int, charge: str) -> None:
    """Book what Stripe kept of a charge, where its account is kept in dong."""
    settings = _settings()
    if not settings.cards.is_on:
        return
    kept = StripeGateway(settings.cards).find_fee(charge)
    if kept is None:
        raise GatewayError("fee_not_known_yet")
    if kept.currency != CURRENCY:
        log.info("a fee in another currency", extra={"payment": payment_id, "currency": kept.currency})
        return
    with transaction():
        book_fee(payment_id, charge, kept.fee, now=clock.now())


@job("orders.forget_old_notices", every=timedelta(days=1))
def forget_notices() -> None:
    """Forget notices of long ago."""
    with transaction():
        forget_old_notices(now=clock.now())


def _asked(
    gateway: StripeGateway, kind: str, object_id: str
) -> tuple[SessionFacts | RefundState | None, str]:
    """What Stripe says; None and why, if it never will."""
    try:
        if kind in REFUND_KINDS:
            return gateway.get_refund(object_id), ""
        return gateway.get_session(object_id), ""
    except GatewayError as error:
        if not error.is_final:
            raise
        return None, error.reason


def _see_to(gateway: StripeGateway, payment: WaitingPayment) -> None:
    is_over = payment.is_over(clock.now())
    if payment.external_id is None:
        # The program ended between Stripe's answer and our noting it, or Stripe was never reached.
        told = gateway.find_session(payment.reference, payment.attempt, opened_at=payment.opened_at)
    else:
        told = gateway.get_session(payment.external_id)
    if told is not None and is_over and told.status == "open":
        told = gateway.close_session(told.id)
    settings = _settings()
    with transaction():
        if told is not None:
            apply_session(told, is_live=settings.cards.is_live, now=clock.now())
        elif is_over:
            expire_payment(lock_payment(payment.id), now=clock.now())


def _give_up(payment: WaitingPayment) -> None:
    """Let go the goods of a payment that Stripe could long since have told us of."""
    if payment.expires_at is None or payment.expires_at + GIVEN_UP_AFTER > clock.now():
        return
    with transaction():
        expire_payment(lock_payment(payment.id), now=clock.now())


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
