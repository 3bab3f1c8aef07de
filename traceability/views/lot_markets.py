"""Where packs of a lot are sold: declared by the producer, so that looks from elsewhere stand out."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from core import clock
from core.db import transaction
from core.places import list_provinces
from traceability.errors import InvalidRecallError
from traceability.operations.doubts import declare_markets
from traceability.queries.unit_facts import list_markets
from traceability.views.origin_desk import keeping_desk


@needs(can_enter_workspace)
def markets(producer_id: int, lot_id: int) -> Response:
    """The provinces, those declared chosen."""
    return _page(producer_id, lot_id)


@needs(can_enter_workspace)
def markets_save(producer_id: int, lot_id: int) -> AnyResponse:
    """Declare anew; none chosen: nothing is declared."""
    desk = keeping_desk(producer_id)
    desk.lot(lot_id)
    try:
        with transaction():
            declare_markets(desk.lot(lot_id), request.form.getlist("provinces"), now=clock.now())
    except InvalidRecallError:
        return _page(producer_id, lot_id, 422)
    return redirect(url_for("origin.markets", producer_id=producer_id, lot_id=lot_id, done="1"), 303)


def _page(producer_id: int, lot_id: int, status: int = 200) -> Response:
    desk = keeping_desk(producer_id)
    lot = desk.lot(lot_id)
    page = render_template(
        "traceability/markets.html",
        producer=desk.producer,
        lot=lot,
        provinces=sorted(list_provinces(), key=lambda province: province.slug),
        chosen=list_markets(lot.id),
        is_kept=request.args.get("done") == "1",
        is_refused=status == 422,
    )
    return make_response(page, status)
