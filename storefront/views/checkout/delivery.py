"""Second page of the checkout: how each parcel comes, and how it is paid."""

from collections.abc import Mapping
from typing import Final

from flask import make_response, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.web.access import public
from core.web.frames import render_framed
from orders.checkout_rules import COD_PERISHABLE_MAX_VND, COD_TOTAL_MAX_VND, cod_fault
from orders.gateways.registry import list_methods
from orders.models.orders import PaymentMethod
from orders.operations.checkout_drafts import keep_draft
from orders.queries.checkout import get_open_cod
from storefront.views.checkout.steps import Visit, find_visit, led_to, settings, to_basket
from storefront.views.orders.access import private_page

PARCELS_MAX: Final = 80
"""Fields looked at; a basket has 60 lines at most."""
NUMBER_DIGITS_MAX: Final = 9


@public
@private_page
def checkout_delivery() -> AnyResponse:
    """Each parcel with its ways, prices and days; the ways of paying that there are."""
    visit = find_visit()
    if visit is None or visit.chosen.basket.problems or not visit.chosen.basket.parcels:
        return to_basket()
    return _page(visit, 200) if visit.receiver else led_to("/checkout")


@public
@rate_limited("600/minute")
@private_page
def checkout_delivery_create() -> AnyResponse:
    """Keep the choices and go on to the last page."""
    visit = find_visit()
    if visit is None or not visit.receiver:
        return led_to("/checkout") if visit else to_basket()
    deliveries = _sent()
    method = request.form.get("method", "")[:10]
    visit = visit.with_typed({**visit.typed, "deliveries": deliveries, "method": method})
    errors = _errors(visit)
    try:
        with transaction():
            keep_draft(visit.cart_id, visit.typed, now=clock.now())
    except OperationalError:  # locked or away: what was chosen is shown again
        return _page(visit, 503)
    return _page(visit, 422, errors) if errors else led_to("/checkout/review")


def cod_fault_of(visit: Visit) -> str | None:
    """Why what was chosen cannot be paid at the door, None if it can."""
    under_way = get_open_cod(str(visit.receiver["phone"]), clock.now())
    return cod_fault(visit.chosen.total_vnd, under_way, is_perishable=visit.chosen.is_perishable)


def _sent() -> dict[str, str]:
    """Key of the chosen option by number of the producer, as sent; numbers of no parcel here do no harm."""
    fields = [(name.removeprefix("delivery-"), key) for name, key in request.form.items()]
    return {name: key[:60] for name, key in fields[:PARCELS_MAX] if _is_number(name)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX


def _errors(visit: Visit) -> Mapping[str, str]:
    """Field to reason."""
    errors = {
        f"delivery-{parcel.producer_id}": "missing" for parcel in visit.chosen.parcels if not parcel.is_chosen
    }
    if visit.chosen.needs_address and visit.is_fetched:
        errors |= {f"delivery-{parcel.producer_id}": "missing" for parcel in visit.chosen.parcels}
    if visit.method not in list_methods(settings(), visit.chosen.total_vnd):
        errors["method"] = "missing"
    elif visit.method == PaymentMethod.COD and (fault := cod_fault_of(visit)):
        errors["method"] = fault
    return errors


def _page(visit: Visit, status: int, errors: Mapping[str, str] | None = None) -> AnyResponse:
    fault = cod_fault_of(visit)
    page = render_framed(
        "storefront/checkout_delivery.html",
        frame=bool(errors),
        chosen=visit.chosen,
        is_busy=status == 503,
        method=visit.method,
        methods=[
            each.value
            for each in list_methods(settings(), visit.chosen.total_vnd)
            if each is not PaymentMethod.COD or not fault
        ],
        cod_fault=fault,
        cod_total_max_vnd=COD_TOTAL_MAX_VND,
        cod_perishable_max_vnd=COD_PERISHABLE_MAX_VND,
        errors=errors or {},
    )
    return make_response(page, status)
