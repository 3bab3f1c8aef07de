"""Tables of the ledger. Nothing here is ever changed or taken out (triggers refuse it); a mistake is reversed.

A posting moves an amount from one account to another, so no journal, and no set of journals, can sum to anything
but zero: there is no row in which a debit could lack its credit. Why not one row per side: docs/decisions/0029.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, UtcDateTime
from ledger.chart import AccountKind

BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


class Account(Model):
    """An account in whole dong. holder: «producer:12», «order:7», «carrier:ghn»; empty for the platform's own."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in AccountKind)})", name="kind"),
        UniqueConstraint("kind", "holder", name="uq_ledger_account_name"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(40), default="")


class Journal(Model):
    """One event of money. key: what it is about, said once («payment:12:received»): a second such journal cannot be."""

    __tablename__ = "ledger_journal"
    __table_args__ = (Index("ix_ledger_journal_subject", "subject", "id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    postings: Mapped[list["Posting"]] = relationship(back_populates="journal", order_by="Posting.id")


class Posting(Model):
    """`amount_vnd` whole dong out of the credited account into the debited one."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("amount_vnd > 0", name="amount_vnd"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    journal_id: Mapped[int] = mapped_column(ForeignKey("ledger_journal.id"), index=True)
    debit_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    credit_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    journal: Mapped[Journal] = relationship(back_populates="postings")
    debit: Mapped[Account] = relationship(foreign_keys=[debit_id])
    credit: Mapped[Account] = relationship(foreign_keys=[credit_id])


class LedgerCheck(Model):
    """What one rule said in one look at the books. checked_at: the same for all rules of a look.

    examples: the facts of the first exceptions, numbers and words of the program only.
    """

    __tablename__ = "ledger_check"
    __table_args__ = (
        CheckConstraint("violation_count >= 0", name="violation_count"),
        UniqueConstraint("checked_at", "name", name="uq_ledger_check_look"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(Text)
    violation_count: Mapped[int]
    examples: Mapped[list[Any]] = mapped_column(JSON)
