"""The table of messages on their way out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class Channel(StrEnum):
    """Which way a message goes. The first two reach telephone numbers and cost money."""

    SMS = "sms"
    ZALO = "zalo"
    EMAIL = "email"


class MessageState(StrEnum):
    """Where a message stands: it waits, went out, was refused for good, or was no longer of use when its turn came."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


class Message(Model):
    """One message. Address, subject, text and values are there only while it waits: later nobody can tell who got what.

    kind: «accounts.code», what the message is about; a gateway may have a registered text for it. values: what that
    text is filled with.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'zalo', 'email')", name="channel"),
        CheckConstraint("state IN ('pending', 'sent', 'failed', 'expired')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("(state = 'pending') = (recipient IS NOT NULL)", name="wiped_recipient"),
        CheckConstraint("(state = 'pending') = (body IS NOT NULL)", name="wiped_body"),
        CheckConstraint("state = 'pending' OR subject IS NULL", name="wiped_subject"),
        Index("ix_message_state", "state", "expires_at"),
        Index("ix_message_created_at", "created_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str | None] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10), default=MessageState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
