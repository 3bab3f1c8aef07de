"""Papers of parcels for the printer, and a parcel with its carrier: number, booking, what was told of it."""

from io import BytesIO
from typing import Final

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from core import clock
from core.config import Settings
from core.db import transaction
from core.text import clean_line
from orders.carriers.registry import carrier_for
from orders.errors import InvalidShipmentError, OrderNotFoundError, ShipmentNotFoundError, ShipmentStateError
from orders.operations.bookings import book_again
from orders.operations.shipments import MANUAL, get_shipment_of, note_number, open_shipment
from orders.papers.packing_slip import write_slips
from orders.papers.parcel_label import CARRIER_NAMES, write_labels
from orders.permissions import can_enter_order_desk
from orders.queries.desk_order import get_own_order
from orders.queries.parcels import CODES_MAX, list_parcels_by_code
from orders.views.desk_access import OrderDesk, order_desk

NUMBER_MAX: Final = 40


@needs(can_enter_order_desk)
def label(producer_id: int, code: str) -> Response:
    """The label of one parcel."""
    return _paper(producer_id, [code], "label", f"nhan-{code}")


@needs(can_enter_order_desk)
def packing_slip(producer_id: int, code: str) -> Response:
    """The slip that goes into one parcel."""
    return _paper(producer_id, [code], "slip", f"phieu-{code}")


@needs(can_enter_order_desk)
def labels(producer_id: int) -> Response:
    """Labels of several parcels, named in the query, in one paper."""
    return _paper(producer_id, _codes(), "label", "nhan-kien")


@needs(can_enter_order_desk)
def packing_slips(producer_id: int) -> Response:
    """Slips of several parcels, named in the query, in one paper."""
    return _paper(producer_id, _codes(), "slip", "phieu-dong-goi")


@needs(can_enter_order_desk)
def parcel(producer_id: int, code: str) -> Response:
    """The parcel with its carrier."""
    return _page(order_desk(producer_id), code, "", 200)


@needs(can_enter_order_desk)
def number_create(producer_id: int, code: str) -> AnyResponse:
    """Keep a tracking number that was typed."""
    desk = order_desk(producer_id)
    carrier, number = request.form.get("carrier", ""), clean_line(request.form.get("number", ""))
    try:
        with transaction():
            part = get_own_order(producer_id, code)
            shipment = open_shipment(part, carrier=MANUAL, is_by_system=False, now=clock.now())
            known = carrier if carrier in CARRIER_NAMES else MANUAL
            note_number(shipment, number[: NUMBER_MAX + 1], known, now=clock.now())
    except (InvalidShipmentError, ShipmentStateError) as error:
        return _page(desk, code, str(error.facts["reason"]), 422)
    return _back(producer_id, code)


@needs(can_enter_order_desk)
def booking_create(producer_id: int, code: str) -> AnyResponse:
    """Ask a carrier's system for a number; the job does it."""
    desk = order_desk(producer_id)
    carrier = request.form.get("carrier", "")
    if carrier not in _booking_carriers():
        return _page(desk, code, "off", 422)
    try:
        with transaction():
            part = get_own_order(producer_id, code)
            shipment = open_shipment(part, carrier=carrier, is_by_system=True, now=clock.now())
            book_again(shipment, carrier=carrier, now=clock.now())
    except ShipmentStateError as error:
        return _page(desk, code, str(error.facts["reason"]), 422)
    return _back(producer_id, code)


def _codes() -> list[str]:
    given = [code for text in request.args.getlist("codes") for code in text.split(",") if code]
    return list(dict.fromkeys(given))[:CODES_MAX]


def _paper(producer_id: int, codes: list[str], kind: str, name: str) -> Response:
    order_desk(producer_id)
    found = list_parcels_by_code(producer_id, codes)
    settings: Settings = current_app.extensions["settings"]
    host = settings.public_base_url.partition("://")[2]
    file = BytesIO()
    (write_labels if kind == "label" else write_slips)(file, found, host)
    answer = Response(file.getvalue(), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(desk: OrderDesk, code: str, error: str, status: int) -> Response:
    part = get_own_order(desk.producer.id, code)
    try:
        shipment = get_shipment_of(part.id)
    except ShipmentNotFoundError:
        shipment = None
    if part.delivery_kind.startswith("pickup"):
        raise OrderNotFoundError(code=code)
    page = render_template(
        "orders/parcel.html",
        desk=desk,
        producer=desk.producer,
        part=part,
        shipment=shipment,
        error=error,
        typed=clean_line(request.form.get("number", ""))[:NUMBER_MAX],
        carriers=CARRIER_NAMES,
        bookable=_booking_carriers(),
    )
    return make_response(page, status)


def _booking_carriers() -> list[str]:
    settings: Settings = current_app.extensions["settings"]
    return [code for code in settings.parcels.carriers if carrier_for(code, settings.parcels) is not None]


def _back(producer_id: int, code: str) -> AnyResponse:
    return redirect(f"{request.script_root}/workspace/{producer_id}/orders/{code}/parcel", 303)
