"""Signing up: a number or address, the code sent there, then a name and, if one likes, a password."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.contacts import contact_of
from accounts.errors import (
    ChannelOffError,
    ContactTakenError,
    StepGoneError,
    TooManyCodesError,
    WeakPasswordError,
)
from accounts.forms import ContactForm, NewAccountForm
from accounts.models import Challenge
from accounts.models.sign_in import Purpose
from accounts.operations.codes import find_step, use_step
from accounts.operations.consents import record_consent
from accounts.operations.passwords import hash_new_password
from accounts.operations.sign_up import NewPerson, make_account
from accounts.purposes import MARKETING, PURPOSES, TERMS
from accounts.steps import Step, present_step
from accounts.views.entering import led_to, let_in, send_code, wait_minutes
from accounts.views.pages import asked_next, away_if_signed_in, page, told_to_wait
from core import clock
from core.db import transaction
from core.i18n import current_language
from core.web.access import public


@public
def sign_up() -> AnyResponse:
    """Which number or address is to be the account's."""
    return away_if_signed_in() or _page(ContactForm())


@public
def sign_up_create() -> AnyResponse:
    """Send the code; whether there is an account already, only its owner learns, who gets the code."""
    form = ContactForm.parse(request.form)
    if form.contact is None:
        return _page(form, 422)
    try:
        return send_code(form.contact, Purpose.SIGN_IN, asked_next())
    except TooManyCodesError as error:
        refused = ContactForm(typed=form.typed, errors={"contact": "too_many"})
        return told_to_wait(_page(refused, wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _page(ContactForm(typed=form.typed, errors={"contact": "channel_off"}), 503)


@public
def new_account() -> AnyResponse:
    """Name, password if one likes, and consents, of which none is given by default."""
    step, proved = _proved()
    return led_to("/sign-up") if step is None or proved is None else _details(proved, NewAccountForm())


@public
def new_account_create() -> AnyResponse:
    """Make the account and sign in."""
    step, proved = _proved()
    if step is None or proved is None or proved.contact is None:
        return led_to("/sign-up")
    form, contact = NewAccountForm.parse(request.form), contact_of(proved.contact)
    password_hash = None
    try:
        if form.password:
            password_hash = hash_new_password(form.password, (form.name, contact.value))
    except WeakPasswordError as error:
        form = form.with_error("password", str(error.reason))
    if form.errors:
        return _details(proved, form, 422)
    person = NewPerson(
        name=form.name, contacts=(contact,), password_hash=password_hash, language=current_language()
    )
    now = clock.now()
    try:
        with transaction():
            use_step(step.handle, Purpose.SIGN_IN, now=now)
            user = make_account(person, now=now)
            record_consent(user.id, TERMS, PURPOSES[TERMS].version, now)
            if form.agrees_to_marketing:
                record_consent(user.id, MARKETING, PURPOSES[MARKETING].version, now)
            user_id = user.id
    except (StepGoneError, ContactTakenError):
        return led_to("/sign-in")  # sent twice: the account is there
    return let_in(user_id, step.next_path)


def _proved() -> tuple[Step | None, Challenge | None]:
    step = present_step(Purpose.SIGN_IN)
    found = find_step(step.handle, Purpose.SIGN_IN, now=clock.now()) if step else None
    return step, found if found is not None and found.proved_at is not None else None


def _page(form: ContactForm, status: int = 200, wait: int = 0) -> Response:
    return page("sign_up", status, form=form, next=request.values.get("next", ""), wait=wait)


def _details(proved: Challenge, form: NewAccountForm, status: int = 200) -> Response:
    return page(
        "new_account",
        status,
        form=form,
        contact=contact_of(proved.contact or "").told,
        terms=PURPOSES[TERMS],
        marketing=PURPOSES[MARKETING],
    )
