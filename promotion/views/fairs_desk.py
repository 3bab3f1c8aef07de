"""A producer's fairs: invitations, registering, what its booth shows, samples."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs, signed_in
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.sellers import find_seller
from catalog.queries.workspace import get_own_producer, list_own_producers
from core import clock
from core.db import transaction
from core.errors import AppError, ConflictError, InvalidError
from core.text import clean_line, clean_text
from promotion.forms.fairs import ordered_goods, whole_number
from promotion.operations.booth_goods import choose_goods, declare_samples
from promotion.operations.fair_pickup import offer_fair_pickup
from promotion.operations.participation import register_producer, withdraw_producer
from promotion.permissions.fairs import can_join_fairs, can_see_booths
from promotion.queries.fairs import get_fair
from promotion.queries.organising import has_open_pickup
from promotion.queries.participations import (
    get_desk_fair,
    get_own_participation,
    list_desk_fairs,
    list_events,
    list_runs_of,
    list_showable,
    list_shown,
)
from promotion.queries.public_fairs import brings_to_point
from promotion.queries.star_names import find_misnamed
from promotion.views.organiser.access import refusal_of

TYPED_MAX = 2_000


@needs(can_enter_workspace)
def fairs(producer_id: int) -> str:
    """Fairs where the producer takes part, and those it may register for."""
    actor = _reader(producer_id)
    producer = get_own_producer(actor, producer_id)
    own, open_ones = list_desk_fairs(producer, clock.today())
    return render_template(
        "promotion_desk/fairs.html", producer=producer, base=_base(producer_id), own=own, open_ones=open_ones
    )


@signed_in
def fair_invitation(slug: str) -> AnyResponse:
    """Where the link of an invitation leads: to the fair in the workspace of the person's producer."""
    found = get_fair(slug)
    own = list_own_producers(current_actor())
    if not own:
        return redirect(f"{request.script_root}/workspace", 303)
    if len(own) == 1:
        return redirect(f"{_base(own[0].id)}/fairs/{found.id}", 303)
    page = render_template("promotion_desk/fair_choice.html", fair=found, producers=own)
    return make_response(page)


@needs(can_enter_workspace)
def fair(producer_id: int, fair_id: int) -> Response:
    """A fair as the producer sees it: where it stands, and what to do next."""
    return _fair_page(_reader(producer_id), producer_id, fair_id, 200)


@needs(can_enter_workspace)
def registration_create(producer_id: int, fair_id: int) -> AnyResponse:
    """Register, or accept the invitation."""
    actor, note = _joiner(producer_id), clean_text(request.form.get("note", "")[:TYPED_MAX])
    get_desk_fair(actor, producer_id, fair_id)
    try:
        with transaction():
            register_producer(fair_id, producer_id, note, by=actor, now=clock.now())
    except (ConflictError, InvalidError) as error:
        return _fair_page(actor, producer_id, fair_id, _status(error), error=error, typed_note=note)
    return _led_to(producer_id, fair_id, "registered")


@needs(can_enter_workspace)
def withdrawal_create(producer_id: int, fair_id: int) -> AnyResponse:
    """Decline, or stay away after all."""
    actor = _joiner(producer_id)
    get_desk_fair(actor, producer_id, fair_id)
    try:
        with transaction():
            withdraw_producer(fair_id, producer_id, by=actor, now=clock.now())
    except (ConflictError, InvalidError) as error:
        return _fair_page(actor, producer_id, fair_id, _status(error), error=error)
    return _led_to(producer_id, fair_id, "withdrawn")


@needs(can_enter_workspace)
def pickup_offer_create(producer_id: int, fair_id: int) -> AnyResponse:
    """Bring orders to the fair to be fetched there, or no longer."""
    actor = _joiner(producer_id)
    is_offered = request.form.get("is_offered") == "yes"
    try:
        with transaction():
            part = get_own_participation(actor, producer_id, fair_id)
            offer_fair_pickup(part, is_offered=is_offered, by=actor, now=clock.now())
    except ConflictError as error:
        return _fair_page(actor, producer_id, fair_id, 409, error=error)
    return _led_to(producer_id, fair_id, "kept")


@needs(can_enter_workspace)
def fair_goods(producer_id: int, fair_id: int) -> Response:
    """Which products the booth shows, in which order."""
    return _goods_page(_reader(producer_id), producer_id, fair_id, 200)


