"""Being erased: what goes, what stays, the hours to think it over."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs, signed_in
from accounts.errors import ErasureBlockedError
from accounts.operations.erasure import request_erasure, withdraw_erasure
from accounts.permissions.people import can_keep_account
from accounts.queries.personal import find_obstacles, find_open_erasure
from catalog.queries.workspace import list_own_producers
from core import clock
from core.db import transaction
from storefront.views.frame import local_url


@needs(can_keep_account, confirmed=True)
def account_erasure() -> Response:
    """What would happen, and what stands in the way."""
    return _page(200)


@needs(can_keep_account, confirmed=True)
def erasure_create() -> AnyResponse:
    """Note the wish."""
    if request.form.get("is_sure") != "1":
        return _page(422, error="not_sure")
    try:
        with transaction():
            request_erasure(by=current_actor(), now=clock.now())
    except ErasureBlockedError:
        return _page(409)
    return redirect(local_url("/account/erasure"), 303)


@signed_in
def erasure_withdrawal_create() -> AnyResponse:
    """Take the wish back; for this nobody needs to prove anything again."""
    with transaction():
        withdraw_erasure(by=current_actor(), now=clock.now())
    return redirect(local_url("/account"), 303)


def _page(status: int, error: str = "") -> Response:
    actor = current_actor()
    obstacles = find_obstacles(actor.user_id)
    producers = [each for each in list_own_producers(actor) if each.id in obstacles.producer_ids]
    page = render_template(
        "storefront/account_erasure.html",
        erasure=find_open_erasure(actor.user_id),
        obstacles=obstacles,
        producers=producers,
        error=error,
    )
    return make_response(page, status)
