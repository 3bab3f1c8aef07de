"""Setting the second step up, switching it off, and its recovery codes."""

from base64 import b64encode
from typing import Final

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts import totp
from accounts.access import current_actor, half_signed_in, needs, safe_next
from accounts.errors import EnrolmentGoneError, SecondFactorNeededError, TooManyTriesError
from accounts.forms import typed_code
from accounts.models import User
from accounts.operations.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    end_second_factor,
    renew_recovery_codes,
)
from accounts.operations.sessions import end_other_sessions
from accounts.permissions.people import can_keep_account
from accounts.queries.people import has_second_factor
from accounts.views.entering import (
    count_guess,
    draws_for,
    keys,
    led_to,
    local,
    prove_password,
    renew,
    wait_minutes,
)
from accounts.views.pages import page, told_to_wait
from accounts.views.security import SECURITY
from core import clock
from core.db import db, transaction
from core.qr import LEVEL_M, draw_svg, matrix_of

MODULE_MM: Final = 1.0


@half_signed_in(confirmed=True)
def enrolment() -> AnyResponse:
    """A QR for the app, and the secret in letters for those who cannot scan it."""
    actor = current_actor()
    if has_second_factor(actor.user_id):
        return led_to(SECURITY if actor.second_factor_at else "/sign-in/second-factor")
    return _page()


@half_signed_in(confirmed=True)
def enrolment_create() -> AnyResponse:
    """Switch it on if the app shows the right code, and tell the recovery codes, once.

    Whoever has a password gives it too: a code by message must not be worth an app.
    """
    actor, typed = current_actor(), typed_code(request.form)
    if has_second_factor(actor.user_id):
        return led_to(SECURITY)
    if not typed.strip():
        return _page("missing", 422)
    try:
        refusal = _password_wrong(actor.user_id)
        if refusal:
            return _page(refusal, 422)
        count_guess(draws_for(f"user:{actor.user_id}", actor.user_id, kind="second_factor"))
    except TooManyTriesError as error:
        return told_to_wait(_page("too_many", wait=wait_minutes(error.wait)), error.wait)
    try:
        with transaction():
            user = db.session.get_one(User, actor.user_id)
            codes = confirm_enrolment(user, typed, keys(), by=actor, now=clock.now())
            if codes is not None:
                end_other_sessions(actor.user_id, keep_id=actor.session_id, now=clock.now())
    except EnrolmentGoneError:
        return _page("gone", 422)
    if codes is None:
        return _page("wrong", 422)
    answer = renew(actor, local(SECURITY), has_passed_second=True)
    return _codes_in(answer, codes)


def _password_wrong(user_id: int) -> str:
    """What is wrong with the password typed; nothing where the person has none. Raises TooManyTriesError (wait)."""
    user, password = db.session.get_one(User, user_id), request.form.get("password", "")
    if user.password_hash is None:
        return ""
    if not password:
        return "no_password"
    return "" if prove_password(user, f"user:{user_id}", password) else "wrong_password"


@needs(can_keep_account, confirmed=True)
def second_factor_off() -> AnyResponse:
    """Ask once more before it is switched off."""
    return page("second_factor_off", is_needed=current_actor().needs_second_factor)


@needs(can_keep_account, confirmed=True)
def second_factor_off_create() -> AnyResponse:
    """Switch it off; officials cannot."""
    actor = current_actor()
    try:
        with transaction():
            user = db.session.get_one(User, actor.user_id)
            end_second_factor(user, by=actor, now=clock.now())
            end_other_sessions(actor.user_id, keep_id=actor.session_id, now=clock.now())
    except SecondFactorNeededError:
        return page("second_factor_off", 409, is_needed=True)
    return renew(actor, local(SECURITY))


@needs(can_keep_account, confirmed=True)
def recovery_codes_create() -> AnyResponse:
    """Ten new recovery codes, shown once; the old ones end."""
    actor = current_actor()
    if not has_second_factor(actor.user_id):
        return led_to(SECURITY)
    with transaction():
        user = db.session.get_one(User, actor.user_id)
        codes = renew_recovery_codes(user, keys(), by=actor, now=clock.now())
        end_other_sessions(actor.user_id, keep_id=actor.session_id, now=clock.now())
    return _codes_in(renew(actor, local(SECURITY)), codes)


def _codes_in(answer: AnyResponse, codes: list[str]) -> AnyResponse:
    """The page with the codes as the answer to the form: they are kept nowhere, so no further page could show them.

    answer: carries the cookies of the new session.
    """
    shown = page("recovery_codes", codes=codes, next=safe_next(request.form.get("next"), local(SECURITY)))
    for cookie in answer.headers.getlist("Set-Cookie"):
        shown.headers.add("Set-Cookie", cookie)
    return shown


def _page(error: str = "", status: int = 200, wait: int = 0) -> Response:
    actor = current_actor()
    with transaction():
        secret = begin_enrolment(actor.user_id, keys(), now=clock.now())
    user = db.session.get_one(User, actor.user_id)
    address = totp.setup_address(secret, user.email or user.phone or "")
    picture = draw_svg(matrix_of((address.encode(),), LEVEL_M), MODULE_MM)
    return page(
        "enrolment",
        status,
        picture="data:image/svg+xml;base64," + b64encode(picture.encode()).decode("ascii"),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        is_needed=actor.needs_second_factor,
        has_password=user.password_hash is not None,
        error=error,
        wait=wait,
        next=request.values.get("next", ""),
    )
