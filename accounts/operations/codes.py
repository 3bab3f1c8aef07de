"""One-time codes by message: asking for one, answering it, using what it proved.

A code is six digits, drawn at random, kept only as a keyed hash, bound to the browser that asked (by a random handle)
and to one purpose. Five answers are taken, counted before they are looked at.
Source: OWASP ASVS 5.0.0, 6.5.1 to 6.5.5 and 6.6.1 to 6.6.3; docs/decisions/0017.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, update

from accounts.contacts import Contact
from accounts.errors import StepGoneError, TooManyCodesError
from accounts.letters import CODE_KIND, CODE_MINUTES, Wording, code_wording
from accounts.models import Challenge
from accounts.models.sign_in import Purpose
from accounts.tokens import hash_token, new_token
from core.buckets import WHO_BYTES, Draw, draw_all
from core.db import db
from core.keys import KeyRing, keyed_hash
from core.messages.models import Channel
from core.messages.outbox import count_messages, enqueue_message

CODE_KEY: Final = "accounts.codes"
CONTACT_KEY: Final = "accounts.contacts"
CODE_LASTS: Final = timedelta(minutes=CODE_MINUTES)
STEP_LASTS: Final = timedelta(minutes=15)
"""How long what was proved may be used, and a half-done sign-in finished."""
TRIES_MAX: Final = 5
KEPT: Final = timedelta(days=2)

# For each number or address, whoever asks. Source: reliability design T-31; docs/limits.md.
PAUSE: Final = timedelta(minutes=1)
NUMBER_LIMITS: Final = ((3, timedelta(minutes=10)), (10, timedelta(days=1)))
PREFIX_SIZE: Final = 30
PREFIX_REFILL: Final = timedelta(minutes=1)
PAID: Final = (Channel.SMS.value, Channel.ZALO.value)
DAY: Final = timedelta(days=1)
# For who is known to own the number, beside what strangers asked for: five at once, five a day.
OWN_SIZE: Final = 5
OWN_REFILL: Final = DAY / OWN_SIZE
KEPT_SHARE: Final = 5
ASKED_FOR: Final = (CODE_KIND, "catalog.invitation")
"""Messages that anybody can cause, by their kind: they count for the cap of the day."""


class Outcome(StrEnum):
    """What became of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """A code that somebody asks for. user_id: whose purpose it serves, None before it is known who asks.

    known_as: a browser or a person that is known to own the contact, None for a stranger.
    paid_per_day: how many codes by SMS and Zalo may be sent to all people in 24 hours. wording: from the code to the
    message, for a purpose whose message says more than the code.
    """

    contact: Contact
    purpose: Purpose
    channel: Channel
    language: str
    address_prefix: str
    paid_per_day: int
    user_id: int | None = None
    known_as: str | None = None
    wording: Callable[[str], Wording] | None = None


def ask_code(asked: CodeRequest, keys: KeyRing, *, now: datetime) -> str:
    """Send a code and return the handle that the asking browser keeps (43 letters).

    The same work is done whether or not anybody is known by the contact. Raises TooManyCodesError (wait, reason);
    the transaction must then be given up, and nothing was sent.
    """
    contact_key = keyed_hash(keys.derive(CONTACT_KEY), asked.contact.value, WHO_BYTES)
    _refuse_too_many(asked, contact_key, keys, now)
    code, handle = f"{secrets.randbelow(10**6):06d}", new_token()
    wording = asked.wording(code) if asked.wording else code_wording(code, asked.language)
    message = enqueue_message(
        to=asked.contact.value,
        channel=asked.channel,
        kind=wording.kind,
        subject=wording.subject,
        text=wording.text,
        values=wording.values,
        now=now,
        expires_at=now + CODE_LASTS,
    )
    db.session.add(
        Challenge(
            handle_hash=hash_token(handle),
            purpose=asked.purpose.value,
            user_id=asked.user_id,
            contact=asked.contact.value,
            contact_key=contact_key,
            channel=asked.channel.value,
            message_id=message.id,
            code_hash=_code_hash(keys.derive(CODE_KEY), handle, code),
            created_at=now,
            expires_at=now + CODE_LASTS,
        )
    )
    db.session.flush()
    return handle


