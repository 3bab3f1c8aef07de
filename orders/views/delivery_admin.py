"""Delivery for administrators: the market's fees as dated tables, points of collection, parcels that need a look."""

from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.errors import RegisterFileError
from catalog.spreadsheets import Table, read_table
from core import clock
from core.db import transaction
from core.places import list_provinces
from core.web.access import takes_files
from orders.delivery_terms import RateStep
from orders.errors import InvalidRatesError, InvalidTermsError
from orders.forms.delivery import Typed, read_point
from orders.operations.delivery import RateTableFacts, record_rates, save_point, withdraw_point
from orders.permissions import can_manage_delivery
from orders.queries.delivery_pages import (
    find_table_in_force,
    get_point,
    list_points,
    list_rate_tables,
    list_steps,
    list_troubled,
)
from orders.rate_sheets import RateFault, read_rates, write_rates

FAULTS_MOST: Final = 50
Shown = dict[str, Any]


@needs(can_manage_delivery)
def delivery() -> Response:
    """The fees in force, the tables before and after, points, and parcels that a person must look at."""
    return _page({}, 200)


@needs(can_manage_delivery)
def rates_file() -> Response:
    """The fees in force as a sheet, to be changed and handed in again."""
    table = find_table_in_force(None, clock.today())
    rows = write_rates(list_steps(table.id) if table else [])
    text = "\ufeff" + "".join(
        ",".join(row) + "\r\n" for row in rows
    )  # the mark that Excel needs; names and numbers only
    answer = Response(text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="cuoc-giao-hang-{clock.today():%Y%m%d}.csv"'
    )
    return answer


@needs(can_manage_delivery, confirmed=True)
@takes_files
def rates_create() -> AnyResponse:
    """Try a sheet, or let it count from a day on."""
    typed = Typed(request.form)
    valid_from_on, valid_to_on = typed.day("valid_from_on"), typed.day("valid_to_on")
    try:
        steps, faults = _read_sheet()
    except RegisterFileError as error:
        return _page({"file_fault": str(error.facts["reason"])}, 422)
    if valid_from_on is None and "valid_from_on" not in typed.faults:
        typed.faults["valid_from_on"] = "missing"
    if faults or typed.faults or valid_from_on is None:
        return _page({"sheet_faults": faults[:FAULTS_MOST], "faults": typed.faults}, 422)
    if request.form.get("act", "") != "record":
        return _page({"tried": steps}, 200)
    facts = RateTableFacts(
        producer_id=None,
        valid_from_on=valid_from_on,
        valid_to_on=valid_to_on,
        note=typed.text("note"),
    )
    try:
        with transaction():
            record_rates(steps, facts, by=current_actor(), now=clock.now())
    except InvalidRatesError as error:
        return _page({"faults": {"valid_to_on": str(error.facts["reason"])}}, 422)
    return _led_to("/admin/delivery?done=rates")


@needs(can_manage_delivery)
def point_new() -> Response:
    """A form for a new point."""
    return _point_page(None, {}, 200)


@needs(can_manage_delivery)
def point_create() -> AnyResponse:
    """Keep a new point."""
    return _save(None)


@needs(can_manage_delivery)
def point(point_id: int) -> Response:
    """A point, to be changed."""
    return _point_page(point_id, {}, 200)


@needs(can_manage_delivery)
def point_save(point_id: int) -> AnyResponse:
    """Keep what was changed of a point."""
    return _save(point_id)


@needs(can_manage_delivery)
def point_withdrawal_create(point_id: int) -> AnyResponse:
    """Offer a point no more."""
    with transaction():
        withdraw_point(get_point(point_id).id, by=current_actor(), now=clock.now())
    return _led_to("/admin/delivery?done=point")


def _save(point_id: int | None) -> AnyResponse:
    facts, faults = read_point(request.form)
    if not faults:
        try:
            with transaction():
                save_point(point_id, facts, by=current_actor(), now=clock.now())
        except InvalidTermsError as error:
            faults = {str(error.facts["field"]): str(error.facts["reason"])}
    if faults:
        return _point_page(point_id, faults, 422)
    return _led_to("/admin/delivery?done=point")


def _read_sheet() -> tuple[tuple[RateStep, ...], tuple[RateFault, ...]]:
    sent = request.files.get("file")
    table: Table = read_table(sent.read() if sent else b"")
    return read_rates(table.header.cells, [(row.line, row.cells) for row in table.rows])


def _page(shown: Shown, status: int) -> Response:
    today = clock.today()
    in_force = find_table_in_force(None, today)
    page = render_template(
        "orders/admin_delivery.html",
        **({"sheet_faults": (), "faults": {}, "tried": None, "file_fault": ""} | shown),
        typed=request.form,
        today=today,
        in_force=in_force,
        steps=list_steps(in_force.id) if in_force else [],
        tables=list_rate_tables(None),
        points=list_points(),
        provinces={province.code: province.short_name for province in list_provinces()},
        troubled=list_troubled(),
    )
    return make_response(page, status)


def _point_page(point_id: int | None, faults: dict[str, str], status: int) -> Response:
    page = render_template(
        "orders/admin_point.html",
        point=get_point(point_id) if point_id is not None else None,
        faults=faults,
        typed=request.form if faults else None,
        provinces=[("", "")] + [(province.code, province.short_name) for province in list_provinces()],
    )
    return make_response(page, status)


def _led_to(path: str) -> AnyResponse:
    return redirect(f"{request.script_root}{path}", 303)
