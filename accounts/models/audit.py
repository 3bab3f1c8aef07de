"""The audit trail: who did what, when, and what it was before and after. Only ever added to.

Each row holds the hash of the one before it, so that a row that was changed, taken out or put in between is found.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.people import BigId
from core.db import Model, UtcDateTime


class AuditEvent(Model):
    """One act. Names no private fact of anybody: people are their numbers, so that erasing a person leaves it whole.

    seq: 1, 2, 3 … without a gap. subject: «product:12». event_hash: SHA-256, 64 hexadecimal digits.
    """

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "seq"),)
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    verb: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    producer_id: Mapped[int | None] = mapped_column(index=True)
    province_code: Mapped[str | None] = mapped_column(String(2), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    event_hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Model):
    """The end of the trail: its one row is locked by whoever adds to it, so that the trail never forks."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId)
    event_hash: Mapped[str] = mapped_column(String(64))
