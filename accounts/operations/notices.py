"""News for a person, by the way that reaches the person."""

from datetime import datetime
from typing import Final

from accounts.models import User
from core.db import db
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages

NOTICE: Final = "accounts.notice"


def notify_user(user_id: int, subject: str, text: str, *, now: datetime) -> bool:
    """Let the person know; sent if and only if the caller's transaction is kept. Whether there is a way to reach them.

    subject, text: in the language of the person. An e-mail address goes first: it costs nothing. Erased people hear
    nothing, and what was never proved to be theirs is not written to.
    """
    user = db.session.get(User, user_id)
    if user is None or user.erased_at is not None:
        return False
    if user.email and user.email_verified_at is not None:
        to, channel = user.email, Channel.EMAIL
    elif user.phone and user.phone_verified_at is not None and can_take_messages(user.phone):
        to, channel = user.phone, Channel.SMS
    else:
        return False
    enqueue_message(to=to, channel=channel, kind=NOTICE, subject=subject, text=text, now=now)
    return True
