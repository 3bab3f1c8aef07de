"""The page of an order: steps of each parcel, money, what can be done by when. For whoever holds its link, for ever."""

from typing import Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.queries.addresses import phone_words
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.phones import vietnamese_phone
from core.text import clean_line
from core.web.access import public
from core.web.frames import render_framed
from orders.operations.cancellation import cancel_seller_order
from orders.operations.transitions import OrderActor
from orders.queries.order_page import find_order_id
from orders.queries.order_views import OrderPage, ParcelView
from orders.queries.packing import PackedCode, codes_of_order
from orders.references import references_in
from orders.return_rules import may_dispute
from orders.states import OPEN, Fulfilment
from storefront.views.frame import absolute_url
from storefront.views.orders.access import (
    buyer,
    get_order,
    get_parcel_row,
    is_open,
    order_url,
    private_page,
    remember,
    require_open,
    token_for,
    try_tail,
)
from storefront.views.orders.steps import PICKUPS, steps_of
from traceability.stamp_codes import grouped

IN_HOUSE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED})


@public
@private_page
def order(token: str) -> Response:
    """How the order stands."""
    return _page(get_order(token), 200)


@public
@private_page
@rate_limited("20/minute")
def order_proof_create(token: str) -> AnyResponse:
    """Open names and addresses with the last digits of the telephone number."""
    page = get_order(token)
    if try_tail(page, request.form.get("digits", "")):
        return redirect(order_url(page.id), 303)
    return _page(page, 422, is_wrong=True)


@public
@private_page
def parcel_cancellation(token: str, parcel_id: int) -> AnyResponse:
    """Asks once more before a parcel is cancelled."""
    page = get_order(token)
    parcel = page.parcel(parcel_id)
    if not is_open(page) or not can_cancel(parcel):
        return redirect(order_url(page.id), 303)
    return make_response(
        render_template("storefront/parcel_cancellation.html", order=page, parcel=parcel, token=token)
    )


@public
@private_page
def parcel_cancellation_create(token: str, parcel_id: int) -> AnyResponse:
    """Cancel what is not packed yet."""
    page = get_order(token)
    refused = require_open(page)
    if refused is not None:
        return refused
    with transaction():
        row = get_parcel_row(page, parcel_id)
        cancel_seller_order(row, actor=OrderActor.BUYER, reason="buyer", by=buyer(), now=clock.now())
    return redirect(order_url(page.id), 303)


@public
@private_page
def orders_lookup() -> Response:
    """Find an order again by its code and the telephone number."""
    return make_response(render_template("storefront/orders_lookup.html", code="", phone="", is_wrong=False))


@public
@private_page
@rate_limited("10/minute")
def orders_lookup_create() -> AnyResponse:
    """To the page of the order; whatever is wrong, the answer is the same."""
    code, phone = (
        clean_line(request.form.get("code", ""))[:40],
        clean_line(request.form.get("phone", ""))[:40],
    )
    order_id = _found(code, phone)
    if order_id is not None:
        remember(order_id)
        return redirect(order_url(order_id), 303)
    page = render_template("storefront/orders_lookup.html", code=code, phone=phone, is_wrong=True)
    return make_response(page, 422)


def can_cancel(parcel: ParcelView) -> bool:
    """Whether the buyer may cancel the parcel by itself."""
    return parcel.lifecycle in OPEN and parcel.fulfilment == Fulfilment.UNFULFILLED


def can_return(parcel: ParcelView) -> bool:
    """Whether anything of the parcel may be asked back now."""
    until_at = parcel.return_until_at
    in_time = until_at is not None and clock.now() <= until_at
    return in_time and parcel.open_dispute is None and any(line.left_quantity for line in parcel.lines)


def can_dispute(parcel: ParcelView) -> bool:
    """Whether the buyer may ask the platform to decide about the parcel now."""
    return parcel.open_dispute is None and may_dispute(
        parcel.lifecycle,
        parcel.payment,
        parcel.fulfilment,
        delivered_at=parcel.delivered_at,
        promised_to_on=parcel.promised_to_on,
        now=clock.now(),
    )


def _found(code: str, phone: str) -> int | None:
    known, number = next(references_in(code), None), vietnamese_phone(phone)
    return find_order_id(known, number) if known and number else None


def _page(page: OrderPage, status: int, *, is_wrong: bool = False) -> Response:
    html = render_framed(
        "storefront/order.html",
        frame=is_wrong,
        filled=(page.code,),
        order=page,
        token=token_for(page.id),
        is_open=is_open(page),
        is_wrong=is_wrong,
        codes=_codes(page),
        grouped=grouped,
        steps={parcel.id: steps_of(page, parcel) for parcel in page.parcels},
        can_cancel=can_cancel,
        can_return=can_return,
        can_dispute=can_dispute,
        pickups=PICKUPS,
        phone_words=phone_words,
        share_url=absolute_url(f"/orders/{token_for(page.id)}"),
    )
    return make_response(html, status)


def _codes(page: OrderPage) -> dict[int, list[PackedCode]]:
    """Codes of packs that were sent, by line, for whoever has shown that the order is theirs."""
    has_left = any(parcel.fulfilment not in IN_HOUSE for parcel in page.parcels)
    return codes_of_order(page.id) if has_left and is_open(page) else {}
