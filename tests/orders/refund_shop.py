"""Refunds of card payments: asked for, and sent by the imitation of Stripe."""

from core import clock as present
from core.db import db, transaction
from orders.gateways.base import RefundFacts
from orders.models.payments import Payment, Refund, RefundCause
from orders.operations.refunds import request_refund
from tests.orders.card_shop import CardShop


def paid_order(shop: CardShop) -> Payment:
    payment = shop.order(quantity=2)
    shop.hear(shop.paid_letter(payment))
    return db.session.get_one(Payment, payment.id)


def refund_asked(payment: Payment, goods_vnd: int = 100_000) -> Refund:
    with transaction():
        part = payment.order.seller_orders[0]
        return request_refund(
            payment,
            key="return:1",
            cause=RefundCause.RETURN,
            goods_vnd=goods_vnd,
            seller_order=part,
            now=present.now(),
        )


def refund_sent(shop: CardShop, refund: Refund) -> str:
    payment = refund.payment
    sent = shop.stripe.gateway().refund(
        RefundFacts(
            refund_id=refund.id,
            payment_id=payment.id,
            amount_vnd=refund.amount_vnd,
            external_id=payment.external_id,
            external_charge=payment.external_charge,
            attempt=refund.attempt,
        )
    )
    return sent.external_id


def refund_state(refund: Refund) -> str:
    db.session.rollback()
    return db.session.get_one(Refund, refund.id, populate_existing=True).state
