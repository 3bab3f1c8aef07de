"""Signing in by password, or asking for a code; signing out."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor, forget_signed_in
from accounts.errors import ChannelOffError, TooManyCodesError, TooManyTriesError
from accounts.forms import SignInForm
from accounts.models.sign_in import Purpose
from accounts.operations.sessions import end_session
from accounts.queries.people import find_user_by_contact
from accounts.steps import begin_anew
from accounts.views.entering import go_on, led_to, prove_password, send_code, wait_minutes
from accounts.views.pages import asked_next, away_if_signed_in, page, told_to_wait
from core import clock
from core.db import transaction
from core.web.access import public


@public
def sign_in() -> AnyResponse:
    """Number or address and password, or a code instead."""
    return away_if_signed_in() or _page(SignInForm())


@public
def sign_in_create() -> AnyResponse:
    """Sign in. What is said, and how long it takes, does not tell whether there is such an account."""
    form = SignInForm.parse(request.form)
    if form.errors or form.contact is None:
        return _page(form, 422)
    try:
        if form.wants_code:
            return send_code(form.contact, Purpose.SIGN_IN, asked_next())
        user = find_user_by_contact(form.contact)
        user_id = user.id if user else None
        proved = prove_password(user, form.contact.value, form.password)
        if proved is not None and user_id is not None:
            return go_on(user_id, asked_next(), password_hash=proved)
    except (TooManyTriesError, TooManyCodesError) as error:
        refused = form.with_error("contact", "too_many")
        return told_to_wait(_page(refused, wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _page(form.with_error("contact", "channel_off"), 503)
    return _page(form.with_error("password", "wrong"), 422)


@public
def sign_out() -> AnyResponse:
    """A button, for those who come by a link: a link alone signs nobody out."""
    return page("sign_out") if find_actor() else led_to("/")


@public
def sign_out_create() -> AnyResponse:
    """End the session here; the cookie, copied or not, is worth nothing any more."""
    actor = find_actor()
    if actor is not None and actor.session_id is not None:
        with transaction():
            end_session(actor.session_id, user_id=actor.user_id, now=clock.now())
    begin_anew()
    answer = led_to("/sign-in")
    if isinstance(answer, Response):
        forget_signed_in(answer)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(form: SignInForm, status: int = 200, wait: int = 0) -> Response:
    return page("sign_in", status, form=form, next=request.values.get("next", ""), wait=wait)
