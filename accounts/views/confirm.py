"""Proving once more to be the one who signed in, before an act that would do harm in other hands."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, half_signed_in
from accounts.contacts import Contact, contact_of
from accounts.errors import ChannelOffError, TooManyCodesError, TooManyTriesError
from accounts.forms import typed_code
from accounts.models import User
from accounts.models.sign_in import Purpose
from accounts.queries.people import has_second_factor
from accounts.views.entering import prove_password, renew, send_code, wait_minutes
from accounts.views.pages import asked_next, page, told_to_wait
from accounts.views.second_factor import passes_second_factor
from core.db import db


@half_signed_in()
def confirm() -> Response:
    """By whatever the person has: password, app, or a code by message."""
    return _page()


@half_signed_in()
def confirm_create() -> AnyResponse:
    """Take the proof; right, it gives a new session in place of this one."""
    actor = current_actor()
    user = db.session.get_one(User, actor.user_id)
    password, typed = request.form.get("password", ""), typed_code(request.form)
    try:
        if request.form.get("action") == "message" and not has_second_factor(actor.user_id):
            return send_code(_own_contact(user), Purpose.CONFIRM, asked_next(), user_id=actor.user_id)
        if not password and not typed.strip():
            return _page("missing", 422)
        if password:
            is_right = prove_password(user, f"user:{actor.user_id}", password) is not None
            has_passed_second = False
        else:
            is_right = has_passed_second = passes_second_factor(actor.user_id, typed)
    except (TooManyTriesError, TooManyCodesError) as error:
        return told_to_wait(_page("too_many", wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _page("channel_off", 503)
    if not is_right:
        return _page("wrong_password" if password else "wrong_code", 422)
    return renew(actor, asked_next(), has_passed_second=has_passed_second)


def _own_contact(user: User) -> Contact:
    return contact_of(user.phone or user.email or "")


def _page(error: str = "", status: int = 200, wait: int = 0) -> Response:
    actor = current_actor()
    user = db.session.get_one(User, actor.user_id)
    return page(
        "confirm",
        status,
        has_password=user.password_hash is not None,
        has_app=has_second_factor(actor.user_id),
        contact=_own_contact(user).masked,
        error=error,
        wait=wait,
        next=request.values.get("next", ""),
    )
