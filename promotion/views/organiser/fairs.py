"""The organiser's fairs: the list, opening one, telling more of it, publishing and cancelling it."""

from flask import Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from core import clock
from core.db import transaction
from core.errors import ConflictError
from core.places import find_commune_by_code, list_provinces
from core.text import clean_text
from promotion.errors.fairs import InvalidFairError
from promotion.fair_terms import WhatFacts, missing_for_publication
from promotion.forms.fairs import STEPS, TypedForm, facts_of, kept, typed_of
from promotion.models.fairs import Fair
from promotion.operations.fair_pickup import close_fair_pickup, open_fair_pickup
from promotion.operations.fairs import cancel_fair, change_fair, create_fair, publish_fair
from promotion.permissions.fairs import can_organise_fairs
from promotion.queries.organising import has_open_pickup, list_booths, list_own_fairs, list_participants
from promotion.views.organiser.access import faults_in, led_to, own_fair, refusal_of, shown


@needs(can_organise_fairs)
def fairs() -> str:
    """All fairs that the person may run."""
    coming, past = list_own_fairs(current_actor(), clock.today())
    return render_template("organiser/fairs.html", coming=coming, past=past)


@needs(can_organise_fairs)
def fair_new() -> Response:
    """The first page of a new fair: what and when."""
    return _new_page(TypedForm({"kind": "fair", "opens": "08:00", "closes": "21:00"}), 200)


@needs(can_organise_fairs)
def fair_create() -> AnyResponse:
    """Open a fair as a draft."""
    facts = facts_of("what", request.form, "")
    try:
        if not isinstance(facts, WhatFacts):
            raise TypeError(facts)
        with transaction():
            number = create_fair(facts, by=current_actor(), now=clock.now()).id
    except InvalidFairError as error:
        return _new_page(TypedForm(kept(request.form), faults_in(error)), 422)
    return led_to(number, "/edit/place", done="created")


@needs(can_organise_fairs)
def fair(fair_id: int) -> Response:
    """How a fair stands, and what to do next."""
    return _fair_page(own_fair(fair_id), 200)


@needs(can_organise_fairs)
def fair_edit(fair_id: int, step: str) -> Response:
    """One of the short pages on which a fair is told."""
    found = own_fair(fair_id)
    commune = find_commune_by_code(found.commune_code) if found.commune_code else None
    return _step_page(found, step, TypedForm(typed_of(found, commune.name if commune else "")), 200)


@needs(can_organise_fairs)
def fair_change(fair_id: int, step: str) -> AnyResponse:
    """Keep what was told on one page, and on to the next."""
    if step not in STEPS:
        abort(404)
    found = own_fair(fair_id)
    try:
        with transaction():
            facts = facts_of(step, request.form, own_fair(fair_id).kind)
            change_fair(fair_id, facts, by=current_actor(), now=clock.now())
    except InvalidFairError as error:
        form = TypedForm(kept(request.form), faults_in(error))
        return _step_page(own_fair(fair_id), step, form, 422)
    except ConflictError as error:
        return _fair_page(own_fair(fair_id), 409, refusal_of(error))
    later = STEPS[STEPS.index(step) + 1 :]
    if later and not found.is_published:
        return led_to(fair_id, f"/edit/{later[0]}", done="kept")
    return led_to(fair_id, done="kept")


@needs(can_organise_fairs)
def publication_create(fair_id: int) -> AnyResponse:
    """Show the fair to everybody."""
    own_fair(fair_id)
    try:
        with transaction():
            publish_fair(fair_id, by=current_actor(), now=clock.now())
    except ConflictError as error:
        return _fair_page(own_fair(fair_id), 409, refusal_of(error))
    return led_to(fair_id, done="published")


@needs(can_organise_fairs)
def cancellation_create(fair_id: int) -> AnyResponse:
    """Call the fair off, with a reason that everybody reads."""
    own_fair(fair_id)
    reason = clean_text(request.form.get("reason", ""))
    try:
        with transaction():
            cancel_fair(fair_id, reason, by=current_actor(), now=clock.now())
    except InvalidFairError as error:
        return _fair_page(own_fair(fair_id), 422, refusal_of(error), typed_reason=reason)
    except ConflictError as error:
        return _fair_page(own_fair(fair_id), 409, refusal_of(error))
    return led_to(fair_id, done="cancelled")


@needs(can_organise_fairs)
def pickup_create(fair_id: int) -> AnyResponse:
    """Let buyers fetch orders at the fair."""
    own_fair(fair_id)
    try:
        with transaction():
            open_fair_pickup(own_fair(fair_id), by=current_actor(), now=clock.now())
    except (ConflictError, InvalidFairError) as error:
        return _fair_page(own_fair(fair_id), 409, refusal_of(error))
    return led_to(fair_id, done="kept")


@needs(can_organise_fairs)
def pickup_ending_create(fair_id: int) -> AnyResponse:
    """Let no more orders be fetched at the fair."""
    own_fair(fair_id)
    with transaction():
        close_fair_pickup(own_fair(fair_id), by=current_actor(), now=clock.now())
    return led_to(fair_id, done="kept")


def _new_page(form: TypedForm, status: int) -> Response:
    return make_response(render_template("organiser/fair_new.html", form=form), status)


def _step_page(found: Fair, step: str, form: TypedForm, status: int) -> Response:
    if step not in STEPS:
        abort(404)
    provinces = [(each.code, each.name) for each in list_provinces()]
    return shown("fair_step", found, status, step=step, form=form, provinces=provinces)


def _fair_page(found: Fair, status: int, refused: object = None, typed_reason: str = "") -> Response:
    return shown(
        "fair",
        found,
        status,
        booths=list_booths(found.id),
        participants=list_participants(found.id),
        missing=missing_for_publication(
            found.kind, found.venue, found.country, found.province_code, found.organiser_name
        ),
        has_pickup=has_open_pickup(found),
        is_over=found.is_over_on(clock.today()),
        refused=refused,
        typed_reason=typed_reason,
    )
