"""Featured collections in the office: making them, leaving goods out with a public reason."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.groups import GROUPS, label
from core import clock
from core.db import transaction
from core.i18n import current_language
from core.places import list_provinces
from promotion.errors.campaigns import InvalidCollectionError
from promotion.forms.campaigns import TypedForm, collection_facts, refused
from promotion.models.campaigns import FeaturedCollection
from promotion.operations.collections import (
    end_collection,
    exclude,
    lift_exclusion,
    make_collection,
    publish_collection,
)
from promotion.permissions.campaigns import can_run_campaigns, office_of
from promotion.queries.collections import (
    collection_page,
    get_office_collection,
    get_office_exclusion,
    list_office_collections,
)

Act = Callable[[FeaturedCollection], object]


@needs(can_run_campaigns)
def collections() -> Response:
    """What the office has made, and a form for another."""
    return _list_page(TypedForm(), 200)


@needs(can_run_campaigns)
def collection_create() -> AnyResponse:
    """A new collection, not shown yet."""
    try:
        with transaction():
            made = make_collection(collection_facts(request.form), by=current_actor(), now=clock.now())
            collection_id = made.id
    except InvalidCollectionError as error:
        return _list_page(refused(request.form, error.facts), 422)
    return _led_to(collection_id)


@needs(can_run_campaigns)
def collection(collection_id: int) -> Response:
    """One collection with the goods that its rule takes today."""
    return _page(get_office_collection(current_actor(), collection_id), TypedForm(), 200)


@needs(can_run_campaigns)
def collection_publication_create(collection_id: int) -> AnyResponse:
    """Show it to everybody."""
    return _done(collection_id, lambda found: publish_collection(found, now=clock.now()))


@needs(can_run_campaigns)
def collection_ending_create(collection_id: int) -> AnyResponse:
    """Show it no more."""
    return _done(collection_id, lambda found: end_collection(found, by=current_actor(), now=clock.now()))


@needs(can_run_campaigns)
def collection_exclusion_create(collection_id: int) -> AnyResponse:
    """Leave goods out, with a reason that everybody reads."""
    slug, reason = request.form.get("product", ""), request.form.get("reason", "")
    return _done(
        collection_id,
        lambda found: exclude(found, slug, reason, by=current_actor(), now=clock.now()),
    )


@needs(can_run_campaigns)
def collection_exclusion_lifting_create(collection_id: int, exclusion_id: int) -> AnyResponse:
    """Let the rule speak for the goods again."""

    def lift(_found: FeaturedCollection) -> None:
        exclusion = get_office_exclusion(current_actor(), collection_id, exclusion_id)
        lift_exclusion(exclusion, by=current_actor(), now=clock.now())

    return _done(collection_id, lift)


def _done(collection_id: int, act: Act) -> AnyResponse:
    try:
        with transaction():
            act(get_office_collection(current_actor(), collection_id))
    except InvalidCollectionError as error:
        found = get_office_collection(current_actor(), collection_id)
        return _page(found, refused(request.form, error.facts), 422)
    return _led_to(collection_id)


def _page(found: FeaturedCollection, form: TypedForm, status: int) -> Response:
    page = render_template(
        "promotion_office/collection.html",
        collection=found,
        page=collection_page(found, clock.today()),
        rule_names=_rule_names(found),
        form=form,
        fault=form.fault,
        is_officer=current_actor().is_officer,
    )
    return make_response(page, status)


def _list_page(form: TypedForm, status: int) -> Response:
    actor = current_actor()
    _level, own_code = office_of(actor)
    page = render_template(
        "promotion_office/collections.html",
        collections=list_office_collections(actor),
        provinces=[
            (each.code, each.short_name) for each in list_provinces() if own_code in (None, each.code)
        ],
        own_code=own_code,
        groups=[(group.number, label(group, current_language())) for group in GROUPS],
        form=form,
        fault=form.fault,
        is_officer=actor.is_officer,
    )
    return make_response(page, status)


def _rule_names(found: FeaturedCollection) -> tuple[str, str]:
    """Names of the province and the group that the rule asks for, «» where it does not."""
    province = next((each for each in list_provinces() if each.code == found.province_code), None)
    group = next((each for each in GROUPS if each.number == found.group_no), None)
    return province.short_name if province else "", label(group, current_language()) if group else ""


def _led_to(collection_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/office/collections/{collection_id}", 303)
