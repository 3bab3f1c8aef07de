"""The first page of the office: what waits, and the ways on."""

from collections.abc import Sequence

from flask import Response, current_app, make_response, render_template

from accounts.access import current_actor, needs
from accounts.actors import Actor, Post
from catalog.permissions.office import can_enter_office, can_record_decisions
from catalog.queries.office_queues import Queue, list_waiting
from core.i18n import gettext
from core.places import Vintage, find_commune_by_code, find_province_by_code


@needs(can_enter_office)
def home() -> Response:
    """The queues in the officer's area, each with its number."""
    actor = current_actor()
    queues: Sequence[Queue] = current_app.extensions["office_queues"]
    page = render_template(
        "office/home.html",
        waiting=list_waiting(actor, queues),
        areas=area_words(actor),
        may_recognise=can_record_decisions(actor),
    )
    return make_response(page)


def area_words(actor: Actor) -> list[str]:
    """Where the officer's word reaches, a name for each post."""
    return [_area(post) for post in actor.posts]


def _area(post: Post) -> str:
    if post.level == "nation":
        return gettext("the whole country")
    province = find_province_by_code(post.province_code or "", Vintage.SINCE_2025_07)
    name = province.name if province else post.province_code or ""
    if post.level == "province":
        return name
    commune = find_commune_by_code(post.commune_code or "")
    return f"{commune.name if commune else post.commune_code}, {name}"
