"""Asking for less than was ordered: a line ran out before it was paid."""

from sqlalchemy import select

from core.db import db
from orders.errors import PaymentClashError
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState
from orders.operations.payment_rows import due_vnd, lock_order

_FIXED = (PaymentMethod.STRIPE, PaymentMethod.FAKE)


def ask_less(seller_order: SellerOrder, amount_vnd: int) -> None:
    """Ask for `amount_vnd` (1 or more) less for this part: some of it cannot be sent. Once for each thing taken out.

    Raises PaymentClashError if it was paid, its sum stands fixed at a card service, or nothing would be left to ask
    for (cancel the part instead); then nothing has changed.
    """
    payment = _lock_asking(seller_order)
    is_open = payment is not None and payment.state == PayState.PENDING and payment.method not in _FIXED
    # What came already must stay less than what is asked for, or nobody would ever call it paid.
    is_less = payment is not None and payment.received_vnd < payment.amount_vnd - amount_vnd
    if payment is None or not is_open or not is_less or not 0 < amount_vnd < due_vnd(seller_order):
        raise PaymentClashError(seller_order_id=seller_order.id, amount_vnd=amount_vnd)
    payment.amount_vnd -= amount_vnd
    if payment.deposit_vnd is not None:
        payment.deposit_vnd = min(payment.deposit_vnd, payment.amount_vnd)
    seller_order.uncharged_vnd += amount_vnd
    db.session.flush()


def _lock_asking(seller_order: SellerOrder) -> Payment | None:
    """The latest payment that asks for this part, its order held."""
    lock_order(seller_order.order_id)
    db.session.refresh(seller_order)
    latest = (
        select(Payment)
        .where(
            Payment.order_id == seller_order.order_id,
            (Payment.seller_order_id == seller_order.id) | Payment.seller_order_id.is_(None),
        )
        .order_by(Payment.id.desc())
        .limit(1)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(latest)
