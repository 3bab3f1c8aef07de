"""The second step of signing in, and the second proof of whoever comes with a number that was silent for long."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor, safe_next
from accounts.contacts import contact_of
from accounts.errors import ChannelOffError, StepGoneError, TooManyCodesError, TooManyTriesError
from accounts.forms import typed_code
from accounts.models import User
from accounts.models.sign_in import Purpose
from accounts.operations.codes import count_step_try, drop_step, find_step, prove_step, use_step
from accounts.operations.second_factor import pass_second_factor
from accounts.queries.people import has_second_factor
from accounts.steps import Step, present_step
from accounts.views.entering import (
    HOME,
    count_guess,
    draws_for,
    forgive,
    keys,
    led_to,
    let_in,
    local,
    prove_password,
    renew,
    send_code,
    wait_minutes,
)
from accounts.views.pages import page, told_to_wait
from core import clock
from core.db import db, transaction
from core.web.access import public

ENROLMENT = "/account/security/second-factor"


@public
def second_factor() -> AnyResponse:
    """A code of the app, or a recovery code. Those who have none yet are led to setting one up."""
    actor = find_actor()
    if actor is not None:
        if actor.second_factor_at is not None:
            return led_to(HOME)
        return _page() if has_second_factor(actor.user_id) else led_to(ENROLMENT)
    return _page() if _waiting()[1] is not None else led_to("/sign-in")


@public
def second_factor_create() -> AnyResponse:
    """Take one code; right, it gives a new session."""
    actor = find_actor()
    step, user_id = (None, actor.user_id) if actor else _waiting()
    if user_id is None or (actor is not None and actor.second_factor_at is not None):
        return led_to("/sign-in" if actor is None else HOME)
    typed = typed_code(request.form)
    if not typed.strip():
        return _page("missing", 422)
    try:
        is_right = passes_second_factor(user_id, typed, step)
    except TooManyTriesError as error:
        return told_to_wait(_page("too_many", wait=wait_minutes(error.wait)), error.wait)
    except StepGoneError:
        return led_to("/sign-in")
    if not is_right:
        return _page("wrong", 422)
    if actor is not None:
        next_path = safe_next(request.form.get("next"), local(HOME))
        return renew(actor, next_path, has_passed_second=True)
    return let_in(user_id, step.next_path if step else local(HOME), has_passed_second=True)


def passes_second_factor(user_id: int, code: str, step: Step | None = None) -> bool:
    """Whether the code is right, counted first. Raises TooManyTriesError (wait); StepGoneError if `step` is used up."""
    draws = draws_for(f"user:{user_id}", user_id, kind="second_factor")
    count_guess(draws)
    with transaction():
        if step is not None and not count_step_try(step.handle, step.purpose, now=clock.now()):
            raise StepGoneError(purpose=step.purpose.value)
    with transaction():
        user = db.session.get_one(User, user_id)
        is_right = pass_second_factor(user, code, keys(), now=clock.now())
        if is_right and step is not None:
            use_step(step.handle, step.purpose, now=clock.now())
    if is_right:
        forgive(draws)
    return is_right


@public
def second_proof() -> AnyResponse:
    """The password, or a code to the e-mail address: the number alone may be somebody else's by now."""
    step, user = _silent_person()
    return led_to("/sign-in") if step is None or user is None else _proof_page(user)


@public
def second_proof_create() -> AnyResponse:
    """Take the password, or send a code to the e-mail address."""
    step, user = _silent_person()
    if step is None or user is None:
        return led_to("/sign-in")
    user_id, email = user.id, user.email if user.email_verified_at else None
    if request.form.get("action") == "code" and email:
        return _send_second_code(step, user, email)
    password = request.form.get("password", "")
    if not password:
        return _proof_page(user, "missing", 422)
    try:
        proved = prove_password(user, f"user:{user_id}", password)
    except TooManyTriesError as error:
        waiting = _proof_page(db.session.get_one(User, user_id), "too_many", wait=wait_minutes(error.wait))
        return told_to_wait(waiting, error.wait)
    if proved is None:
        return _proof_page(db.session.get_one(User, user_id), "wrong", 422)
    try:
        with transaction():
            prove_step(step.handle, step.purpose, now=clock.now())
            use_step(step.handle, step.purpose, now=clock.now())
    except StepGoneError:
        return led_to("/sign-in")
    return let_in(user_id, step.next_path, password_hash=proved)


def _send_second_code(step: Step, user: User, email: str) -> AnyResponse:
    user_id = user.id
    try:
        answer = send_code(contact_of(email), Purpose.SECOND_PROOF, step.next_path, user_id=user_id)
    except TooManyCodesError as error:
        waiting = _proof_page(db.session.get_one(User, user_id), "too_many", wait=wait_minutes(error.wait))
        return told_to_wait(waiting, error.wait)
    except ChannelOffError:
        return _proof_page(user, "channel_off", 503)
    with transaction():
        drop_step(step.handle, now=clock.now())
    return answer


def _waiting() -> tuple[Step | None, int | None]:
    """Whose second step this browser is at, after a right password or code."""
    step = present_step(Purpose.SECOND_FACTOR)
    found = find_step(step.handle, step.purpose, now=clock.now()) if step else None
    return (step, found.user_id) if found is not None and found.proved_at is not None else (None, None)


def _silent_person() -> tuple[Step | None, User | None]:
    step = present_step(Purpose.SECOND_PROOF)
    found = find_step(step.handle, step.purpose, now=clock.now()) if step else None
    is_waiting = found is not None and found.proved_at is None and found.contact is None
    user = db.session.get(User, found.user_id) if found is not None and is_waiting else None
    return step, user


def _page(error: str = "", status: int = 200, wait: int = 0) -> Response:
    return page("second_factor", status, error=error, wait=wait, next=request.values.get("next", ""))


def _proof_page(user: User, error: str = "", status: int = 200, wait: int = 0) -> Response:
    email = contact_of(user.email).masked if user.email and user.email_verified_at else None
    has_password = user.password_hash is not None
    return page("second_proof", status, email=email, has_password=has_password, error=error, wait=wait)
