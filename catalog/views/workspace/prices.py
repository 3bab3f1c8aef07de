"""Prices and counts of all packs in one table: all changes are kept, or none."""

from collections.abc import Mapping
from typing import Final

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.forms.price_table import PriceTable, price_table
from catalog.operations.price_table import PriceRow, PriceTableError, RowFault, change_prices
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.workspace_products import list_own_products
from catalog.views.workspace.listing_access import Desk, publishing_desk
from core import clock
from core.db import transaction

PER_PAGE: Final = 20
"""Products on one page of the table: a form holds 200 fields at most, four for each pack."""

Errors = Mapping[tuple[int, str], str]


@needs(can_enter_workspace)
def prices(producer_id: int) -> Response:
    """The table."""
    return _page(publishing_desk(producer_id), PriceTable({}), {}, {}, 200)


@needs(can_enter_workspace)
def prices_save(producer_id: int) -> AnyResponse:
    """Change what differs. One wrong row, and nothing is changed: every fault stands at its row."""
    desk = publishing_desk(producer_id)
    table = price_table(request.form)
    if table.errors:
        return _page(desk, table, table.errors, {}, 422)
    rows = [
        PriceRow(row.variant_id, row.seen_price_vnd, row.price_vnd, row.seen_on_hand, row.count)
        for row in table.rows.values()
    ]
    try:
        with transaction():
            count = change_prices(rows, producer_id=producer_id, by=desk.actor, now=clock.now())
    except PriceTableError as error:
        faults: tuple[RowFault, ...] = error.facts["faults"]  # type: ignore[assignment]
        errors = {(fault.variant_id, fault.field): fault.reason for fault in faults}
        present = {(fault.variant_id, fault.field): fault.present for fault in faults}
        return _page(publishing_desk(producer_id), table, errors, present, 422)
    page = request.args.get("page") or None
    return redirect(url_for("workspace.prices", producer_id=producer_id, page=page, done=count), 303)


def _page(
    desk: Desk,
    table: PriceTable,
    errors: Errors,
    present: Mapping[tuple[int, str], int | None],
    status: int,
) -> Response:
    page = request.args.get("page", "1")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    found = list_own_products(desk.actor, desk.producer.id, page=number, per_page=PER_PAGE)
    return make_response(
        render_template(
            "workspace/prices.html",
            desk=desk,
            producer=desk.producer,
            found=found,
            table=table,
            errors=errors,
            present=present,
            done=request.args.get("done", ""),
        ),
        status,
    )
