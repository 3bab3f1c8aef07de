"""What the pages of signing in have in common: asking for codes, counting guesses, letting people in.

Each begins and ends its own short transactions, because hashing a password is slow and must not happen inside one.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor, keep_signed_in
from accounts.actors import Actor
from accounts.contacts import Contact, ContactKind
from accounts.devices import known_device, remember_device
from accounts.errors import ChannelOffError
from accounts.models import Session, User
from accounts.models.sign_in import Purpose
from accounts.operations.codes import CodeRequest, ask_code, open_step
from accounts.operations.passwords import is_password_right, renewed_hash
from accounts.operations.sign_in import Browser, enter, renew_session
from accounts.operations.throttles import Asker, allow_guess, forgive_guess, guess_draws
from accounts.queries.actors import get_actor
from accounts.queries.people import find_user_by_contact, has_second_factor, is_silent
from accounts.steps import begin_anew, remember_step
from core import clock
from core.buckets import Draw
from core.config import Settings
from core.db import db, transaction
from core.i18n import current_language
from core.keys import KeyRing
from core.limits import address_prefix
from core.message_settings import Way
from core.messages.gateways import way_of
from core.messages.models import Channel

HOME: Final = "/account"
PHONE_CHANNELS: Final = (Channel.SMS, Channel.ZALO)


def settings() -> Settings:
    """The settings of the present application."""
    found: Settings = current_app.extensions["settings"]
    return found


def keys() -> KeyRing:
    """Keys for single purposes."""
    return settings().keys


def local(path: str) -> str:
    """`path` in the present language."""
    return f"{request.script_root}{path}"


def led_to(path: str) -> AnyResponse:
    """On to `path` in the present language, as the answer to a form."""
    return redirect(local(path), 303)


def channels_for(contact: Contact) -> list[Channel]:
    """The ways by which a code can reach `contact` here, the usual one first."""
    possible = PHONE_CHANNELS if contact.kind is ContactKind.PHONE else (Channel.EMAIL,)
    return [each for each in possible if way_of(each, settings().messages) is not Way.OFF]


def send_code(
    contact: Contact,
    purpose: Purpose,
    next_path: str,
    *,
    channel: Channel | None = None,
    user_id: int | None = None,
) -> AnyResponse:
    """Send a code and lead to the page that asks for it. Raises TooManyCodesError, ChannelOffError."""
    ways = channels_for(contact)
    if not ways or (channel is not None and channel not in ways):
        raise ChannelOffError(kind=contact.kind.value)
    asked = CodeRequest(
        contact=contact,
        purpose=purpose,
        channel=channel or ways[0],
        language=current_language(),
        address_prefix=address_prefix(request.remote_addr),
        paid_per_day=settings().messages.paid_messages_per_day,
        user_id=user_id,
        known_as=_known_as(contact, purpose),
    )
    with transaction():
        handle = ask_code(asked, keys(), now=clock.now())
    remember_step(handle, purpose, next_path)
    return led_to("/sign-in/code")


def _known_as(contact: Contact, purpose: Purpose) -> str | None:
    """By what this browser is known to own `contact`: strangers who ask for it must not stand in its way.

    A contact that somebody wants to add is not theirs yet: whoever asks for that is a stranger to it.
    """
    user = find_user_by_contact(contact)
    if user is None or purpose is Purpose.CONTACT:
        return None
    actor = find_actor()
    if actor is not None and actor.user_id == user.id:
        return f"user:{user.id}"
    device = known_device(user.id)
    return f"{device.hex()}:{user.id}" if device else None


def draws_for(account: str, user_id: int | None, *, kind: str = "password") -> tuple[Draw, ...]:
    """The buckets of one guess by this browser at a secret of `account`."""
    asker = Asker(address_prefix(request.remote_addr), known_device(user_id))
    return guess_draws(account, asker, keys(), kind=kind)


def count_guess(draws: Sequence[Draw]) -> None:
    """Raises TooManyTriesError (wait); then nothing may be looked at, let alone hashed."""
    with transaction():
        allow_guess(draws, now=clock.now())


def forgive(draws: Sequence[Draw]) -> None:
    """The guess was right."""
    with transaction():
        forgive_guess(draws, now=clock.now())


def prove_password(user: User | None, account: str, password: str) -> str | None:
    """The hash of the right password, None if it is wrong; counted first, hashed afterwards.

    Raises TooManyTriesError (wait).
    """
    # Plain values: what comes next must do the same work whether or not there is such a person.
    user_id, stored = (user.id, user.password_hash) if user else (None, None)
    draws = draws_for(account, user_id)
    count_guess(draws)
    if not is_password_right(stored, password) or stored is None:
        return None
    newer = renewed_hash(stored, password)
    with transaction():
        forgive_guess(draws, now=clock.now())
        user = db.session.get_one(User, user_id)
        if newer is not None and user.password_hash == stored:
            user.password_hash = stored = newer
    return stored


def go_on(
    user_id: int, next_path: str, *, by_code_to: Contact | None = None, password_hash: str | None = None
) -> AnyResponse:
    """The first proof was right: ask for a second one where there is one to ask for, else let in.

    by_code_to: the number or address that was proved; password_hash: else that of the password.
    """
    if has_second_factor(user_id):
        return _one_more(Purpose.SECOND_FACTOR, user_id, next_path, "/sign-in/second-factor", is_proved=True)
    user = db.session.get_one(User, user_id)
    is_by_phone = by_code_to is not None and by_code_to.kind is ContactKind.PHONE
    has_other_proof = bool(user.password_hash or (user.email and user.email_verified_at))
    if is_by_phone and has_other_proof and is_silent(user, clock.now()):
        return _one_more(Purpose.SECOND_PROOF, user_id, next_path, "/sign-in/second-proof", is_proved=False)
    return let_in(user_id, next_path, password_hash=password_hash)


def let_in(
    user_id: int, next_path: str, *, has_passed_second: bool = False, password_hash: str | None = None
) -> AnyResponse:
    """Sign the person in with a new session; whatever was in the cookies before is not carried over.

    Raises NotSignedInError as `enter`.
    """
    with transaction():
        _session, token = enter(
            user_id,
            present_browser(user_id),
            now=clock.now(),
            has_passed_second=has_passed_second,
            password_hash=password_hash,
        )
        is_official = get_actor(user_id).needs_second_factor
    return _answered(user_id, token, next_path, is_official=is_official)


def renew(actor: Actor, next_path: str, *, has_passed_second: bool = False) -> AnyResponse:
    """Give the person who proved again a new session in place of the present one. Raises NotSignedInError."""
    with transaction():
        old = db.session.get_one(Session, actor.session_id)
        browser = present_browser(actor.user_id)
        _session, token = renew_session(old, browser, now=clock.now(), has_passed_second=has_passed_second)
    return _answered(actor.user_id, token, next_path, is_official=actor.needs_second_factor)


def present_browser(user_id: int) -> Browser:
    """The browser of the present request, as a session remembers it."""
    return Browser(
        user_agent=request.headers.get("User-Agent", ""),
        address_prefix=address_prefix(request.remote_addr),
        is_known=known_device(user_id) is not None,
    )


def wait_minutes(wait: object) -> int:
    """Whole minutes to wait, at least one, of the `wait` that an error carries."""
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else 60.0
    return max(1, -(-int(seconds) // 60))


def _one_more(purpose: Purpose, user_id: int, next_path: str, page: str, *, is_proved: bool) -> AnyResponse:
    with transaction():
        handle = open_step(purpose, user_id, now=clock.now(), is_proved=is_proved)
    remember_step(handle, purpose, next_path)
    return led_to(page)


def _answered(user_id: int, token: str, next_path: str, *, is_official: bool) -> AnyResponse:
    begin_anew()
    # Flask-Login keeps whom it found for the rest of the request; nobody asks it any more.
    g.pop("_login_user", None)
    answer = current_app.make_response(redirect(next_path, 303))
    keep_signed_in(answer, token, is_official=is_official)
    remember_device(answer, user_id)
    answer.headers["Cache-Control"] = "no-store"
    return answer
