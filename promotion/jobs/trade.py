"""News of agreed orders: the deposit is there; the goods are ready, and the rest is asked for."""

from flask import current_app

from core import clock
from core.config import Settings
from core.db import transaction
from core.jobs.registry import job
from orders.operations.agreed_orders import READY_JOB
from orders.operations.deposits import DEPOSIT_JOB
from orders.order_tokens import token_of
from promotion.operations.trade_news import tell_of_deposit, tell_of_readiness


@job(DEPOSIT_JOB)
def tell_deposit(order_id: int) -> None:
    """Tell both sides that an order is confirmed."""
    with transaction():
        tell_of_deposit(order_id, now=clock.now())


@job(READY_JOB)
def tell_ready(order_id: int) -> None:
    """Ask the buyer for the rest."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        link = f"{settings.public_base_url}/orders/{token_of(order_id, settings.keys)}/pay"
        tell_of_readiness(order_id, link=link, now=clock.now())
