"""What a sign-in leaves behind: a session, for officials a line in the audit trail, a word to the owner."""

from dataclasses import dataclass
from datetime import datetime

from accounts.errors import NotSignedInError
from accounts.models import Session
from accounts.operations.audit import record_act
from accounts.operations.notices import notify_of
from accounts.operations.sessions import device_name, end_session, lock_user, open_session
from accounts.queries.actors import get_actor
from core.db import db


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """The browser that signs in. is_known: the person signed in with it before."""

    user_agent: str
    address_prefix: str
    is_known: bool


def enter(
    user_id: int,
    browser: Browser,
    *,
    now: datetime,
    has_passed_second: bool = False,
    password_hash: str | None = None,
) -> tuple[Session, str]:
    """Sign the person in: a new session, and the token that its cookie carries.

    A browser that is new to a person who signed in before is told of. Each sign-in of an official is recorded.
    password_hash: that of the password that was given, None for another proof. Raises NotSignedInError if it is no more
    the person's, or the person is no more: it was changed while the one given was looked at. Nothing has changed then.
    """
    user = lock_user(user_id)
    if user is None or user.erased_at is not None or password_hash not in {None, user.password_hash}:
        raise NotSignedInError(user_id=user_id)
    is_news = not browser.is_known and user.last_seen_at is not None
    actor = get_actor(user.id)
    session, token = open_session(
        user,
        now=now,
        is_official=actor.needs_second_factor,
        user_agent=browser.user_agent,
        address_prefix=browser.address_prefix,
        second_factor_at=now if has_passed_second else None,
    )
    if is_news:
        notify_of(user, "new_device", now=now, device=device_name(browser.user_agent))
    if actor.needs_second_factor:
        passed = {"second_factor": has_passed_second}
        record_act("accounts.sign_in", by=actor, subject=f"session:{session.id}", after=passed, now=now)
    return session, token


def renew_session(
    old: Session, browser: Browser, *, now: datetime, has_passed_second: bool = False
) -> tuple[Session, str]:
    """A new session in place of `old`, which ends: the person has just proved again to be the one who signed in.

    It ends when the old one would have at the latest. Source: OWASP ASVS 5.0.0, 7.2.4.
    Raises NotSignedInError if `old` was signed out meanwhile; nothing has changed then.
    """
    lock_user(old.user_id)
    if not end_session(old.id, user_id=old.user_id, now=now):
        raise NotSignedInError(user_id=old.user_id)
    actor = get_actor(old.user_id)
    session, token = open_session(
        old.user,
        now=now,
        is_official=actor.needs_second_factor,
        user_agent=browser.user_agent,
        address_prefix=browser.address_prefix,
        second_factor_at=now if has_passed_second else old.second_factor_at,
    )
    session.signed_in_at = old.signed_in_at
    session.expires_at = min(old.expires_at, session.expires_at)
    if has_passed_second and actor.needs_second_factor:
        passed = {"second_factor": True}
        record_act("accounts.sign_in", by=actor, subject=f"session:{session.id}", after=passed, now=now)
    db.session.flush()
    return session, token
