"""People and their roles, for administrators."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import RoleConflictError
from accounts.operations.roles import RoleFacts, end_role, grant_role
from accounts.permissions.people import can_manage_people
from accounts.queries.directory import WORDS_MIN, find_people, get_person, list_officials
from core import clock
from core.db import transaction
from core.i18n import DEFAULT_LANGUAGE, current_language
from core.places import list_provinces

WORDS_MAX = 254


@needs(can_manage_people)
def people() -> str:
    """Who holds a role; or who is looked up."""
    words = " ".join(request.args.get("q", "").split())[:WORDS_MAX]
    found = find_people(words) if words else list_officials()
    return render_template("accounts/people.html", words=words, people=found, words_min=WORDS_MIN)


@needs(can_manage_people)
def person(user_id: int) -> Response:
    """One person's roles, and giving one."""
    return _page(user_id, 200)


@needs(can_manage_people, confirmed=True)
def role_create(user_id: int) -> AnyResponse:
    """Give a role."""
    form = request.form
    facts = RoleFacts(
        role=form.get("role", ""),
        level=form.get("level", ""),
        province_code=form.get("province_code", ""),
        commune_code=form.get("commune_code", "").strip(),
    )
    reason = form.get("reason", "")
    try:
        with transaction():
            grant_role(user_id, facts, reason=reason, by=current_actor(), now=clock.now())
    except RoleConflictError as error:
        return _page(user_id, 409, error=str(error.facts["reason"]), facts=facts, reason=reason)
    return _back(user_id)


@needs(can_manage_people, confirmed=True)
def role_ending_create(user_id: int, grant_id: int) -> AnyResponse:
    """End a role."""
    if grant_id not in {each.id for each in get_person(user_id).grants}:
        return _page(user_id, 404)
    try:
        with transaction():
            end_role(grant_id, reason=request.form.get("reason", ""), by=current_actor(), now=clock.now())
    except RoleConflictError as error:
        return _page(user_id, 409, error=str(error.facts["reason"]), ending=grant_id)
    return _back(user_id)


def _page(
    user_id: int,
    status: int,
    *,
    error: str = "",
    facts: RoleFacts | None = None,
    reason: str = "",
    ending: int | None = None,
) -> Response:
    page = render_template(
        "accounts/person.html",
        person=get_person(user_id),
        is_fresh=current_actor().is_confirmed(clock.now()),
        is_oneself=user_id == current_actor().user_id,
        provinces=[("", "")] + [(each.code, each.short_name) for each in list_provinces()],
        error=error,
        facts=facts or RoleFacts(role=""),
        reason=reason,
        ending=ending,
    )
    return make_response(page, status)


def _back(user_id: int) -> AnyResponse:
    prefix = "" if current_language() == DEFAULT_LANGUAGE else f"/{current_language()}"
    return redirect(f"{prefix}/admin/people/{user_id}", 303)
