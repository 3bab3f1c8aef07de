"""Telling people what happened, by the way that reaches them."""

from datetime import datetime

from accounts.letters import NOTICE_KIND, notice_wording
from accounts.models import User
from core.db import db
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages


def notify_user(user_id: int, subject: str, text: str, *, now: datetime) -> bool:
    """Let the person know; sent if and only if the caller's transaction is kept. Whether there is a way to reach them.

    subject, text: in the language of the person (`User.language`). An e-mail address goes first: it costs nothing.
    Erased people hear nothing, and what was never proved to be theirs is not written to.
    """
    user = db.session.get(User, user_id)
    to = _reached_at(user) if user else None
    if to is None:
        return False
    _send(to, subject, text, now)
    return True


def notify_of(user: User, notice: str, *, now: datetime, **facts: str) -> bool:
    """Tell a person of a change to the account. notice: a key of `accounts.letters`."""
    wording = notice_wording(notice, user.language, **facts)
    return notify_user(user.id, wording.subject, wording.text, now=now)


def notify_old_contact(user: User, old: str, notice: str, *, now: datetime) -> None:
    """Tell the address that is the person's no longer: if a thief changed it, this is how the owner learns of it."""
    wording = notice_wording(notice, user.language)
    _send(old, wording.subject, wording.text, now)


def _reached_at(user: User) -> str | None:
    if user.erased_at is not None:
        return None
    if user.email and user.email_verified_at is not None:
        return user.email
    if user.phone and user.phone_verified_at is not None and can_take_messages(user.phone):
        return user.phone
    return None


def _send(to: str, subject: str, text: str, now: datetime) -> None:
    channel = Channel.EMAIL if "@" in to else Channel.SMS
    enqueue_message(
        to=to, channel=channel, kind=NOTICE_KIND, subject=subject, text=text, values={"text": text}, now=now
    )
