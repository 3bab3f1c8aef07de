"""What payment services and banks told us, each once, with what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models import BigId, one_of
from core.db import Model, UtcDateTime
from orders.models.payments import Payment


class NoticeState(StrEnum):
    """`received` waits for a job; `parked` and `failed` wait for a person; `ignored` says nothing that we need."""

    RECEIVED = "received"
    APPLIED = "applied"
    PARKED = "parked"
    IGNORED = "ignored"
    FAILED = "failed"


WAITING_FOR_A_PERSON = (NoticeState.PARKED, NoticeState.FAILED)


class PaymentNotice(Model):
    """One notice. provider: «stripe», or a bank's name. notice_id: of the provider, who may send the same one again.

    kind: in the provider's words. object_id: what it speaks of (session, refund, transfer). body: what we decide by,
    and nothing that tells who a person is. reason: why it is parked, ignored or failed, a word of the program.
    """

    __tablename__ = "payment_notice"
    __table_args__ = (
        CheckConstraint(one_of("state", NoticeState), name="state"),
        CheckConstraint("state NOT IN ('parked', 'failed') OR reason IS NOT NULL", name="reason"),
        UniqueConstraint("provider", "notice_id", name="uq_payment_notice_notice"),
        Index("ix_payment_notice_state", "state", "id"),
        Index("ix_payment_notice_object", "object_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    notice_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[str | None] = mapped_column(String(255))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(60))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payment: Mapped[Payment | None] = relationship()