def open_step(purpose: Purpose, user_id: int, *, now: datetime, is_proved: bool) -> str:
    """A step of `user_id` for which no code is sent: a second factor or proof is still asked. Returns its handle."""
    handle = new_token()
    db.session.add(
        Challenge(
            handle_hash=hash_token(handle),
            purpose=purpose.value,
            user_id=user_id,
            created_at=now,
            expires_at=now + STEP_LASTS,
            proved_at=now if is_proved else None,
        )
    )
    db.session.flush()
    return handle


def answer_code(handle: str, purpose: Purpose, code: str, keys: KeyRing, *, now: datetime) -> Outcome:
    """Take one answer. It counts whatever it is: the caller keeps its transaction also when it was wrong.

    Of many answers at once at most five are looked at, and at most one is found right.
    """
    ours = (*_is(handle, purpose), Challenge.expires_at > now, Challenge.proved_at.is_(None))
    counted = db.session.execute(
        update(Challenge)
        .where(*ours, Challenge.code_hash.is_not(None), Challenge.tries < TRIES_MAX)
        .values(tries=Challenge.tries + 1)
    )
    if counted.rowcount == 0:  # type: ignore[attr-defined]
        return Outcome.GONE
    stored = db.session.scalar(select(Challenge.code_hash).where(*_is(handle, purpose)))
    given = "".join(code.split())
    rights = [_code_hash(key, handle, given) for key in keys.derive_all(CODE_KEY)]
    if stored is None or True not in [hmac.compare_digest(stored, right) for right in rights]:
        return Outcome.WRONG
    db.session.execute(
        update(Challenge).where(*ours).values(proved_at=now, expires_at=now + STEP_LASTS, code_hash=None)
    )
    return Outcome.RIGHT


def count_step_try(handle: str, purpose: Purpose, *, now: datetime) -> bool:
    """Count one try at what a step without code asks for. Whether it may be looked at."""
    ours = (*_is(handle, purpose), Challenge.expires_at > now, Challenge.used_at.is_(None))
    counted = db.session.execute(
        update(Challenge).where(*ours, Challenge.tries < TRIES_MAX).values(tries=Challenge.tries + 1)
    )
    return bool(counted.rowcount)  # type: ignore[attr-defined]


def prove_step(handle: str, purpose: Purpose, *, now: datetime) -> None:
    """Note that what the step asks for was given rightly."""
    unproved = (*_is(handle, purpose), Challenge.proved_at.is_(None))
    db.session.execute(update(Challenge).where(*unproved).values(proved_at=now))


def use_step(handle: str, purpose: Purpose, *, now: datetime) -> Challenge:
    """Use what was proved: once, by whoever comes first. Raises StepGoneError; nothing has changed then."""
    used = db.session.execute(
        update(Challenge)
        .where(*_is(handle, purpose), *_is_open(now), Challenge.proved_at.is_not(None))
        .values(used_at=now)
    )
    if used.rowcount == 0:  # type: ignore[attr-defined]
        raise StepGoneError(purpose=purpose.value)
    return db.session.scalars(select(Challenge).where(*_is(handle, purpose))).one()


def find_step(handle: str, purpose: Purpose, *, now: datetime) -> Challenge | None:
    """The step of `handle` as long as it can be answered or used."""
    return db.session.scalar(select(Challenge).where(*_is(handle, purpose), *_is_open(now)))


def drop_step(handle: str, *, now: datetime) -> None:
    """Let nothing more be done with `handle`: another code was asked for instead."""
    unused = (Challenge.handle_hash == hash_token(handle), Challenge.used_at.is_(None))
    db.session.execute(update(Challenge).where(*unused).values(expires_at=now, contact=None, code_hash=None))


