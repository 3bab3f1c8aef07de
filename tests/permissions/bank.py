"""Money of an order paid by transfer: its page, a payment, a line that waits and a refund to be approved."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.models.bank import ReceivingAccount
from orders.models.payments import Refund, RefundCause
from orders.operations.bank_lines import ToldLine, take_line
from orders.operations.payment import record_payment
from orders.operations.refunds import request_refund
from orders.operations.transitions import OrderActor
from orders.order_tokens import token_of
from tests.orders.test_payment import payment_of
from tests.storefront.test_pay import placed
from tests.support.order_shop import add_order, parcel


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
            "own_refund": _own_refund(product).id,
            "bank_line": line.line_id,
        }


def _own_refund(product: Any) -> Refund:
    """Of what was paid straight to the account of our producer."""
    account = ReceivingAccount(
        producer_id=product.producer_id,
        bank_bin="970405",
        account_number="1500200000001",
        account_name="HTX DUA",
        valid_from_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    order = add_order([parcel((product.variants[0], 1))])
    payment = payment_of(order)
    payment.receiving_account_id = account.id
    record_payment(payment, payment.amount_vnd + 5_000, source=OrderActor.BANK, now=clock.now())
    return db.session.scalars(select(Refund).where(Refund.payment_id == payment.id)).one()
