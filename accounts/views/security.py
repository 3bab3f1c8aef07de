"""Security of one's account: password, number, address, devices. Each change needs a fresh proof."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs, signed_in
from accounts.contacts import ContactKind, contact_of
from accounts.errors import ChannelOffError, NotYoursError, TooManyCodesError, WeakPasswordError
from accounts.forms import ContactForm
from accounts.models import User
from accounts.models.sign_in import Purpose
from accounts.operations.audit import record_act
from accounts.operations.credentials import change_password
from accounts.operations.passwords import hash_new_password
from accounts.operations.sessions import end_other_sessions, end_session
from accounts.permissions.people import can_keep_account
from accounts.queries.people import count_recovery_codes, has_second_factor, list_live_sessions
from accounts.views.entering import led_to, local, renew, send_code, wait_minutes
from accounts.views.pages import page, told_to_wait
from core import clock
from core.db import db, transaction

SECURITY = "/account/security"


@signed_in
def security() -> Response:
    """What one signs in with, and where one is signed in."""
    actor = current_actor()
    user = db.session.get_one(User, actor.user_id)
    return page(
        "security",
        user=user,
        phone=contact_of(user.phone).told if user.phone else "",
        actor=actor,
        has_app=has_second_factor(actor.user_id),
        recovery_left=count_recovery_codes(actor.user_id),
        sessions=list_live_sessions(actor.user_id, now=clock.now()),
    )


@needs(can_keep_account, confirmed=True)
def password() -> Response:
    """A new password."""
    return page("password", error="")


@needs(can_keep_account, confirmed=True)
def password_create() -> AnyResponse:
    """Set it; every other session ends, and this one gets a new token."""
    actor = current_actor()
    user = db.session.get_one(User, actor.user_id)
    context = (user.name or "", user.phone or "", user.email or "")
    try:
        password_hash = hash_new_password(request.form.get("password", ""), context)
    except WeakPasswordError as error:
        return page("password", 422, error=str(error.reason))
    with transaction():
        user = db.session.get_one(User, actor.user_id)
        change_password(user, password_hash, by=actor, now=clock.now())
    return renew(actor, local(SECURITY))


@needs(can_keep_account, confirmed=True)
def contact(kind: str) -> Response:
    """A new number or address."""
    return _contact_page(_kind(kind), ContactForm())


@needs(can_keep_account, confirmed=True)
def contact_create(kind: str) -> AnyResponse:
    """Send a code to the new number or address; it counts only once the code was given."""
    wanted = _kind(kind)
    form = ContactForm.parse(request.form, wanted)
    if form.contact is None:
        return _contact_page(wanted, form, 422)
    try:
        return send_code(form.contact, Purpose.CONTACT, local(SECURITY), user_id=current_actor().user_id)
    except TooManyCodesError as error:
        refused = ContactForm(typed=form.typed, errors={"contact": "too_many"})
        return told_to_wait(_contact_page(wanted, refused, wait=wait_minutes(error.wait)), error.wait)
    except ChannelOffError:
        return _contact_page(wanted, ContactForm(typed=form.typed, errors={"contact": "channel_off"}), 503)


@signed_in
def session_end(session_id: int) -> AnyResponse:
    """Sign one device out; somebody else's is not found."""
    actor, now = current_actor(), clock.now()
    if session_id not in {each.id for each in list_live_sessions(actor.user_id, now=now)}:
        raise NotYoursError(session_id=session_id)
    with transaction():
        end_session(session_id, user_id=actor.user_id, now=now)
        record_act("accounts.end_session", by=actor, subject=f"session:{session_id}", now=now)
    return led_to(SECURITY)


@signed_in
def other_sessions_end() -> AnyResponse:
    """Sign every other device out."""
    actor, now = current_actor(), clock.now()
    with transaction():
        count = end_other_sessions(actor.user_id, keep_id=actor.session_id, now=now)
        if count:
            subject = f"user:{actor.user_id}"
            record_act(
                "accounts.end_other_sessions", by=actor, subject=subject, after={"ended": count}, now=now
            )
    return led_to(SECURITY)


def _kind(text: str) -> ContactKind:
    if text not in list(ContactKind):
        raise NotYoursError(kind=text)
    return ContactKind(text)


def _contact_page(kind: ContactKind, form: ContactForm, status: int = 200, wait: int = 0) -> Response:
    user = db.session.get_one(User, current_actor().user_id)
    return page(
        "contact", status, kind=kind.value, form=form, has_one=bool(getattr(user, kind.value)), wait=wait
    )
