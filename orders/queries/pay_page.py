"""What a buyer still has to pay of an order, and how."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.banks import bank_name
from orders.errors import OrderNotFoundError, PaymentNotFoundError
from orders.models.bank import ReceivingAccount
from orders.models.orders import Order, PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState


class PayStep(StrEnum):
    """Where the paying of an order stands."""

    WAITS = "waits"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"
    VOID = "void"
    AT_THE_DOOR = "at_the_door"


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking for money. left_vnd: what is asked for now: the rest of a deposit, then of all.

    producer: whose part it is, None for the whole order. bank, account_number, account_name, bank_bin: where a transfer
    goes; empty for other ways.
    """

    payment_id: int
    method: str
    state: str
    memo: str
    amount_vnd: int
    received_vnd: int
    producer: str | None
    bank_bin: str
    bank: str
    account_number: str
    account_name: str
    deposit_vnd: int | None
    left_vnd: int

    @property
    def is_deposit(self) -> bool:
        """Whether what is asked for now is a deposit, not all of it."""
        return self.received_vnd + self.left_vnd < self.amount_vnd

    @property
    def is_open(self) -> bool:
        return self.state in (PayState.PENDING, PayState.FAILED)

    @property
    def is_demonstration(self) -> bool:
        return self.account_number == DEMONSTRATION_ACCOUNT


@dataclass(frozen=True, slots=True)
class PayPage:
    """The paying of one order. until_at: when the goods are let go, None if nothing is waited for."""

    order_id: int
    code: str
    method: str
    total_vnd: int
    step: PayStep
    until_at: datetime | None
    asked: tuple[Asked, ...]

    def payment(self, payment_id: int) -> Asked:
        """One of its payments. Raises PaymentNotFoundError for one of another order."""
        for each in self.asked:
            if each.payment_id == payment_id:
                return each
        raise PaymentNotFoundError(payment_id=payment_id)

    @property
    def version(self) -> str:
        """Changes whenever something was paid, failed or ended."""
        return "-".join(f"{each.payment_id}.{each.state}.{each.received_vnd}" for each in self.asked)


def get_pay_page(order_id: int) -> PayPage:
    """What is asked of the buyer: of several tries the last. Raises OrderNotFoundError."""
    order = db.session.get(Order, order_id)
    if order is None:
        raise OrderNotFoundError
    rows = db.session.execute(
        select(Payment, ReceivingAccount)
        .outerjoin(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
        .where(Payment.order_id == order_id)
        .options(joinedload(Payment.seller_order).joinedload(SellerOrder.producer))
        .order_by(Payment.id)
    )
    latest: dict[str, Asked] = {}
    ends: dict[str, datetime | None] = {}
    for payment, account in rows:
        latest[payment.reference] = _asked(payment, account)
        ends[payment.reference] = payment.expires_at
    asked = tuple(latest.values())
    waited = [end for name, end in ends.items() if end is not None and latest[name].is_open]
    return PayPage(
        order_id=order.id,
        code=order.code,
        method=order.method,
        total_vnd=order.total_vnd,
        step=_step(order.method, asked),
        until_at=min(waited, default=None),
        asked=asked,
    )


def _asked(payment: Payment, account: ReceivingAccount | None) -> Asked:
    part = payment.seller_order
    return Asked(
        payment_id=payment.id,
        method=payment.method,
        state=payment.state,
        memo=payment.reference,
        amount_vnd=payment.amount_vnd,
        received_vnd=payment.received_vnd,
        producer=part.producer.name if part else None,
        bank_bin=account.bank_bin if account else "",
        bank=bank_name(account.bank_bin) if account else "",
        account_number=account.account_number if account else "",
        account_name=account.account_name if account else "",
        deposit_vnd=payment.deposit_vnd,
        left_vnd=payment.asked_vnd,
    )


def _step(method: str, asked: tuple[Asked, ...]) -> PayStep:
    if method == PaymentMethod.COD:
        return PayStep.AT_THE_DOOR
    states = {each.state for each in asked}
    for state, step in (
        (PayState.PENDING, PayStep.WAITS),
        (PayState.FAILED, PayStep.FAILED),
        (PayState.EXPIRED, PayStep.EXPIRED),
    ):
        if state in states:
            return step
    return PayStep.VOID if states == {PayState.VOID.value} else PayStep.PAID
