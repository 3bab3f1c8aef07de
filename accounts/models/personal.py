"""What a person agreed to, where goods go, and what the person asked us to do with the facts we hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class ConsentAct(Model):
    """A consent given, or taken back; only ever added. The latest of a purpose says what holds.

    purpose: one of `accounts.purposes`. version: of the text the person saw. Names nobody but by number, and stays
    when the person is erased: it proves what was allowed. Source: Law 91/2025/QH15, article 9.
    """

    __tablename__ = "consent_act"
    __table_args__ = (Index("ix_consent_act_latest", "user_id", "purpose", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    is_given: Mapped[bool]
    acted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UserAddress(Model):
    """A place to which a person has goods sent; codes of today's division (`core.places`)."""

    __tablename__ = "user_address"
    __table_args__ = (
        Index(
            "uq_user_address_default",
            "user_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    submission_key: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    province_code: Mapped[str] = mapped_column(String(2))
    commune_code: Mapped[str] = mapped_column(String(5))
    street: Mapped[str | None] = mapped_column(String(200))
    landmark: Mapped[str | None] = mapped_column(String(200))
    is_default: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DataExport(Model):
    """An archive of all that is held about a person, asked for by that person. sha256: the file, once made."""

    __tablename__ = "data_export"
    __table_args__ = (
        CheckConstraint("(sha256 IS NULL) OR (made_at IS NOT NULL)", name="made"),
        CheckConstraint("deleted_at IS NULL OR sha256 IS NULL", name="deleted"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    byte_count: Mapped[int | None]
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ErasureRequest(Model):
    """A person's wish to be erased. due_at: until then it can be taken back; at most one is open."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR done_at IS NULL", name="one_end"),
        Index(
            "uq_erasure_request_open",
            "user_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL AND done_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL AND done_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
