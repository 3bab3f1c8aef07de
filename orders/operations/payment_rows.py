"""Payments as rows: taken one at a time, and what a payment is for.

Whoever changes the money of an order takes its row first, then the payment's: so two that change the same order wait
for each other, and never in a ring.
"""

from datetime import datetime

from sqlalchemy import select

from core.db import db
from core.payment_settings import PaymentMode
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.operations import AccountName
from orders import payment_terms
from orders.errors import NoReceivingAccountError, PaymentNotFoundError
from orders.models.bank import ReceivingAccount
from orders.models.orders import AT_COUNTER, Order, PaymentMethod, SellerOrder
from orders.models.payments import Payment


def lock_order(order_id: int) -> None:
    """Let nobody else change the money of this order until the transaction ends."""
    held = select(Order.id).where(Order.id == order_id).with_for_update(key_share=True)
    if db.session.scalar(held) is None:
        raise PaymentNotFoundError(order_id=order_id)


def lock_payment(payment_id: int) -> Payment:
    """The payment as it stands now, and nobody else's until the transaction ends. Raises PaymentNotFoundError."""
    order_id = db.session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
    if order_id is None:
        raise PaymentNotFoundError(payment_id=payment_id)
    lock_order(order_id)
    return db.session.get_one(Payment, payment_id, with_for_update={"of": Payment}, populate_existing=True)


def parts_of(payment: Payment) -> list[SellerOrder]:
    """The producers' orders that `payment` pays for, as they stand now."""
    wanted = select(SellerOrder).where(SellerOrder.order_id == payment.order_id).order_by(SellerOrder.id)
    if payment.seller_order_id is not None:
        wanted = wanted.where(SellerOrder.id == payment.seller_order_id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def due_vnd(seller_order: SellerOrder) -> int:
    """What the buyer is asked for this part of the order: its total without what was taken off before paying."""
    return seller_order.total_vnd - seller_order.uncharged_vnd


def buyer_funds(order_id: int) -> AccountName:
    """What the buyer of an order has paid and no producer has earned yet."""
    return AccountName(AccountKind.BUYER_FUNDS, f"order:{order_id}")


def money_account(payment: Payment) -> AccountName:
    """Where money of this payment stands, and from where it goes back.

    The platform's bank; the card processor; or the producer to whom the transfer went straight, or who took the money
    at a counter.
    """
    if payment.method in AT_COUNTER and payment.seller_order is not None:
        return AccountName(AccountKind.CASH_HELD, f"producer:{payment.seller_order.producer_id}")
    if payment.method in (PaymentMethod.STRIPE, PaymentMethod.FAKE):
        return AccountName(AccountKind.CARD_PROCESSOR)
    if payment.receiving_account_id is not None:
        account = db.session.get_one(ReceivingAccount, payment.receiving_account_id)
        if account.producer_id is not None:
            return AccountName(AccountKind.CASH_HELD, f"producer:{account.producer_id}")
    return AccountName(AccountKind.BANK)


def is_posted(key: str) -> bool:
    """Whether the ledger knows this event already."""
    return db.session.scalar(select(Journal.id).where(Journal.key == key)) is not None


def find_account(producer_id: int | None, *, now: datetime) -> ReceivingAccount | None:
    """The account of a producer (None: the platform's, as last used) that takes transfers at `now`."""
    whose = (
        ReceivingAccount.producer_id.is_(None)
        if producer_id is None
        else ReceivingAccount.producer_id == producer_id
    )
    latest = (
        select(ReceivingAccount)
        .where(whose, ReceivingAccount.valid_from_at <= now)
        .order_by(ReceivingAccount.valid_from_at.desc(), ReceivingAccount.id.desc())
        .limit(1)
    )
    account = db.session.scalar(latest)
    return None if account is None or (account.closed_at and account.closed_at <= now) else account


def account_for_transfers(producer_id: int, *, now: datetime) -> ReceivingAccount:
    """The account to which a buyer of this producer transfers. Raises NoReceivingAccountError.

    The platform's account is that of the settings: noted as a row when they changed.
    """
    settings = payment_terms.settings()
    if settings.payment_mode is PaymentMode.PRODUCERS:
        own = find_account(producer_id, now=now)
        if own is None:
            raise NoReceivingAccountError(producer_id=producer_id)
        return own
    if not settings.has_platform_account:
        raise NoReceivingAccountError(producer_id=None)
    told = (settings.bank_bin, settings.bank_account_number, settings.bank_account_name)
    known = find_account(None, now=now)
    if known is not None and (known.bank_bin, known.account_number, known.account_name) == told:
        return known
    account = ReceivingAccount(
        bank_bin=told[0], account_number=told[1], account_name=told[2], valid_from_at=now
    )
    db.session.add(account)
    db.session.flush()
    return account
