"""A person, where the person is signed in, and what the person was given to do.

A role, a membership and a session that ended stay as rows with their end: who could do what on a day can be told.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, UtcDateTime

BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def one_of(column: str, choices: type[StrEnum]) -> str:
    """SQL of a CHECK that admits only the values of `choices`."""
    return f"{column} IN ({', '.join(repr(choice.value) for choice in choices)})"


class Role(StrEnum):
    """What a person is given beyond an account of one's own. Every account may shop."""

    OFFICER = "officer"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class OfficeLevel(StrEnum):
    """How far an officer's office reaches. Source: Decision 26/2026/QĐ-TTg, articles 5 to 7.

    The nation decides 5 stars, a province 3 and 4; a commune assists and reports, and never recognises.
    """

    NATION = "nation"
    PROVINCE = "province"
    COMMUNE = "commune"


class MemberRole(StrEnum):
    """What a member may do for a producer: everything; listings and stock; packing and stock only."""

    OWNER = "owner"
    EDITOR = "editor"
    PACKER = "packer"


class User(Model):
    """A person with an account. Erased people keep their row, without anything that tells who they were.

    last_seen_at: when the person was last signed in, to the day; None for one who never was. Sessions are forgotten.
    """

    __tablename__ = "user_account"  # `user` is a word of SQL
    __table_args__ = (
        CheckConstraint(
            "erased_at IS NULL OR (phone IS NULL AND email IS NULL AND name IS NULL)", name="erased"
        ),
        CheckConstraint("erased_at IS NOT NULL OR phone IS NOT NULL OR email IS NOT NULL", name="reachable"),
        CheckConstraint("language IN ('vi', 'en')", name="language"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    phone_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(String(2), default="vi")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", foreign_keys="RoleGrant.user_id", order_by="RoleGrant.id"
    )
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="user", foreign_keys="Membership.user_id", order_by="Membership.id"
    )


class RoleGrant(Model):
    """A role given to a person, for an officer with the area it reaches; never edited, only ended."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint(f"level IS NULL OR {one_of('level', OfficeLevel)}", name="level"),
        CheckConstraint("(role = 'officer') = (level IS NOT NULL)", name="officer_level"),
        CheckConstraint(
            "CASE level WHEN 'nation' THEN province_code IS NULL AND commune_code IS NULL"
            " WHEN 'province' THEN province_code IS NOT NULL AND commune_code IS NULL"
            " WHEN 'commune' THEN province_code IS NOT NULL AND commune_code IS NOT NULL"
            " ELSE province_code IS NULL AND commune_code IS NULL END",
            name="area",
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name="ended"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    level: Mapped[str | None] = mapped_column(String(10))
    province_code: Mapped[str | None] = mapped_column(String(2))
    commune_code: Mapped[str | None] = mapped_column(String(5))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])


class Membership(Model):
    """A person's place in a producer's team. `is_assisting`: an officer who helps with the producer's consent.

    assists_with: what the consent names, as words with commas between («listings,stock»); None for a member.
    ends_at: from when on it counts no more, whoever has noted that; None for one without an end.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(one_of("role", MemberRole), name="role"),
        Index(
            "uq_membership_present",
            "user_id",
            "producer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    is_assisting: Mapped[bool] = mapped_column(default=False)
    assists_with: Mapped[str | None] = mapped_column(String(200))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(back_populates="memberships", foreign_keys=[user_id])


class Session(Model):
    """One sign-in on one device. The cookie holds a token, this row its hash: whoever reads the table cannot sign in.

    Source: OWASP ASVS 5.0.0, 7.2.1 to 7.5.2; the address is kept by its prefix only.
    """

    __tablename__ = "session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    device: Mapped[str] = mapped_column(String(60))
    address_prefix: Mapped[str] = mapped_column(String(45))
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()
