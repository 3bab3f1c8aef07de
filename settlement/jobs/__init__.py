"""What settlement does by itself. Each job opens its transactions; all of them may be repeated."""

import logging
from datetime import timedelta
from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from orders.payment_terms import pays_producers_directly
from settlement.operations import accounts, freezing, sales
from settlement.queries.unsettled import list_cash_to_settle, list_unreversed, list_unsettled

log = logging.getLogger(__name__)

AT_ONCE: Final = 500


@job("settlement.freeze_terms")
def freeze_terms(order_id: int) -> None:
    """Keep the terms of an order that was just placed."""
    with transaction():
        freezing.freeze_terms(order_id, now=clock.now())


@job("settlement.recognise_sale")
def recognise_sale(seller_order_id: int) -> None:
    """Settle an order that was completed."""
    with transaction():
        sales.recognise_sale(seller_order_id, now=clock.now())


@job("settlement.reverse_sale")
def reverse_sale(refund_id: int) -> None:
    """Take back of a settled sale what was refunded."""
    with transaction():
        sales.reverse_sale(refund_id, now=clock.now())


@job("settlement.settle_cash")
def settle_cash(seller_order_id: int) -> None:
    """Set off what a producer itself just gave back of an order; nothing if it is not settled yet."""
    with transaction():
        sales.settle_cash_of(seller_order_id, now=clock.now())


@job("settlement.use_account")
def use_account(producer_id: int) -> None:
    """Let buyers' transfers go to the account whose wait is over, where money goes straight to producers."""
    if not pays_producers_directly():
        return
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        accounts.use_account(producer_id, settings.keys, now=clock.now())


@job("settlement.catch_up", every=timedelta(hours=1))
def catch_up() -> None:
    """Settle what nobody asked for: money that a carrier handed over later, refunds, cash that changed hands."""
    unsettled, unreversed, cash = list_unsettled(AT_ONCE), list_unreversed(AT_ONCE), list_cash_to_settle()
    db.session.rollback()
    for seller_order_id in unsettled:
        recognise_sale(seller_order_id)
    for refund_id in unreversed:
        reverse_sale(refund_id)
    for seller_order_id in cash:
        settle_cash(seller_order_id)
    if unsettled or unreversed or cash:
        log.info(
            "settled late",
            extra={"sales": len(unsettled), "refunds": len(unreversed), "cash": len(cash)},
        )
