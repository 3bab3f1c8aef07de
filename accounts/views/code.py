"""The page that asks for the code which was sent, whatever it is for."""

from collections.abc import Callable
from typing import Final

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor
from accounts.contacts import Contact, contact_of
from accounts.errors import ChannelOffError, ContactTakenError, StepGoneError, TooManyCodesError
from accounts.forms import typed_code
from accounts.models import Challenge, User
from accounts.models.sign_in import Purpose
from accounts.operations.codes import TRIES_MAX, Outcome, answer_code, drop_step, find_step, use_step
from accounts.operations.credentials import change_contact
from accounts.queries.people import find_user_by_contact
from accounts.steps import Step, forget_step, present_step
from accounts.views.entering import (
    channels_for,
    go_on,
    keys,
    led_to,
    let_in,
    local,
    renew,
    send_code,
    wait_minutes,
)
from accounts.views.pages import page, told_to_wait
from core import clock
from core.db import db, transaction
from core.messages.models import Channel
from core.messages.outbox import is_stuck
from core.web.access import public

BY_CODE: Final = (
    Purpose.SIGN_IN,
    Purpose.RESET,
    Purpose.CONFIRM,
    Purpose.CONTACT,
    Purpose.SECOND_PROOF,
)


@public
def code() -> AnyResponse:
    """Six digits; and other ways, if the message does not come."""
    step, asked = _present()
    if step is None or asked is None:
        return led_to("/sign-in")
    return _page(asked) if asked.proved_at is None else _after(step, asked)


@public
def code_create() -> AnyResponse:
    """Take one answer."""
    step, asked = _present()
    if step is None or asked is None:
        return led_to("/sign-in")
    if asked.proved_at is not None:
        return _after(step, asked)  # sent twice
    typed = typed_code(request.form)
    if not typed.strip():
        return _page(asked, 422, error="missing")
    with transaction():
        outcome = answer_code(step.handle, step.purpose, typed, keys(), now=clock.now())
    asked = find_step(step.handle, step.purpose, now=clock.now())
    if asked is None or outcome is Outcome.GONE or (outcome is Outcome.WRONG and asked.tries >= TRIES_MAX):
        return _page(asked, 422, error="gone") if asked is not None else led_to("/sign-in")
    return _after(step, asked) if outcome is Outcome.RIGHT else _page(asked, 422, error="wrong")


@public
def message_create() -> AnyResponse:
    """Send another code, the same way or another; the former one opens nothing any more."""
    step, asked = _present()
    if step is None or asked is None or asked.contact is None:
        return led_to("/sign-in")
    wanted = request.form.get("channel", "")
    channel = Channel(wanted) if wanted in list(Channel) else None
    try:
        answer = send_code(
            contact_of(asked.contact),
            step.purpose,
            step.next_path,
            channel=channel,
            user_id=asked.user_id,
        )
    except TooManyCodesError as error:
        again = find_step(step.handle, step.purpose, now=clock.now())
        return told_to_wait(_page(again, error="too_many", wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _page(asked, 503, error="channel_off")
    with transaction():
        drop_step(step.handle, now=clock.now())
    return answer


def _present() -> tuple[Step | None, Challenge | None]:
    step = present_step(*BY_CODE)
    asked = find_step(step.handle, step.purpose, now=clock.now()) if step else None
    return step, asked


def _after(step: Step, asked: Challenge) -> AnyResponse:
    """What the right code opens."""
    ways: dict[Purpose, Callable[[Step, Contact], AnyResponse]] = {
        Purpose.SIGN_IN: _signed_in,
        Purpose.RESET: lambda _step, _contact: led_to("/sign-in/new-password"),
        Purpose.CONFIRM: _confirmed,
        Purpose.CONTACT: _contact_changed,
        Purpose.SECOND_PROOF: _second_proof_given,
    }
    return ways[step.purpose](step, contact_of(asked.contact or ""))


def _signed_in(step: Step, contact: Contact) -> AnyResponse:
    user = find_user_by_contact(contact)
    if user is None:
        return led_to("/sign-up/account")
    user_id = user.id
    return _used(step) or go_on(user_id, step.next_path, by_code_to=contact)


def _second_proof_given(step: Step, contact: Contact) -> AnyResponse:
    user = find_user_by_contact(contact)
    if user is None:
        return led_to("/sign-in")
    user_id = user.id
    return _used(step, user_id) or let_in(user_id, step.next_path)


def _confirmed(step: Step, _contact: Contact) -> AnyResponse:
    actor = find_actor()
    if actor is None:
        return led_to("/sign-in")
    return _used(step, actor.user_id) or renew(actor, step.next_path)


def _contact_changed(step: Step, contact: Contact) -> AnyResponse:
    # Asked for under a fresh proof; the code itself holds for minutes only, and for whom it was asked.
    actor = find_actor()
    if actor is None:
        return led_to(f"/sign-in?next={local('/account/security')}")
    try:
        with transaction():
            used = use_step(step.handle, step.purpose, now=clock.now())
            if used.user_id != actor.user_id:
                raise StepGoneError(purpose=step.purpose.value)
            user = db.session.get_one(User, actor.user_id)
            change_contact(user, contact, by=actor, now=clock.now())
    except StepGoneError:
        return led_to("/account/security")
    except ContactTakenError:
        forget_step()
        return page("contact_taken", 409, kind=contact.kind.value)
    forget_step()
    return renew(actor, step.next_path)


def _used(step: Step, user_id: int | None = None) -> AnyResponse | None:
    """Use the step up; where to go instead if it was used already, or was another person's."""
    try:
        with transaction():
            used = use_step(step.handle, step.purpose, now=clock.now())
            if used.user_id != user_id:
                raise StepGoneError(purpose=step.purpose.value)
    except StepGoneError:
        forget_step()
        return redirect(step.next_path, 303) if find_actor() else led_to("/sign-in")
    return None


def _page(asked: Challenge | None, status: int = 200, error: str = "", wait: int = 0) -> Response:
    contact = contact_of(asked.contact or "") if asked else None
    return page(
        "code",
        status,
        asked=asked,
        contact=contact,
        channels=channels_for(contact) if contact else [],
        is_stuck=is_stuck(asked.message_id if asked else None),
        tries_left=TRIES_MAX - asked.tries if asked else 0,
        error=error,
        wait=wait,
    )
