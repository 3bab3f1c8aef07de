"""Keeping points of sale: by officers of the province and administrators; lists of goods also by a producer."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.listing_access import publishing_desk
from core import clock
from core.db import ID_MAX, transaction
from core.places import list_communes, list_provinces
from core.text import clean_line
from promotion.errors.points import InvalidHoursError, InvalidPointError
from promotion.models.points import SalesPoint
from promotion.opening_hours import DAYS, Week, read_week, told_day, week_of
from promotion.operations.points import (
    SalesPointFacts,
    save_sales_point,
    set_point_goods,
    withdraw_sales_point,
)
from promotion.permissions.reports import can_keep_point_in, can_keep_points
from promotion.queries.points import (
    get_kept_point,
    get_own_point,
    list_choosable,
    list_held_ids,
    list_kept_points,
    list_own_points,
)

TEXT_MAX: Final = 300


@needs(can_keep_points)
def points_kept() -> Response:
    """The points of the area, and the way to a new one."""
    actor = current_actor()
    page = render_template(
        "promotion_office/points_kept.html",
        points=list_kept_points(actor),
    )
    return _private(page, 200)


@needs(can_keep_points)
def point_new() -> Response:
    """The form for a new point."""
    return _form(None, {}, 200)


@needs(can_keep_points)
def point_create() -> AnyResponse:
    """Keep a new point."""
    return _saved(None)


@needs(can_keep_points)
def point_kept(point_id: int) -> Response:
    """The form of a point, and its list of goods."""
    return _form(get_kept_point(current_actor(), point_id), {}, 200)


@needs(can_keep_points)
def point_change(point_id: int) -> AnyResponse:
    """Keep what was changed of a point."""
    return _saved(get_kept_point(current_actor(), point_id))


@needs(can_keep_points)
def point_goods_create(point_id: int) -> AnyResponse:
    """Say what a point holds."""
    with transaction():
        point = get_kept_point(current_actor(), point_id)
        set_point_goods(point, _chosen(), by=current_actor(), now=clock.now())
    return redirect(f"{request.script_root}/office/points/{point_id}", 303)


@needs(can_keep_points)
def point_withdrawal_create(point_id: int) -> AnyResponse:
    """Show a point no more."""
    with transaction():
        withdraw_sales_point(get_kept_point(current_actor(), point_id), by=current_actor(), now=clock.now())
    return redirect(f"{request.script_root}/office/points", 303)


@needs(can_enter_workspace)
def own_points(producer_id: int) -> Response:
    """Points whose list the producer keeps, with its own goods to tick."""
    desk = publishing_desk(producer_id)
    shown = [
        (point, list_choosable(point, producer_id, ""), set(list_held_ids(point.id)))
        for point in list_own_points(producer_id)
    ]
    page = render_template("promotion_desk/own_points.html", producer=desk.producer, shown=shown)
    return _private(page, 200)


@needs(can_enter_workspace)
def own_point_goods_create(producer_id: int, point_id: int) -> AnyResponse:
    """Say which of the producer's own goods a point holds; those of others stay as they are."""
    desk = publishing_desk(producer_id)
    with transaction():
        point = get_own_point(producer_id, point_id)
        set_point_goods(point, _chosen(), by=desk.actor, now=clock.now(), among_producer_id=producer_id)
    return redirect(f"{request.script_root}/workspace/{producer_id}/points", 303)


def _saved(point: SalesPoint | None) -> AnyResponse:
    point_id = None if point is None else point.id
    actor = current_actor()
    try:
        facts = _facts()
        with transaction():
            kept = None if point_id is None else get_kept_point(actor, point_id)
            saved_id = save_sales_point(kept, facts, by=actor, now=clock.now()).id
    except InvalidHoursError as error:
        return _form(point, {f"hours_{error.facts['day']}": str(error.facts["reason"])}, 422)
    except InvalidPointError as error:
        return _form(point, {str(error.facts["field"]): str(error.facts["reason"])}, 422)
    return redirect(f"{request.script_root}/office/points/{saved_id}", 303)


def _facts() -> SalesPointFacts:
    return SalesPointFacts(
        kind=_text("kind"),
        name=_text("name"),
        name_en=_text("name_en") or None,
        run_by=_text("run_by"),
        address=_text("address"),
        province_code=_text("province_code"),
        commune_code=_text("commune_code") or None,
        latitude=_degrees("latitude"),
        longitude=_degrees("longitude"),
        hours=_hours(),
        holidays_note=_text("holidays_note") or None,
        phone=_text("phone") or None,
        keeper_slug=_text("keeper_slug") or None,
        decision_number=_text("decision_number") or None,
        decided_on=_day("decided_on"),
        decided_by=_text("decided_by") or None,
        is_pickup=request.form.get("is_pickup") == "1",
    )


def _text(name: str) -> str:
    return clean_line(request.form.get(name, "")[:TEXT_MAX])


def _hours() -> Week:
    return read_week([_text(f"hours_{day}") for day in range(DAYS)])


def _degrees(name: str) -> Decimal | None:
    text = _text(name).replace(",", ".")
    if not text:
        return None
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        raise InvalidPointError(field="latitude", reason="out_of_range") from None
    if not degrees.is_finite() or abs(degrees) > 180:
        raise InvalidPointError(field="latitude", reason="out_of_range")
    return round(degrees, 6)


def _day(name: str) -> date | None:
    text = _text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidPointError(field=name, reason="out_of_range") from None


def _chosen() -> list[int]:
    typed = request.form.getlist("product_id")
    return [
        int(each)
        for each in typed
        if each.isascii() and each.isdecimal() and len(each) <= len(str(ID_MAX)) and 0 < int(each) <= ID_MAX
    ]


def _form(point: SalesPoint | None, faults: dict[str, str], status: int) -> Response:
    week = week_of(point.hours) if point else ((),) * DAYS
    province_code = _text("province_code") or (point.province_code if point else "")
    actor = current_actor()
    words = clean_line(request.args.get("q", "")[:80])
    page = render_template(
        "promotion_office/point_kept.html",
        point=point,
        faults=faults,
        typed=request.form if request.method == "POST" else None,
        hours=[_text(f"hours_{day}") if faults else told_day(week[day]) for day in range(DAYS)],
        provinces=[
            (each.code, each.name) for each in list_provinces() if can_keep_point_in(actor, each.code)
        ],
        communes=[(each.code, each.name) for each in list_communes(province_code)] if province_code else [],
        words=words,
        goods=list_choosable(point, None, words) if point else (),
        held=set(list_held_ids(point.id)) if point else set(),
    )
    return _private(page, status)


def _private(page: str, status: int) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
