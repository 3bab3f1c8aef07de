"""Payments, lines of accounts and refunds, as administrators look them through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from orders.models.bank import BankLine, LineState, ReceivingAccount, RefundApproval
from orders.models.orders import AT_COUNTER, Order
from orders.models.payments import Payment, Refund, RefundState

UNDERPAID, OVERPAID = "underpaid", "overpaid"


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in a list. order_code: what the buyer knows the order by."""

    id: int
    order_id: int
    order_code: str
    reference: str
    method: str
    state: str
    amount_vnd: int
    received_vnd: int
    refunded_vnd: int
    opened_at: datetime
    expires_at: datetime | None
    settled_at: datetime | None
    external_id: str | None
    external_charge: str | None
    deposit_vnd: int | None

    @property
    def flag(self) -> str:
        """«underpaid», «overpaid» or "": derived from what was asked for and what came."""
        if self.received_vnd > self.amount_vnd:
            return OVERPAID
        is_deposit = self.deposit_vnd is not None and self.received_vnd == self.deposit_vnd
        return UNDERPAID if 0 < self.received_vnd < self.amount_vnd and not is_deposit else ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an account in a list. reference: of what it paid; suggested: of what it may be meant for."""

    id: int
    booked_at: datetime
    amount_vnd: int
    currency: str
    memo: str
    counterparty: str | None
    source: str
    account: str
    bank_reference: str
    state: str
    reason: str | None
    note: str | None
    payment_id: int | None
    reference: str | None
    suggested: str | None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund in a list. has_account: whether the buyer said where a transfer goes. approvals: given so far.

    is_with_producer: the money never was with the platform, so the producer sends it.
    """

    id: int
    order_id: int
    order_code: str
    reference: str
    method: str
    cause: str
    reason: str | None
    state: str
    amount_vnd: int
    requested_at: datetime
    sent_at: datetime | None
    bank_reference: str | None
    external_id: str | None
    payment_id: int
    has_account: bool
    approvals: int
    is_with_producer: bool


_PAYMENT = (
    Payment.id,
    Payment.order_id,
    Order.code,
    Payment.reference,
    Payment.method,
    Payment.state,
    Payment.amount_vnd,
    Payment.received_vnd,
    Payment.refunded_vnd,
    Payment.opened_at,
    Payment.expires_at,
    Payment.settled_at,
    Payment.external_id,
    Payment.external_charge,
    Payment.deposit_vnd,
)
_SUGGESTED = aliased(Payment)
_LINE = (
    BankLine.id,
    BankLine.booked_at,
    BankLine.amount_vnd,
    BankLine.currency,
    BankLine.memo,
    BankLine.counterparty,
    BankLine.source,
    BankLine.account,
    BankLine.bank_reference,
    BankLine.state,
    BankLine.reason,
    BankLine.note,
    BankLine.payment_id,
    Payment.reference,
    _SUGGESTED.reference,
)
_APPROVALS = (
    select(func.count()).where(RefundApproval.refund_id == Refund.id).correlate(Refund).scalar_subquery()
)
_REFUND = (
    Refund.id,
    Payment.order_id,
    Order.code,
    Payment.reference,
    Payment.method,
    Refund.cause,
    Refund.reason,
    Refund.state,
    Refund.amount_vnd,
    Refund.requested_at,
    Refund.sent_at,
    Refund.bank_reference,
    Refund.external_id,
    Refund.payment_id,
    Refund.account.is_not(None),
    _APPROVALS,
    or_(
        Payment.method.in_([method.value for method in AT_COUNTER]), ReceivingAccount.producer_id.is_not(None)
    ),
)


def list_payments(
    state: str, method: str, words: str, *, page: int, per_page: int
) -> tuple[Sequence[PaymentRow], int]:
    """Payments, the newest first, and how many. state: one, «underpaid», «overpaid» or "". words: a code or number."""
    wanted: list[ColumnElement[bool]] = []
    if state == UNDERPAID:
        is_deposit = Payment.received_vnd.is_not_distinct_from(Payment.deposit_vnd)
        wanted += [Payment.received_vnd > 0, Payment.received_vnd < Payment.amount_vnd, ~is_deposit]
    elif state == OVERPAID:
        wanted.append(Payment.received_vnd > Payment.amount_vnd)
    elif state:
        wanted.append(Payment.state == state)
    if method:
        wanted.append(Payment.method == method)
    if words:
        code = words.upper()
        wanted.append(
            or_(
                Payment.reference == code,
                Order.code == code,
                Payment.external_id == words,
                Payment.external_charge == words,
            )
        )
    rows, total = _page(_payments().where(*wanted), Payment.id, page, per_page)
    return [PaymentRow(*row) for row in rows], total