def sweep_challenges(*, now: datetime) -> None:
    """Wipe what has ended of its number or address, and forget rows after two days: limits look back for one."""
    ended = (Challenge.expires_at <= now, Challenge.contact.is_not(None))
    wiped: Mapping[str, None] = {"contact": None, "code_hash": None}
    db.session.execute(update(Challenge).where(*ended).values(**wiped))
    db.session.execute(delete(Challenge).where(Challenge.created_at < now - KEPT))


def refuse_over_cap(paid_per_day: int, *, is_known: bool, now: datetime) -> None:
    """Raises TooManyCodesError (wait, reason `all`) once `paid_per_day` messages that people ask for were sent today.

    A fifth of them is kept for those who are known: strangers cannot use up what owners sign in with.
    """
    most = paid_per_day if is_known else paid_per_day - paid_per_day // KEPT_SHARE
    if count_messages(ASKED_FOR, PAID, since=now - DAY) >= most:
        raise TooManyCodesError(wait=timedelta(hours=1), reason="all")


def _refuse_too_many(asked: CodeRequest, contact_key: bytes, keys: KeyRing, now: datetime) -> None:
    key = keys.derive(CONTACT_KEY)
    network = keyed_hash(key, asked.address_prefix, WHO_BYTES)
    known_as = _known_as(asked)
    if known_as is None:
        _refuse_stranger(contact_key, network, now)
    else:
        _refuse_known(keyed_hash(key, known_as, WHO_BYTES), contact_key, network, now)
    if asked.channel.value in PAID:
        refuse_over_cap(asked.paid_per_day, is_known=known_as is not None, now=now)


def _known_as(asked: CodeRequest) -> str | None:
    """An officer who asks for an owner's agreement is signed in, and answers for it with a name."""
    return f"user:{asked.user_id}" if asked.purpose is Purpose.HELP else asked.known_as


def _refuse_known(own: bytes, contact_key: bytes, network: bytes, now: datetime) -> None:
    """What strangers asked for does not stand in the way of who is known: some a day are left beside it."""
    wait = draw_all([Draw("code.own_pause", own, 1, PAUSE)], now=now)
    if wait is not None:
        raise TooManyCodesError(wait=wait, reason="number")
    try:
        with db.session.begin_nested():
            _refuse_stranger(contact_key, network, now)
    except TooManyCodesError:
        if draw_all([Draw("code.own", own, OWN_SIZE, OWN_REFILL)], now=now) is not None:
            raise


def _refuse_stranger(contact_key: bytes, network: bytes, now: datetime) -> None:
    # The first bucket lets one pass a minute, so the counts after it are not raced by a second request.
    wait = draw_all([Draw("code.number", contact_key, 1, PAUSE)], now=now)
    if wait is not None:
        raise TooManyCodesError(wait=wait, reason="number")
    for most, window in NUMBER_LIMITS:
        earlier = (Challenge.contact_key == contact_key, Challenge.created_at > now - window)
        if (db.session.scalar(select(func.count()).where(*earlier)) or 0) >= most:
            first_at = db.session.scalar(select(func.min(Challenge.created_at)).where(*earlier)) or now
            raise TooManyCodesError(wait=first_at + window - now, reason="number")
    wait = draw_all([Draw("code.prefix", network, PREFIX_SIZE, PREFIX_REFILL)], now=now)
    if wait is not None:
        raise TooManyCodesError(wait=wait, reason="network")


def _is(handle: str, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return (Challenge.handle_hash == hash_token(handle), Challenge.purpose == purpose.value)


def _is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Challenge.expires_at > now, Challenge.used_at.is_(None))


def _code_hash(key: bytes, handle: str, code: str) -> bytes:
    """Bound to the handle: the same code of another request has another hash."""
    return keyed_hash(key, f"{handle}:{code}")
