"""What proves that somebody is who they say: one-time codes asked for, second factors, recovery codes.

Kept apart from `User`: a row here is worth something to a thief, and pages about people never read it.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models.people import BigId, one_of
from core.db import Model, UtcDateTime


class Purpose(StrEnum):
    """What a proof is for. One given for one purpose is worth nothing for another."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    CONFIRM = "confirm"
    CONTACT = "contact"
    SECOND_PROOF = "second_proof"
    SECOND_FACTOR = "second_factor"
    HELP = "help"


class Challenge(Model):
    """A proof that was asked of one browser: mostly a code sent to a telephone number or an e-mail address.

    handle_hash: SHA-256 of the random handle that only the asking browser holds. contact_key: keyed hash of the
    address, for counting; contact itself is wiped soon after the end. code_hash: keyed hash, None where no code is
    sent (a password was right, the second factor is still asked for). proved_at: when it was answered rightly.
    used_at: when what it opens was done; after that it opens nothing.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint(one_of("purpose", Purpose), name="purpose"),
        CheckConstraint("tries >= 0 AND tries <= 5", name="tries"),
        CheckConstraint("used_at IS NULL OR proved_at IS NOT NULL", name="used"),
        Index("ix_challenge_contact_key", "contact_key", "created_at"),
        Index("ix_challenge_created_at", "created_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    handle_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    contact: Mapped[str | None] = mapped_column(String(254))
    contact_key: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    channel: Mapped[str | None] = mapped_column(String(10))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecondFactor(Model):
    """A person's authenticator app. The secret is sealed; last_step: the time step last taken, never taken again.

    confirmed_at: when a code of it was first given rightly; before that it is only being set up.
    """

    __tablename__ = "second_factor"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Model):
    """One of the codes that stand in for a lost authenticator app, by its hash; each opens once."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
