"""What settlement does by itself. Each job opens its transactions; all of them may be repeated."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.apart import apart
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
    """Settle what nobody asked for: sales, refunds, cash that changed hands; what cannot be settled waits alone."""
    now = clock.now()
    counts = {"sales": 0, "refunds": 0, "cash": 0}
    for seller_order_id in _each(list_unsettled):
        with apart("an order cannot be settled", seller_order_id=seller_order_id):
            sales.recognise_sale(seller_order_id, now=now)
        counts["sales"] += 1
    for refund_id in _each(list_unreversed):
        with apart("a sale cannot be reversed", refund_id=refund_id):
            sales.reverse_sale(refund_id, now=now)
        counts["refunds"] += 1
    cash = list_cash_to_settle()
    db.session.rollback()
    for seller_order_id in cash:
        with apart("cash cannot be set off", seller_order_id=seller_order_id):
            sales.settle_cash_of(seller_order_id, now=now)
        counts["cash"] += 1
    if any(counts.values()):
        log.info("settled late", extra=counts)


def _each(listed: Callable[..., Sequence[int]]) -> Iterator[int]:
    """All numbers, page by page, with no read left open."""
    last = 0
    while page := listed(AT_ONCE, after=last):
        db.session.rollback()
        yield from page
        last = page[-1]
    db.session.rollback()
