"""The sweeper: what nobody acted on in time. Run as often as one likes."""

from datetime import timedelta
from typing import Final

from core import clock
from core.db import db, transaction
from core.jobs.apart import apart
from core.jobs.registry import job
from orders.operations.producer_news import alert_producers as alert_producers_of
from orders.operations.timers import run_timer
from orders.queries.timers import Due, list_due_orders

AT_ONCE: Final = 200


@job("orders.run_timers", every=timedelta(minutes=5))
def run_timers() -> None:
    """Look at every order whose time has come, each in a transaction of its own; one that fails keeps no other back."""
    now = clock.now()
    last: Due | None = None
    while due := list_due_orders(now, after=last, limit=AT_ONCE):
        db.session.rollback()
        for each in due:
            with apart("a timer of an order cannot do its work", seller_order_id=each.seller_order_id):
                run_timer(each.seller_order_id, now=clock.now())
        last = due[-1]


@job("orders.alert_producers")
def alert_producers(order_id: int) -> None:
    """Write to the producers of a new order that there is something to do."""
    with transaction():
        alert_producers_of(order_id, now=clock.now())
