"""Bank accounts that take transfers of buyers, and every line that banks told of them.

A line is written down once, whoever tells of it how often: callback, statement, or the same statement again.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.payments import Payment, Refund


class LineState(StrEnum):
    """`queued` waits for a person; the others are what became of it."""

    QUEUED = "queued"
    MATCHED = "matched"
    RETURNED = "returned"
    IGNORED = "ignored"


class LineReason(StrEnum):
    """Why a line was not booked by itself (queued), or is nothing of ours (ignored).

    A `repeated` line is ignored, a `maybe_repeated` one queued; of neither is any money in the ledger.
    """

    NO_REFERENCE = "no_reference"
    NEAR_REFERENCE = "near_reference"
    UNKNOWN_REFERENCE = "unknown_reference"
    SEVERAL_REFERENCES = "several_references"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    ALREADY_PAID = "already_paid"
    OTHER_ACCOUNT = "other_account"
    REPEATED = "repeated"
    MAYBE_REPEATED = "maybe_repeated"
    OUTGOING = "outgoing"
    FOREIGN_CURRENCY = "foreign_currency"
    BY_PERSON = "by_person"


class ReceivingAccount(Model):
    """An account that transfers go to. producer_id: whose, null for the platform's.

    bank_bin: six digits of NAPAS. The one in force is the latest with valid_from_at at or before now; closed_at: no
    transfer is asked for there any more. A payment keeps the account that its buyer was shown.
    """

    __tablename__ = "receiving_account"
    __table_args__ = (
        CheckConstraint("length(bank_bin) = 6", name="bank_bin"),
        CheckConstraint("length(account_number) BETWEEN 4 AND 19", name="account_number"),
        Index("ix_receiving_account_producer", "producer_id", "valid_from_at"),
        Index("ix_receiving_account_number", "account_number"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    bank_bin: Mapped[str] = mapped_column(String(6))
    account_number: Mapped[str] = mapped_column(String(19))
    account_name: Mapped[str] = mapped_column(String(100))
    valid_from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BankLine(Model):
    """One line of an account, as a bank told of it. amount_vnd: below 0 for what went out.

    source: «upload», «vietqr», «sepay», «casso». bank_reference: the bank's number of the transaction, or a fingerprint
    of the line where a statement has none; one of an account is one line. currency: where it is not VND, amount_vnd
    is in its smallest unit and nothing is booked. payment_id: what it paid, once matched; suggested_id: what it might
    have been meant for. likeness: the same for a line that somebody else told of too. reason, note: why it waits, or
    what a person decided, with who and when.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint(one_of("state", LineState), name="state"),
        CheckConstraint("(state = 'matched') = (payment_id IS NOT NULL)", name="matched"),
        CheckConstraint("state <> 'matched' OR (amount_vnd > 0 AND currency = 'VND')", name="incoming"),
        CheckConstraint("state <> 'queued' OR reason IS NOT NULL", name="reason"),
        UniqueConstraint("account", "bank_reference", name="uq_bank_line_reference"),
        Index("ix_bank_line_state", "state", "id"),
        Index("ix_bank_line_likeness", "likeness"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(12))
    account: Mapped[str] = mapped_column(String(24))
    bank_reference: Mapped[str] = mapped_column(String(80))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="VND")
    memo: Mapped[str] = mapped_column(Text)
    likeness: Mapped[str] = mapped_column(String(32))
    counterparty: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    suggested_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    payment: Mapped[Payment | None] = relationship(foreign_keys=[payment_id])
    suggested: Mapped[Payment | None] = relationship(foreign_keys=[suggested_id])


class RefundApproval(Model):
    """An administrator's yes to a refund. Each says it once."""

    __tablename__ = "refund_approval"
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    refund: Mapped[Refund] = relationship()
