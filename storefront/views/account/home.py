"""Where a person finds all that is one's own, and one's name."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from accounts.errors import InvalidPersonalFactError
from accounts.models import User
from accounts.operations.profile import change_profile
from accounts.queries.personal import find_open_erasure
from core.db import db, transaction
from storefront.views.frame import local_url


@signed_in
def account() -> str:
    """Links by what the person is."""
    actor = current_actor()
    erasure = find_open_erasure(actor.user_id)
    return render_template("storefront/account.html", actor=actor, erasure=erasure)


@signed_in
def account_profile() -> Response:
    """Name and language, to be put right."""
    user = db.session.get_one(User, current_actor().user_id)
    return _profile_page(user.name or "", user.language, "", 200)


@signed_in
def account_profile_update() -> AnyResponse:
    """Keep what the person says of oneself."""
    name, language = request.form.get("name", ""), request.form.get("language", "")
    try:
        with transaction():
            change_profile(name, language, by=current_actor())
    except InvalidPersonalFactError as error:
        return _profile_page(name, language, str(error.facts["reason"]), 422)
    return redirect(local_url("/account"), 303)


def _profile_page(name: str, language: str, error: str, status: int) -> Response:
    page = render_template("storefront/account_profile.html", name=name, language=language, error=error)
    return make_response(page, status)
