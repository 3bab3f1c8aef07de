"""What was agreed about an order, where it followed from a quotation: whether its deposit is late, who may cancel."""

from datetime import datetime

from core.clock import vietnam_date
from core.db import db
from orders.models.agreed import AgreedOrder
from orders.models.orders import SellerOrder


def is_deposit_overdue(seller_order: SellerOrder, *, now: datetime) -> bool:
    """Whether a deposit was agreed for the order, has not come, and its time is over."""
    agreed = db.session.get(AgreedOrder, seller_order.order_id, populate_existing=True)
    return agreed is not None and agreed.deposit_at is None and agreed.deposit_by_at <= now


def is_open_to_buyer(seller_order: SellerOrder, *, now: datetime) -> bool:
    """Whether the agreement, if there is one, lets the buyer cancel: before the deposit, or by the day agreed.

    Source: decision 0054. True for orders of the shop, about which nothing else was agreed.
    """
    agreed = db.session.get(AgreedOrder, seller_order.order_id, populate_existing=True)
    if agreed is None or agreed.deposit_at is None:
        return True
    return agreed.cancel_until_on is not None and vietnam_date(now) <= agreed.cancel_until_on
