"""Stock that orders held and did not pay for in time goes back on sale."""

from datetime import timedelta

from core import clock
from core.db import transaction
from core.jobs.registry import job
from orders.operations.stock import EXPIRED_AT_ONCE
from orders.operations.stock import expire_holds as release_late_holds


@job("orders.expire_holds", every=timedelta(minutes=1))
def expire_holds() -> None:
    """Release what was not paid in time, some orders in each transaction."""
    expired = EXPIRED_AT_ONCE
    while expired == EXPIRED_AT_ONCE:
        with transaction():
            expired = release_late_holds(clock.now())
