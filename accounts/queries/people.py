"""Finding people by what they are known by, and what proofs they have."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from accounts.contacts import Contact, ContactKind
from accounts.models import RecoveryCode, SecondFactor, Session, User
from core.db import db

SILENT_AFTER: Final = timedelta(days=180)
"""Numbers that are given back go to somebody else after some months. Source: operators' rules; docs/limits.md."""


def find_user_by_contact(contact: Contact) -> User | None:
    """The person whose verified number or address it is."""
    if contact.kind is ContactKind.PHONE:
        is_theirs = (User.phone == contact.value, User.phone_verified_at.is_not(None))
    else:
        is_theirs = (User.email == contact.value, User.email_verified_at.is_not(None))
    return db.session.scalar(select(User).where(*is_theirs, User.erased_at.is_(None)))


def has_second_factor(user_id: int) -> bool:
    """Whether the person set up an authenticator app and confirmed it."""
    confirmed = (SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(select(SecondFactor.user_id).where(*confirmed)) is not None


def find_factor_since(user_id: int) -> datetime | None:
    """Since when the person has the authenticator app that is confirmed."""
    return db.session.scalar(select(SecondFactor.confirmed_at).where(SecondFactor.user_id == user_id))


def count_recovery_codes(user_id: int) -> int:
    """How many recovery codes are left."""
    left = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).where(*left)) or 0


def is_silent(user: User, now: datetime) -> bool:
    """Whether nobody has used the account for so long that its number may be somebody else's by now."""
    verified_at = user.phone_verified_at or user.created_at
    return now - max(user.last_seen_at or user.created_at, verified_at) > SILENT_AFTER


def list_live_sessions(user_id: int, *, now: datetime) -> list[Session]:
    """Where the person is signed in, last seen first."""
    alive = (
        Session.user_id == user_id,
        Session.ended_at.is_(None),
        Session.idle_until_at > now,
        Session.expires_at > now,
    )
    return list(
        db.session.scalars(select(Session).where(*alive).order_by(Session.seen_at.desc(), Session.id))
    )
