"""The account to which a buyer wants money back: sealed, read again only by whoever sends it, gone with the person."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from accounts.sealing import seal, unseal
from core.db import db
from core.keys import KeyRing
from core.text import clean_line
from orders.banks import BANKS, is_account_number
from orders.errors import InvalidOrderError
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, Refund, RefundState

PURPOSE: Final = "orders.refund_accounts"
NAME_MAX: Final = 100
_BY_TRANSFER: Final = (
    PaymentMethod.VIETQR.value,
    PaymentMethod.COD.value,
    PaymentMethod.CASH.value,
    PaymentMethod.TRANSFER.value,
)
_UNSENT: Final = (RefundState.REQUESTED.value, RefundState.APPROVED.value, RefundState.FAILED.value)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """bank_bin: six digits of a known bank. number: 4 to 19 letters and digits. name: its holder."""

    bank_bin: str
    number: str
    name: str


def checked_account(bank_bin: str, number: str, name: str) -> BankAccount:
    """What was typed, without spaces and dots in the number. Raises InvalidOrderError naming the `field`."""
    bare = "".join(letter for letter in number if letter not in " .-").upper()
    holder = clean_line(name)[:NAME_MAX]
    for field, is_right in (
        ("bank", bank_bin in BANKS),
        ("number", is_account_number(bare)),
        ("holder", len(holder) >= 2),
    ):
        if not is_right:
            raise InvalidOrderError(field=field, reason="missing_or_wrong")
    return BankAccount(bank_bin, bare, holder)


def set_refund_account(order_id: int, account: BankAccount, *, keys: KeyRing, now: datetime) -> int:
    """Send every refund of the order that goes by transfer and has not gone yet to `account`; how many those are."""
    refunds = list_awaiting_account(order_id, with_account=True)
    told = json.dumps([account.bank_bin, account.number, account.name], ensure_ascii=False)
    for refund in refunds:
        refund.account = seal(told, keys, PURPOSE).decode()
    db.session.flush()
    return len(refunds)


def read_account(refund: Refund, keys: KeyRing) -> BankAccount | None:
    """The account of a refund, for whoever sends the money; None if none was given or no key fits any more."""
    told = unseal(refund.account.encode(), keys, PURPOSE) if refund.account else None
    if told is None:
        return None
    bank_bin, number, name = json.loads(told)
    return BankAccount(bank_bin, number, name)


def list_awaiting_account(order_id: int, *, with_account: bool = False) -> list[Refund]:
    """Refunds of an order that go by transfer and have not gone: those without an account, or all of them."""
    wanted = (
        select(Refund)
        .join(Refund.payment)
        .where(
            Payment.order_id == order_id,
            Payment.method.in_(_BY_TRANSFER),
            Refund.state.in_(_UNSENT),
        )
        .order_by(Refund.id)
    )
    if not with_account:
        wanted = wanted.where(Refund.account.is_(None))
    return list(db.session.scalars(wanted))
