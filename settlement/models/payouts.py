"""Paying producers: their bank accounts, runs of payouts, and what producers ask about their statements."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from catalog.models import BigId, Producer, one_of
from core.db import Model, UtcDateTime


class RunState(StrEnum):
    """`draft` waits for a check, `checked` for the bank. What became of the money stands with each payout."""

    DRAFT = "draft"
    CHECKED = "checked"
    CANCELLED = "cancelled"


class PayoutState(StrEnum):
    """`planned` in a draft, `sent` once its run was checked, then `paid` or `failed`; `cancelled` with its run."""

    PLANNED = "planned"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PayoutRun(Model):
    """One round of paying all producers what is due. Only one may be a draft: two people who press at once get one."""

    __tablename__ = "payout_run"
    __table_args__ = (
        CheckConstraint(one_of("state", RunState), name="state"),
        CheckConstraint("(state = 'draft') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_payout_run_draft",
            "state",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
    payouts: Mapped[list["Payout"]] = relationship(back_populates="run", order_by="Payout.id")


class Payout(Model):
    """What one producer gets in a run: the sum of its transfers. reference: the memo of the transfer.

    bank_reference: of the bank, once paid. reason: why the bank sent it back.
    """

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint(one_of("state", PayoutState), name="state"),
        CheckConstraint("amount_vnd > 0", name="amount_vnd"),
        CheckConstraint("state <> 'paid' OR bank_reference IS NOT NULL", name="bank_reference"),
        CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="reason"),
        Index("uq_payout_producer", "run_id", "producer_id", unique=True),
        Index("ix_payout_state", "state", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payout_run.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(19), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    bank_reference: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    run: Mapped[PayoutRun] = relationship(back_populates="payouts")
    producer: Mapped[Producer] = relationship()
    account: Mapped["BankAccount"] = relationship()


class BankAccount(Model):
    """Where a producer's money goes, from `usable_from_at` on. A change is a new row, the former one serves until then.

    bank_bin: six digits of NAPAS. number_sealed: readable with the keys of the installation only; number_end: its last
    four. stopped_at: an owner, or an administrator, said that it must not be used.
    """

    __tablename__ = "bank_account"
    __table_args__ = (
        CheckConstraint("length(bank_bin) = 6", name="bank_bin"),
        CheckConstraint("usable_from_at >= added_at", name="usable_from_at"),
        Index("ix_bank_account_producer", "producer_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    bank_bin: Mapped[str] = mapped_column(String(6))
    bank_name: Mapped[str] = mapped_column(String(60))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_end: Mapped[str] = mapped_column(String(4))
    holder_name: Mapped[str] = mapped_column(String(100))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    usable_from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PayoutHold(Model):
    """An administrator keeps a producer's money back, with a reason, until the hold is ended."""

    __tablename__ = "payout_hold"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason"),
        Index(
            "uq_payout_hold_open",
            "producer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()


class StatementQuestion(Model):
    """A producer asks about, or disputes, an amount of its statement. month_on: first day of the month in question."""

    __tablename__ = "statement_question"
    __table_args__ = (
        CheckConstraint("length(question) > 0", name="question"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_statement_question_open", "answered_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    month_on: Mapped[date]
    order_code: Mapped[str | None] = mapped_column(String(11))
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    producer: Mapped[Producer] = relationship()
