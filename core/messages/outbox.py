"""Asking for a message, and what became of it. Called inside the caller's transaction; never commits."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select, update

from core.db import db
from core.jobs.queue import enqueue
from core.messages.gateways import Letter
from core.messages.models import Channel, Message, MessageState

SEND_JOB: Final = "core.send_message"
LASTS: Final = timedelta(days=2)
"""A notice that could not be sent for so long is no news any more."""
KEPT: Final = timedelta(days=30)
SUBJECT_MAX: Final = 200


def enqueue_message(
    *,
    to: str,
    channel: Channel,
    kind: str,
    subject: str,
    text: str,
    now: datetime,
    values: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
) -> Message:
    """Write a message down; it is sent if and only if the caller's transaction is kept, and then wiped.

    to: a number as «+84912345678» or an e-mail address. kind: «accounts.code», by which a gateway finds its registered
    text and fills it with `values`. expires_at: after this it is of no use and not sent (two days by default).
    """
    message = Message(
        channel=channel.value,
        recipient=to,
        kind=kind,
        subject=subject[:SUBJECT_MAX],
        body=text,
        values=dict(values) if values else None,
        state=MessageState.PENDING.value,
        tries=0,
        created_at=now,
        expires_at=expires_at or now + LASTS,
    )
    db.session.add(message)
    db.session.flush()
    enqueue(SEND_JOB, now=now, key=str(message.id), message_id=message.id)
    return message


def begin_try(message_id: int, *, now: datetime) -> Letter | None:
    """Count one more try and tell what is to be sent; None if there is nothing to send any more."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is None or message.state != MessageState.PENDING:
        return None
    if now >= message.expires_at:
        _wipe(message, MessageState.EXPIRED)
        return None
    message.tries += 1
    return Letter(
        number=message.id,
        channel=Channel(message.channel),
        to=message.recipient or "",
        kind=message.kind,
        subject=message.subject or "",
        text=message.body or "",
        values=message.values or {},
        attempt=message.tries,
    )


def note_sent(message_id: int, *, now: datetime) -> None:
    """The message went out: forget what it said and to whom."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is not None and message.state == MessageState.PENDING:
        _wipe(message, MessageState.SENT)
        message.sent_at = now


def note_refused(message_id: int) -> None:
    """It can never reach whom it is for: forget what it said and to whom."""
    message = db.session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if message is not None and message.state == MessageState.PENDING:
        _wipe(message, MessageState.FAILED)


def count_messages(kinds: Collection[str], channels: Collection[str], *, since: datetime) -> int:
    """How many messages of these kinds were asked for after `since`, whatever became of them."""
    wanted = (Message.created_at > since, Message.kind.in_(kinds), Message.channel.in_(channels))
    return db.session.scalar(select(func.count()).select_from(Message).where(*wanted)) or 0


def withdraw_messages(recipient: str) -> int:
    """Take back what waits for `recipient`, who is to be forgotten. Returns how many messages."""
    waiting = select(Message).where(Message.recipient == recipient)
    messages = list(db.session.scalars(waiting))
    for message in messages:
        _wipe(message, MessageState.EXPIRED)
    return len(messages)


def sweep_messages(*, now: datetime) -> None:
    """Wipe what is of no use any more, and forget rows after a month."""
    useless = (Message.state == MessageState.PENDING.value, Message.expires_at <= now)
    wiped = {"recipient": None, "subject": None, "body": None, "values": None}
    db.session.execute(update(Message).where(*useless).values(state=MessageState.EXPIRED.value, **wiped))
    db.session.execute(delete(Message).where(Message.created_at < now - KEPT))


def is_stuck(message_id: int | None) -> bool:
    """Whether the message was tried and did not go out, so that another way should be offered."""
    if message_id is None:
        return False
    tried = or_(Message.state == MessageState.FAILED.value, Message.tries > 0)
    stuck = (Message.id == message_id, Message.state != MessageState.SENT.value, tried)
    return db.session.scalar(select(Message.id).where(*stuck)) is not None


def _wipe(message: Message, state: MessageState) -> None:
    message.state = state.value
    message.recipient = message.subject = message.body = message.values = None
