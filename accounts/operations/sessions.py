"""Signing in and out: rows on the server, so that a cookie copied before the end is worth nothing after it."""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from accounts.models import Session, User
from accounts.tokens import hash_token, new_token
from core.db import db

# Source: OWASP ASVS 5.0.0, 7.3.1 and 7.3.2; the terms themselves are ours (docs/limits.md).
OFFICIAL_IDLE: Final = timedelta(minutes=30)
OFFICIAL_LONGEST: Final = timedelta(hours=10)
PRIVATE_IDLE: Final = timedelta(days=30)
PRIVATE_LONGEST: Final = timedelta(days=180)
SEEN_EVERY: Final = timedelta(minutes=1)
LAST_SEEN_EVERY: Final = timedelta(days=1)

_DEVICES: Final = (
    ("Zalo", "Zalo"),
    ("FBAN|FBAV", "Facebook"),
    ("Edg", "Edge"),
    ("CriOS|Chrome|Chromium", "Chrome"),
    ("FxiOS|Firefox", "Firefox"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def open_session(
    user: User,
    *,
    now: datetime,
    is_official: bool,
    user_agent: str = "",
    address_prefix: str = "unknown",
    second_factor_at: datetime | None = None,
) -> tuple[Session, str]:
    """A new session of `user`, and the token that its cookie carries (43 letters, told this once only).

    is_official: officers, organisers and administrators stay signed in for hours, others for weeks.
    """
    token = new_token()
    idle, longest = terms(is_official)
    session = Session(
        token_hash=hash_token(token),
        user=user,
        device=device_name(user_agent),
        address_prefix=address_prefix,
        signed_in_at=now,
        seen_at=now,
        idle_until_at=now + idle,
        expires_at=now + longest,
        confirmed_at=now,
        second_factor_at=second_factor_at,
    )
    db.session.add(session)
    user.last_seen_at = now
    db.session.flush()
    return session, token


def terms(is_official: bool) -> tuple[timedelta, timedelta]:
    """How long a session lasts unused, and at most."""
    return (OFFICIAL_IDLE, OFFICIAL_LONGEST) if is_official else (PRIVATE_IDLE, PRIVATE_LONGEST)


def lock_user(user_id: int) -> User | None:
    """The person as of now; until the transaction ends nobody else signs them in or out everywhere, or changes a role.

    So no session slips in beside the end of all, and no role beside the one that excludes it.
    """
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    return db.session.get(User, user_id, populate_existing=True)


def end_session(session_id: int, *, user_id: int, now: datetime) -> bool:
    """Sign one device of `user_id` out. Returns whether it was signed in."""
    own = (Session.id == session_id, Session.user_id == user_id, Session.ended_at.is_(None))
    ended = db.session.execute(update(Session).where(*own).values(ended_at=now))
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def end_other_sessions(user_id: int, *, keep_id: int | None, now: datetime) -> int:
    """Sign `user_id` out everywhere, but for the session `keep_id`. Returns how many ended."""
    lock_user(user_id)
    rows = select(Session.id).where(Session.user_id == user_id, Session.ended_at.is_(None))
    ids = [each for each in db.session.scalars(rows) if each != keep_id]
    db.session.execute(update(Session).where(Session.id.in_(ids)).values(ended_at=now))
    return len(ids)


def device_name(user_agent: str) -> str:
    """«Chrome, Android»: enough for a person to know the device again, too little to tell people apart."""
    browser = next((name for pattern, name in _DEVICES if re.search(pattern, user_agent)), "")
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, user_agent)), "")
    return ", ".join(part for part in (browser, system) if part)
