"""News and receipts to buyers."""

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from orders.models.orders import Order
from orders.operations.news import tell_buyer
from orders.order_tokens import token_of


@job("orders.send_news")
def send_news(order_id: int) -> None:
    """Tell the buyer what happened to the order since the last time."""
    settings: Settings = current_app.extensions["settings"]
    base = settings.public_base_url
    with transaction():
        order = db.session.get(Order, order_id)
        if order is None:
            return
        prefix = "" if order.language == "vi" else f"/{order.language}"
        tell_buyer(
            order_id,
            link=f"{base}{prefix}/orders/{token_of(order_id, settings.keys)}",
            host=base.partition("://")[2],
            now=clock.now(),
        )


@job("orders.send_receipt")
def send_receipt(order_id: int, **_facts: int) -> None:
    """The receipt of a payment: the news that it came, with the way to the receipt; once for each payment."""
    send_news(order_id)
