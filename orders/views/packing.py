"""Packing an order code by code: scan each pack, or take the next ones of the roll. Works without JavaScript."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import ConflictError
from core.limits import rate_limited
from core.web.headers import header_set, with_headers
from orders.errors import CodeRefusedError
from orders.operations.packing import Bound, bind_code, bind_range, unbind_code
from orders.permissions import can_enter_order_desk
from orders.queries.desk_order import get_desk_order, get_own_order
from orders.queries.packing import codes_of_parcel
from orders.views.desk_access import OrderDesk, order_desk
from traceability.forms.codes import read_code
from traceability.stamp_codes import grouped, parse

# The barcode reader is WebAssembly, as on the page where anybody scans a stamp.
PACKING_HEADERS: Final = header_set(
    more_sources={"script-src": "'wasm-unsafe-eval'", "media-src": "blob:", "img-src": "blob:"},
    referrer="same-origin",
)
TYPED_MAX: Final = 400


@needs(can_enter_order_desk)
@with_headers(PACKING_HEADERS)
def packing(producer_id: int, code: str) -> Response:
    """The lines with their codes so far, and one field for the next."""
    return _page(order_desk(producer_id), code, 200)


@needs(can_enter_order_desk)
@with_headers(PACKING_HEADERS)
@rate_limited("240/minute")
def packing_code_create(producer_id: int, code: str) -> AnyResponse:
    """A pack was scanned: its code goes to the line that it belongs to."""
    desk = order_desk(producer_id)

    def act(stamp_code: str) -> Bound:
        part, now = get_own_order(producer_id, code), clock.now()
        do = bind_range if request.form.get("take") == "rest" else bind_code
        return do(part, stamp_code, by=desk.actor, now=now)

    return _act(desk, code, act)


@needs(can_enter_order_desk)
@with_headers(PACKING_HEADERS)
@rate_limited("120/minute")
def packing_code_removal_create(producer_id: int, code: str) -> AnyResponse:
    """A pack came out of the parcel again."""
    desk = order_desk(producer_id)

    def act(stamp_code: str) -> None:
        unbind_code(get_own_order(producer_id, code), stamp_code, by=desk.actor, now=clock.now())

    return _act(desk, code, act)


def _act(desk: OrderDesk, order_code: str, act: Callable[[str], Bound | None]) -> AnyResponse:
    typed = request.form.get("code", "")[:TYPED_MAX]
    settings: Settings = current_app.extensions["settings"]
    stamp_code = parse(read_code(typed, urlsplit(settings.public_base_url).hostname or "").code).code
    if stamp_code is None:
        return _page(desk, order_code, 422, refusal={"reason": "mistyped"}, typed=typed)
    try:
        with transaction():
            done = act(stamp_code)
    except CodeRefusedError as error:
        return _page(desk, order_code, 409, refusal=error.facts, typed=typed)
    except ConflictError:
        return _page(desk, order_code, 409, refusal={"reason": "moved"}, typed=typed)
    address = url_for(
        "order_desk.packing",
        producer_id=desk.producer.id,
        code=order_code,
        done=stamp_code if done else None,
        lot="other" if done and not done.is_planned_lot else None,
    )
    return redirect(address, 303)


def _page(
    desk: OrderDesk,
    code: str,
    status: int,
    *,
    refusal: dict[str, object] | None = None,
    typed: str = "",
) -> Response:
    order = get_desk_order(desk.producer.id, code)
    codes = codes_of_parcel(order.id)
    done = parse(request.args.get("done", "")[:TYPED_MAX]).code
    page = render_template(
        "orders/packing.html",
        desk=desk,
        producer=desk.producer,
        order=order,
        codes=codes,
        grouped=grouped,
        packed=sum(len(each) for each in codes.values()),
        wanted=sum(line.left_quantity for line in order.lines),
        refusal=refusal,
        typed=typed,
        done=grouped(done) if done else "",
        is_other_lot=request.args.get("lot") == "other",
    )
    return make_response(page, status)
