"""Who works for a producer: the list, invitations, roles, and the help of an officer."""

from datetime import date, timedelta
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs, signed_in
from accounts.errors import TooManyCodesError
from catalog.errors import (
    AssistanceRefusedError,
    InvalidInvitationError,
    InvitationEndedError,
    LastOwnerError,
)
from catalog.forms.claims import row_number
from catalog.models import Producer
from catalog.operations.assistance import LONGEST, agree_to_help, end_help
from catalog.operations.team import (
    accept_invitation,
    change_role,
    decline_invitation,
    invite_member,
    remove_member,
    withdraw_invitation,
)
from catalog.permissions.workspace import can_enter_workspace, can_manage_team
from catalog.queries.team import (
    get_invitation,
    get_member,
    get_own_assistance,
    get_own_invitation,
    list_assistance,
    list_helpers,
    list_members,
    list_open_invitations,
)
from catalog.queries.workspace import get_own_producer
from core import clock
from core.config import Settings
from core.db import transaction
from core.limits import rate_limited
from core.text import clean_line


@needs(can_enter_workspace)
def team(producer_id: int) -> Response:
    """Who works here; owners also change it."""
    return _page(get_own_producer(current_actor(), producer_id))


@needs(can_enter_workspace)
@rate_limited("20/hour")
def invitation_create(producer_id: int) -> AnyResponse:
    """Invite a telephone number."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    phone, role = clean_line(request.form.get("phone", "")), request.form.get("role", "")
    try:
        with transaction():
            invite_member(
                get_own_producer(actor, producer_id),
                phone,
                role,
                by=actor,
                address_of=_address,
                keys=_settings().keys,
                paid_per_day=_settings().messages.paid_messages_per_day,
                now=clock.now(),
            )
    except TooManyCodesError:
        return _page(producer, 429, errors={"phone": "out_of_range"}, phone=phone[:40], role=role)
    except InvalidInvitationError as error:
        wrong = {str(error.facts["field"]): str(error.facts["reason"])}
        return _page(producer, 422, errors=wrong, phone=phone[:40], role=role)
    return _back(producer_id)


@needs(can_enter_workspace)
def invitation_withdrawal_create(producer_id: int, invitation_id: int) -> AnyResponse:
    """Take an invitation back; one that was answered meanwhile has ended anyway."""
    actor = current_actor()
    try:
        with transaction():
            withdraw_invitation(
                get_own_invitation(actor, producer_id, invitation_id), by=actor, now=clock.now()
            )
    except InvitationEndedError:
        pass  # it was answered at the same moment: the list shows what became of it
    return _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
def member_role_create(producer_id: int, membership_id: int) -> AnyResponse:
    """Give somebody another role."""
    actor = current_actor()
    try:
        with transaction():
            producer = get_own_producer(actor, producer_id)
            member = get_member(producer.id, membership_id)
            change_role(producer, member, request.form.get("role", ""), by=actor, now=clock.now())
    except LastOwnerError:
        return _page(get_own_producer(actor, producer_id), 409, refused="last_owner")
    except InvalidInvitationError:
        return _page(get_own_producer(actor, producer_id), 422, refused="role")
    return _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
def member_removal_create(producer_id: int, membership_id: int) -> AnyResponse:
    """End somebody's place in the team, or leave."""
    actor = current_actor()
    try:
        with transaction():
            producer = get_own_producer(actor, producer_id)
            member = get_member(producer.id, membership_id)
            is_own = member.user_id == actor.user_id
            remove_member(producer, member, by=actor, now=clock.now())
    except LastOwnerError:
        return _page(get_own_producer(actor, producer_id), 409, refused="last_owner")
    return redirect(url_for("workspace.workspaces"), 303) if is_own else _back(producer_id)


@needs(can_enter_workspace, confirmed=True)
def assistance_create(producer_id: int) -> AnyResponse:
    """Let an officer help until a day."""
    actor = current_actor()
    officer_id = row_number(request.form.get("officer", "")) or 0
    try:
        with transaction():
            agree_to_help(
                get_own_producer(actor, producer_id),
                officer_id,
                request.form.getlist("scope"),
                ends_on=_day(request.form.get("ends_on", "")),
                by=actor,
                now=clock.now(),
            )
    except AssistanceRefusedError as error:
        field = {"term": "ends_on", "scope": "scope", "member": "role"}.get(str(error.reason), "officer")
        wrong = {field: "taken" if field == "role" else "missing"}
        return _page(get_own_producer(actor, producer_id), 422, errors=wrong)
    return _back(producer_id)


@needs(can_enter_workspace)
def assistance_end_create(producer_id: int, assistance_id: int) -> AnyResponse:
    """End the help; what has ended meanwhile has ended."""
    actor = current_actor()
    try:
        with transaction():
            end_help(get_own_assistance(actor, producer_id, assistance_id), by=actor, now=clock.now())
    except AssistanceRefusedError:
        pass  # it ran out at the same moment
    if not can_manage_team(actor, producer_id):
        return redirect(url_for("workspace.workspaces"), 303)
    return _back(producer_id)


@signed_in
def invitation(token: str) -> Response:
    """What one is invited to."""
    return _invitation_page(token)


@signed_in
@rate_limited("30/hour")
def invitation_acceptance_create(token: str) -> AnyResponse:
    """Say yes."""
    actor = current_actor()
    try:
        with transaction():
            producer_id = accept_invitation(get_invitation(token), by=actor, now=clock.now()).producer_id
    except InvitationEndedError as error:
        return _invitation_page(token, 409, refused=error.reason)
    except LastOwnerError:
        return _invitation_page(token, 409, refused="last_owner")
    return redirect(url_for("workspace.home", producer_id=producer_id), 303)


@signed_in
@rate_limited("30/hour")
def invitation_refusal_create(token: str) -> AnyResponse:
    """Say no."""
    actor = current_actor()
    try:
        with transaction():
            decline_invitation(get_invitation(token), by=actor, now=clock.now())
    except InvitationEndedError as error:
        return _invitation_page(token, 409, refused=error.reason)
    return redirect(url_for("workspace.workspaces"), 303)


def _address(token: str) -> str:
    return _settings().public_base_url + url_for("workspace.invitation", token=token)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _back(producer_id: int) -> AnyResponse:
    return redirect(url_for("workspace.team", producer_id=producer_id), 303)


def _day(text: str) -> date:
    """The day typed; one that is none is past, and refused as such."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min + timedelta(days=1)


def _page(producer: Producer, status: int = 200, **more: Any) -> Response:
    actor, now = current_actor(), clock.now()
    body = render_template(
        "workspace/team.html",
        **{"errors": {}, "phone": "", "role": "", "refused": ""} | more,
        producer=producer,
        me=actor.user_id,
        is_fresh=actor.is_confirmed(now),
        may_manage=can_manage_team(actor, producer.id),
        members=list_members(producer.id, now),
        invitations=list_open_invitations(producer.id, now),
        helpers=list_helpers(producer),
        assistance=list_assistance(producer.id, now),
        last_day=clock.today() + LONGEST,
        today=clock.today(),
    )
    return make_response(body, status)


def _invitation_page(token: str, status: int = 200, refused: object = None) -> Response:
    found, now = get_invitation(token), clock.now()
    if refused is None and (found.outcome is not None or now >= found.expires_at):
        refused = "ended" if found.outcome is not None else "expired"
    body = render_template("workspace/invitation.html", invitation=found, token=token, refused=refused)
    return make_response(body, status)