def find_payment(payment_id: int) -> PaymentRow | None:
    """One payment, or None."""
    row = db.session.execute(_payments().where(Payment.id == payment_id)).first()
    return PaymentRow(*row) if row else None


def list_lines(
    state: str, reason: str, words: str, *, page: int, per_page: int
) -> tuple[Sequence[LineRow], int]:
    """Lines of accounts, the newest first, and how many. words: of the memo, an amount, or the bank's reference."""
    wanted: list[ColumnElement[bool]] = []
    if state:
        wanted.append(BankLine.state == state)
    if reason:
        wanted.append(BankLine.reason == reason)
    if words:
        like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = [BankLine.memo.ilike(like, escape="\\"), BankLine.bank_reference == words]
        digits = words.replace(".", "").replace(",", "")
        if digits.isascii() and digits.isdigit() and len(digits) <= 15:
            found.append(BankLine.amount_vnd == int(digits))
        wanted.append(or_(*found))
    rows, total = _page(_lines().where(*wanted), BankLine.id, page, per_page)
    return [LineRow(*row) for row in rows], total


def find_line(line_id: int) -> LineRow | None:
    """One line, or None."""
    row = db.session.execute(_lines().where(BankLine.id == line_id)).first()
    return LineRow(*row) if row else None


def list_lines_of(payment_id: int) -> Sequence[LineRow]:
    """The lines that a payment was paid by."""
    rows = db.session.execute(_lines().where(BankLine.payment_id == payment_id).order_by(BankLine.id))
    return [LineRow(*row) for row in rows]


def list_refunds(state: str, words: str, *, page: int, per_page: int) -> tuple[Sequence[RefundRow], int]:
    """Refunds, the newest first, and how many. words: a code, or a reference of the bank."""
    wanted: list[ColumnElement[bool]] = [Refund.state == state] if state else []
    if words:
        code = words.upper()
        wanted.append(or_(Order.code == code, Payment.reference == code, Refund.bank_reference == words))
    rows, total = _page(_refunds().where(*wanted), Refund.id, page, per_page)
    return [RefundRow(*row) for row in rows], total


def find_refund(refund_id: int) -> RefundRow | None:
    """One refund, or None."""
    row = db.session.execute(_refunds().where(Refund.id == refund_id)).first()
    return RefundRow(*row) if row else None


def list_refunds_of(payment_id: int) -> Sequence[RefundRow]:
    """What goes back of a payment."""
    rows = db.session.execute(_refunds().where(Refund.payment_id == payment_id).order_by(Refund.id))
    return [RefundRow(*row) for row in rows]


def list_refunds_to_transfer() -> list[Refund]:
    """Approved refunds that go by transfer and whose account is known, the oldest first."""
    ready = (
        select(Refund)
        .join(Refund.payment)
        .outerjoin(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
        .where(
            Refund.state == RefundState.APPROVED.value,
            Refund.account.is_not(None),
            # Not of what was paid at a counter, or to a producer's own account: the producer has that money and
            # gives it back itself.
            Payment.method.in_(("vietqr", "cod")),
            ReceivingAccount.producer_id.is_(None),
        )
    )
    return list(db.session.scalars(ready.order_by(Refund.id)))


def count_waiting_lines() -> int:
    """Lines that wait for a person."""
    waiting = select(func.count(BankLine.id)).where(BankLine.state == LineState.QUEUED.value)
    return db.session.scalar(waiting) or 0


def list_account_numbers() -> list[str]:
    """The accounts that statements may be of: every one that transfers were asked to."""
    numbers = select(ReceivingAccount.account_number).distinct().order_by(ReceivingAccount.account_number)
    return list(db.session.scalars(numbers))


def _payments() -> Select[*tuple[Any, ...]]:
    return select(*_PAYMENT).join(Order, Order.id == Payment.order_id)


def _lines() -> Select[*tuple[Any, ...]]:
    joined = select(*_LINE).outerjoin(Payment, Payment.id == BankLine.payment_id)
    return joined.outerjoin(_SUGGESTED, _SUGGESTED.id == BankLine.suggested_id)


def _refunds() -> Select[*tuple[Any, ...]]:
    joined = select(*_REFUND).join(Payment, Payment.id == Refund.payment_id)
    joined = joined.outerjoin(ReceivingAccount, ReceivingAccount.id == Payment.receiving_account_id)
    return joined.join(Order, Order.id == Payment.order_id)


def _page(
    wanted: Select[*tuple[Any, ...]], number: Any, page: int, per_page: int
) -> tuple[Sequence[Any], int]:
    rows = db.session.execute(
        wanted.order_by(number.desc()).limit(per_page).offset((page - 1) * per_page)
    ).all()
    count = wanted.with_only_columns(func.count(number), maintain_column_froms=True).order_by(None)
    return rows, db.session.scalar(count) or 0
