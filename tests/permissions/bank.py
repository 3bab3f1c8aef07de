"""Money of an order paid by transfer: its page, a payment, a line that waits and a refund to be approved."""

from typing import Any

from flask import current_app

from core import clock
from core.db import transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.models.payments import RefundCause
from orders.operations.bank_lines import ToldLine, take_line
from orders.operations.payment import record_payment
from orders.operations.refunds import request_refund
from orders.operations.transitions import OrderActor
from orders.order_tokens import token_of
from tests.orders.test_payment import payment_of
from tests.storefront.test_pay import placed
from tests.support.order_shop import parcel


def bank_things(product: Any) -> dict[str, str | int]:
    """What addresses call them."""
    variant, now = product.variants[0], clock.now()
    order, paid = placed(parcels=[parcel((variant, 1))]), placed(parcels=[parcel((variant, 5))])
    with transaction():
        payment, other = payment_of(order), payment_of(paid)
        record_payment(other, other.amount_vnd, source=OrderActor.BANK, now=now)
        refund = request_refund(
            other,
            key="permissions:1",
            cause=RefundCause.GOODWILL,
            seller_order=paid.seller_orders[0],
            goods_vnd=other.amount_vnd - paid.shipping_vnd,
            now=now,
        )
        line = take_line(
            ToldLine(DEMONSTRATION_ACCOUNT, "FT-PERMISSIONS", now, 5_000, "VND", "chuyen tien"),
            source="upload",
            now=now,
        )
        return {
            "pay_token": token_of(order.id, current_app.extensions["settings"].keys),
            "payment": payment.id,
            "refund": refund.id,
            "bank_line": line.line_id,
        }
