"""Keys by which a producer's own systems speak to the interface for programs, and what they were answered."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.people import BigId, User
from core.db import Model, UtcDateTime


class Scope(StrEnum):
    """What a key opens. Reading and writing are given apart, and stock and prices apart from the rest."""

    LISTINGS_READ = "listings:read"
    LISTINGS_WRITE = "listings:write"
    STOCK_WRITE = "stock:write"
    PRICES_WRITE = "prices:write"
    EVENTS_WRITE = "events:write"


class ApiKey(Model):
    """A key of a producer, made by one of its owners. Only the hash of its secret part is kept.

    prefix: the part by which people and we know it again. scopes: with a space between. last_used_on: a day, because
    more would tell how a firm works. A key is never edited, only revoked.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked"),
        CheckConstraint("length(prefix) = 8", name="prefix"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    last_used_on: Mapped[date | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])

    @property
    def scope_set(self) -> frozenset[str]:
        return frozenset(self.scopes.split())

    def is_valid_on(self, day: date) -> bool:
        """Whether it is neither revoked nor past its last day."""
        return self.revoked_at is None and (self.expires_on is None or day <= self.expires_on)


class ApiAnswer(Model):
    """What a request with an `Idempotency-Key` was answered, so that asking again does nothing again.

    request_hash: SHA-256 of method, path and body. Source: draft-ietf-httpapi-idempotency-key-header.
    """

    __tablename__ = "api_answer"
    __table_args__ = (
        UniqueConstraint("key_id", "idempotency_key", name="uq_api_answer_key"),
        Index("ix_api_answer_created_at", "created_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    idempotency_key: Mapped[str] = mapped_column(String(100))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
