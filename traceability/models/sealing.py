"""Tables of the keys that seal stamps: public halves, revocations, and the signed lists that were published.

Private keys are files that only the worker and commands read (`STAMP_KEYS_DIR`); none is ever in the database.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, UtcDateTime


class SealKey(Model):
    """A public key, never changed. kid: its number in seals. not_before, not_after: Vietnam dates, both included."""

    __tablename__ = "seal_key"
    __table_args__ = (
        CheckConstraint("kid BETWEEN 0 AND 255", name="kid"),
        CheckConstraint("not_after >= not_before", name="days"),
        CheckConstraint("length(public_key) = 32", name="public_key"),
    )
    kid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    not_before: Mapped[date]
    not_after: Mapped[date]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revocation: Mapped["SealKeyRevocation | None"] = relationship(back_populates="key")


class SealKeyRevocation(Model):
    """From this day no seal of the key counts, whenever it was made."""

    __tablename__ = "seal_key_revocation"
    kid: Mapped[int] = mapped_column(ForeignKey("seal_key.kid"), primary_key=True, autoincrement=False)
    revoked_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[SealKey] = relationship(back_populates="revocation")


class SealKeyList(Model):
    """A list of keys as it was published: a signed note. root: the verifying key that signed it, as text."""

    __tablename__ = "seal_key_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
