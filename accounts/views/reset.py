"""A forgotten password: a code to the number or address, then a new one. A second step stays a second step."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.contacts import Contact, ContactKind, contact_of
from accounts.errors import (
    ChannelOffError,
    StepGoneError,
    TooManyCodesError,
    TooManyTriesError,
    WeakPasswordError,
)
from accounts.forms import ContactForm, typed_code
from accounts.models import User
from accounts.models.sign_in import Purpose
from accounts.operations.codes import find_step, use_step
from accounts.operations.credentials import change_password
from accounts.operations.passwords import hash_new_password
from accounts.queries.actors import get_actor
from accounts.queries.people import find_user_by_contact, has_second_factor, is_silent
from accounts.steps import Step, present_step
from accounts.views.entering import led_to, let_in, send_code, wait_minutes
from accounts.views.pages import page, told_to_wait
from accounts.views.second_factor import passes_second_factor
from core import clock
from core.db import db, transaction
from core.web.access import public


@public
def forgotten() -> Response:
    """Which number or address the account has."""
    return _page(ContactForm())


@public
def forgotten_create() -> AnyResponse:
    """Send a code, whether or not there is such an account."""
    form = ContactForm.parse(request.form)
    if form.contact is None:
        return _page(form, 422)
    try:
        return send_code(form.contact, Purpose.RESET, request.script_root + "/account")
    except TooManyCodesError as error:
        refused = ContactForm(typed=form.typed, errors={"contact": "too_many"})
        return told_to_wait(_page(refused, wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _page(ContactForm(typed=form.typed, errors={"contact": "channel_off"}), 503)


@public
def new_password() -> AnyResponse:
    """The new password; with the code of the app, where the account has one."""
    step, contact, user = _proved()
    return _reset_page(contact, user) if step is not None and contact is not None else led_to("/sign-in")


@public
def new_password_create() -> AnyResponse:
    """Set it, end every session, and sign in here."""
    step, contact, user = _proved()
    if step is None or contact is None:
        return led_to("/sign-in")
    if user is None or _is_closed(contact, user):
        return _reset_page(contact, user, status=422)
    user_id, needs_app = user.id, has_second_factor(user.id)
    try:
        context = (user.name or "", user.phone or "", user.email or "")
        password_hash = hash_new_password(request.form.get("password", ""), context)
        if needs_app and not passes_second_factor(user_id, typed_code(request.form)):
            return _reset_page(contact, db.session.get(User, user_id), "wrong_code", 422)
    except WeakPasswordError as error:
        return _reset_page(contact, user, str(error.reason), 422)
    except TooManyTriesError as error:
        waiting = _reset_page(
            contact, db.session.get(User, user_id), "too_many", wait=wait_minutes(error.wait)
        )
        return told_to_wait(waiting, error.wait)
    try:
        with transaction():
            use_step(step.handle, Purpose.RESET, now=clock.now())
            user = db.session.get_one(User, user_id)
            change_password(user, password_hash, by=get_actor(user_id), now=clock.now())
    except StepGoneError:
        return led_to("/sign-in")
    return let_in(user_id, step.next_path, has_passed_second=needs_app)


def _proved() -> tuple[Step | None, Contact | None, User | None]:
    step = present_step(Purpose.RESET)
    found = find_step(step.handle, Purpose.RESET, now=clock.now()) if step else None
    if found is None or found.proved_at is None or found.contact is None:
        return None, None, None
    contact = contact_of(found.contact)
    return step, contact, find_user_by_contact(contact)


def _is_closed(contact: Contact, user: User) -> bool:
    """A number that was silent for long may be somebody else's: it alone resets nothing that has another proof."""
    if contact.kind is not ContactKind.PHONE or has_second_factor(user.id):
        return False
    has_other_proof = user.password_hash is not None or bool(user.email and user.email_verified_at)
    return has_other_proof and is_silent(user, clock.now())


def _page(form: ContactForm, status: int = 200, wait: int = 0) -> Response:
    return page("forgotten", status, form=form, wait=wait)


def _reset_page(
    contact: Contact | None, user: User | None, error: str = "", status: int = 200, wait: int = 0
) -> Response:
    return page(
        "new_password",
        status,
        has_account=user is not None,
        is_closed=user is not None and contact is not None and _is_closed(contact, user),
        needs_app=user is not None and has_second_factor(user.id),
        contact=contact.masked if contact else "",
        error=error,
        wait=wait,
    )