@needs(can_enter_workspace)
def fair_goods_change(producer_id: int, fair_id: int) -> AnyResponse:
    """Keep which products the booth shows."""
    actor = _joiner(producer_id)
    get_own_participation(actor, producer_id, fair_id)
    try:
        with transaction():
            choose_goods(fair_id, producer_id, ordered_goods(request.form), now=clock.now())
    except (ConflictError, InvalidError) as error:
        return _goods_page(actor, producer_id, fair_id, _status(error), error=error)
    return _led_to(producer_id, fair_id, "goods")


@needs(can_enter_workspace)
def sample_create(producer_id: int, fair_id: int, product_id: int) -> AnyResponse:
    """Declare stamps that are on samples of a product at the booth."""
    actor = _joiner(producer_id)
    get_own_participation(actor, producer_id, fair_id)
    first, last = (clean_line(request.form.get(name, ""))[:60] for name in ("first", "last"))
    span = (whole_number(request.form.get("run_id", "")), first, last)
    try:
        with transaction():
            declare_samples(fair_id, producer_id, product_id, span, by=actor, now=clock.now())
    except (ConflictError, InvalidError) as error:
        return _goods_page(actor, producer_id, fair_id, _status(error), error=error, refused_id=product_id)
    return _led_to(producer_id, fair_id, "samples")


def _reader(producer_id: int) -> Actor:
    actor = current_actor()
    if not can_see_booths(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor


def _joiner(producer_id: int) -> Actor:
    actor = current_actor()
    if not can_join_fairs(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor


def _status(error: AppError) -> int:
    return 409 if isinstance(error, ConflictError) else 422


def _base(producer_id: int) -> str:
    return f"{request.script_root}/workspace/{producer_id}"


def _led_to(producer_id: int, fair_id: int, done: str) -> AnyResponse:
    return redirect(f"{_base(producer_id)}/fairs/{fair_id}?done={done}", 303)


def _fair_page(
    actor: Actor,
    producer_id: int,
    fair_id: int,
    status: int,
    *,
    error: AppError | None = None,
    typed_note: str = "",
) -> Response:
    line = get_desk_fair(actor, producer_id, fair_id)
    part = line.part
    point_id = line.fair.pickup_point_id if has_open_pickup(line.fair) else None
    page = render_template(
        "promotion_desk/fair.html",
        producer=get_own_producer(actor, producer_id),
        base=_base(producer_id),
        fair=line.fair,
        part=part,
        place=line.place,
        events=list_events(part.id) if part else (),
        shown=list_shown(part.id) if part else (),
        has_pickup=point_id is not None,
        brings=point_id is not None and brings_to_point(producer_id, point_id),
        is_verified=find_seller(producer_id, clock.today()).is_verified,
        is_closed=clock.today() > line.fair.register_until_on,
        is_over=line.fair.is_over_on(clock.today()),
        may_join=can_join_fairs(actor, producer_id),
        refused=refusal_of(error) if error else None,
        typed_note=typed_note,
        done=request.args.get("done", "") if status == 200 else "",
    )
    return make_response(page, status)


def _goods_page(
    actor: Actor,
    producer_id: int,
    fair_id: int,
    status: int,
    *,
    error: AppError | None = None,
    refused_id: int = 0,
) -> Response:
    part = get_own_participation(actor, producer_id, fair_id)
    showable, shown_lines = list_showable(producer_id), list_shown(part.id)
    values: dict[str, Any] = {
        "ticked": set(ordered_goods(request.form)) if error and not refused_id else None,
        "typed": request.form if error else {},
    }
    page = render_template(
        "promotion_desk/fair_goods.html",
        producer=get_own_producer(actor, producer_id),
        base=_base(producer_id),
        fair=part.fair,
        showable=showable,
        misnamed=find_misnamed([product.id for product in showable], clock.today()),
        lines={line.product_id: line for line in shown_lines},
        runs=list_runs_of([line.product_id for line in shown_lines]),
        may_join=can_join_fairs(actor, producer_id),
        is_over=part.fair.is_over_on(clock.today()),
        refused=refusal_of(error) if error else None,
        refused_id=refused_id,
        **values,
    )
    return make_response(page, status)
