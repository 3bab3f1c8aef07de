"""Runs of stamps for officers, to read only: how many, of which lot, and what became of them."""

from typing import Final

from flask import Response, make_response, render_template

from accounts.access import current_actor, needs
from catalog.permissions.office import can_enter_office
from catalog.views.office.tables import Column, List, answer_list
from core.i18n import lazy_gettext as _
from traceability.queries.office_stamps import get_office_run, list_office_runs
from traceability.queries.stamp_states import get_counts, list_prints, list_ranges

COLUMNS: Final = (
    Column(
        name="run",
        title=_("Run of stamps"),
        value=lambda run: str(run.id),
        address=lambda run: f"/office/stamps/{run.id}",
    ),
    Column(
        name="product",
        title=_("Product"),
        value=lambda run: run.lot.product.name,
        address=lambda run: f"/office/products/{run.lot.product_id}",
    ),
    Column(name="lot", title=_("Lot"), value=lambda run: run.lot.code),
    Column(name="count", title=_("Stamps"), value=lambda run: run.stamp_count),
    Column(name="issued_at", title=_("Issued"), value=lambda run: run.issued_at),
)


@needs(can_enter_office)
def office_runs() -> Response:
    """Runs of products in the area."""
    actor = current_actor()
    return answer_list(
        List(
            name="stamps",
            title=_("Runs of stamps"),
            lead=_("Stamps that producers of the area ordered, and what became of them."),
            here="home",
            columns=COLUMNS,
            filters=(),
            read=lambda page, per_page: list_office_runs(actor, page=page, per_page=per_page),
        )
    )


@needs(can_enter_office)
def office_run(run_id: int) -> Response:
    """One run with its ranges and sheets."""
    run = get_office_run(current_actor(), run_id)
    page = render_template(
        "origin_office/office_run.html",
        run=run,
        lot=run.lot,
        counts=get_counts(run),
        ranges=list_ranges(run.id),
        prints=list_prints(run.id),
    )
    return make_response(page)
