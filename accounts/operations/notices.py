"""Telling people what happened, by the way that reaches them."""

from collections.abc import Sequence
from datetime import datetime

from accounts.letters import NOTICE_KIND, notice_wording
from accounts.models import User
from core.db import db
from core.messages.models import Channel
from core.messages.outbox import enqueue_message
from core.phones import can_take_messages


def notify_user(user_id: int, subject: str, text: str, *, now: datetime, everywhere: bool = False) -> bool:
    """Let the person know; sent if and only if the caller's transaction is kept. Whether there is a way to reach them.

    subject, text: in the language of the person (`User.language`). An e-mail address goes first: it costs nothing.
    everywhere: by every way that was proved, for what a thief may have done, who may have added one of them.
    Erased people hear nothing, and what was never proved to be theirs is not written to.
    """
    user = db.session.get(User, user_id)
    ways = proved_contacts(user) if user else []
    for to in ways if everywhere else ways[:1]:
        _send(to, subject, text, now)
    return bool(ways)


def notify_of(user: User, notice: str, *, now: datetime, also: Sequence[str] = (), **facts: str) -> None:
    """Tell a person of a change to the account, at every number and address that was proved.

    notice: a key of `accounts.letters`. also: what was theirs before the change; told first.
    """
    wording = notice_wording(notice, user.language, **facts)
    for to in dict.fromkeys([*also, *proved_contacts(user)]):
        _send(to, wording.subject, wording.text, now)


def proved_contacts(user: User) -> list[str]:
    """The number and address that were proved to be the person's and take messages; what costs nothing comes first."""
    if user.erased_at is not None:
        return []
    found = []
    if user.email and user.email_verified_at is not None:
        found.append(user.email)
    if user.phone and user.phone_verified_at is not None and can_take_messages(user.phone):
        found.append(user.phone)
    return found


def _send(to: str, subject: str, text: str, now: datetime) -> None:
    channel = Channel.EMAIL if "@" in to else Channel.SMS
    enqueue_message(
        to=to, channel=channel, kind=NOTICE_KIND, subject=subject, text=text, values={"text": text}, now=now
    )
