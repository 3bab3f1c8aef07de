"""When a product is sold, and when nobody is there to sell."""

from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.errors import InvalidFactError
from catalog.operations.listings import change_listing
from catalog.operations.vacations import end_vacation, find_vacation, set_vacation
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.drafts import find_months
from catalog.seasons import MONTHS, months_of
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk
from core import clock
from core.db import transaction


@needs(can_enter_workspace)
def season(producer_id: int, product_id: int) -> str:
    """The months in which the product is sold."""
    desk = publishing_desk(producer_id)
    product = product_of(desk, product_id)
    return render_template(
        "workspace/season.html",
        desk=desk,
        producer=desk.producer,
        product=product,
        chosen=[str(month) for month in months_of(find_months(product.id))],
        months=MONTHS,
    )


@needs(can_enter_workspace)
def season_save(producer_id: int, product_id: int) -> AnyResponse:
    """Keep the months; none chosen is all the year."""
    desk = publishing_desk(producer_id)
    known = {str(month): month for month in MONTHS}
    chosen = [known[text] for text in request.form.getlist("months") if text in known]
    with transaction():
        product = product_of(desk, product_id)
        change_listing(product, {"months": chosen or None}, by=desk.actor, now=clock.now())
    return redirect(
        url_for("workspace.listing", producer_id=producer_id, product_id=product_id, done="season"), 303
    )


@needs(can_enter_workspace)
def vacation(producer_id: int) -> Response:
    """Until when nothing is sold, or the question from when to when."""
    return _vacation_page(publishing_desk(producer_id), {}, "", 200)


@needs(can_enter_workspace)
def vacation_set(producer_id: int) -> AnyResponse:
    """Sell nothing from one day to another."""
    desk = publishing_desk(producer_id)
    first_on, last_on = _day(request.form.get("first_on", "")), _day(request.form.get("last_on", ""))
    typed = {name: request.form.get(name, "")[:20] for name in ("first_on", "last_on")}
    if first_on is None or last_on is None:
        return _vacation_page(desk, typed, "first_on" if first_on is None else "last_on", 422)
    try:
        with transaction():
            producer = publishing_desk(producer_id).producer
            set_vacation(producer, first_on, last_on, by=desk.actor, on=clock.today(), now=clock.now())
    except InvalidFactError as error:
        return _vacation_page(publishing_desk(producer_id), typed, str(error.facts["field"]), 422)
    return redirect(url_for("workspace.vacation", producer_id=producer_id), 303)


@needs(can_enter_workspace)
def vacation_end(producer_id: int) -> AnyResponse:
    """Sell again."""
    desk = publishing_desk(producer_id)
    with transaction():
        producer = publishing_desk(producer_id).producer
        end_vacation(producer, by=desk.actor, on=clock.today(), now=clock.now())
    return redirect(url_for("workspace.vacation", producer_id=producer_id), 303)


def _vacation_page(desk: Desk, typed: dict[str, str], wrong: str, status: int) -> Response:
    today = clock.today()
    return make_response(
        render_template(
            "workspace/vacation.html",
            desk=desk,
            producer=desk.producer,
            present=find_vacation(desk.producer.id, today),
            today=today,
            typed=typed,
            wrong=wrong,
        ),
        status,
    )


def _day(text: str) -> date | None:
    """A day as the browser's own field sends it, or as people write it (12/11/2026)."""
    parts = text.strip().split("/")
    iso = "-".join((parts[2], parts[1].zfill(2), parts[0].zfill(2))) if len(parts) == 3 else text.strip()
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
