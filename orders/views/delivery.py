"""How a producer delivers, in its own words: terms, own fees, what each product needs on the way."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.listing_access import Desk, product_of, publishing_desk
from core import clock
from core.db import transaction
from core.places import Vintage, find_province_by_code
from orders.delivery_terms import OwnScope, Zone
from orders.errors import InvalidTermsError
from orders.forms.delivery import read_fees, read_handling, read_terms
from orders.operations.delivery import RateTableFacts, record_rates, set_handling, set_terms
from orders.queries.delivery import list_pack_needs
from orders.queries.delivery_pages import (
    find_handling,
    find_table_in_force,
    find_terms,
    list_point_choices,
    list_steps,
    sample_options,
)
from orders.rate_sheets import own_fees, own_steps


@needs(can_enter_workspace)
def delivery(producer_id: int) -> Response:
    """The terms, and what buyers are told by them."""
    return _terms_page(publishing_desk(producer_id), {}, 200)


@needs(can_enter_workspace)
def delivery_save(producer_id: int) -> AnyResponse:
    """Keep the terms."""
    desk = publishing_desk(producer_id)
    facts, points, faults = read_terms(request.form)
    if not faults:
        try:
            with transaction():
                producer = publishing_desk(producer_id).producer
                set_terms(producer, facts, points, by=desk.actor, now=clock.now())
        except InvalidTermsError as error:
            faults = {str(error.facts["field"]): str(error.facts["reason"])}
    if faults:
        return _terms_page(publishing_desk(producer_id), faults, 422)
    return _led_to(f"/workspace/{producer_id}/delivery?done=1")


@needs(can_enter_workspace)
def fees(producer_id: int) -> Response:
    """The producer's own fees, or that the platform's count."""
    return _fees_page(publishing_desk(producer_id), {}, 200)


@needs(can_enter_workspace)
def fees_save(producer_id: int) -> AnyResponse:
    """Let own fees count from today on, or the platform's again."""
    desk = publishing_desk(producer_id)
    told, faults = ({}, {}) if request.form.get("whose", "") == "platform" else read_fees(request.form)
    if faults:
        return _fees_page(desk, faults, 422)
    with transaction():
        facts = RateTableFacts(
            producer_id=publishing_desk(producer_id).producer.id, valid_from_on=clock.today()
        )
        record_rates(own_steps(told), facts, by=desk.actor, now=clock.now())
    return _led_to(f"/workspace/{producer_id}/delivery?done=1")


@needs(can_enter_workspace)
def handling(producer_id: int, product_id: int) -> Response:
    """What the product needs on the way."""
    return _handling_page(publishing_desk(producer_id), product_id, {}, 200)


@needs(can_enter_workspace)
def handling_save(producer_id: int, product_id: int) -> AnyResponse:
    """Keep what the product needs on the way."""
    desk = publishing_desk(producer_id)
    product = product_of(desk, product_id)
    facts, faults = read_handling(request.form, {variant.id: variant.label for variant in product.variants})
    if not faults:
        try:
            with transaction():
                product = product_of(publishing_desk(producer_id), product_id)
                set_handling(product, facts, by=desk.actor, now=clock.now())
        except InvalidTermsError as error:
            faults = {str(error.facts["field"]): str(error.facts["reason"])}
    if faults:
        return _handling_page(publishing_desk(producer_id), product_id, faults, 422)
    return _led_to(f"/workspace/{producer_id}/products/{product_id}?done=handling")


def _terms_page(desk: Desk, faults: dict[str, str], status: int) -> Response:
    producer, today = desk.producer, clock.today()
    home = producer.place.current_province_code if producer.place else None
    samples = [
        (province.short_name, option)
        for code, option in sample_options(producer.id, home, today)
        if (province := find_province_by_code(code, Vintage.SINCE_2025_07)) is not None
    ]
    own = find_table_in_force(producer.id, today)
    page: dict[str, Any] = {
        "terms": find_terms(producer.id),
        "points": list_point_choices(producer.id, today),
        "samples": samples,
        "has_own_fees": own is not None and bool(list_steps(own.id)),
        "scopes": [scope.value for scope in OwnScope],
        "provinces": _province_names(),
    }
    return _page("orders/delivery.html", desk, faults, status, **page)


def _fees_page(desk: Desk, faults: dict[str, str], status: int) -> Response:
    own = find_table_in_force(desk.producer.id, clock.today())
    present = own_fees(list_steps(own.id)) if own is not None else {}
    return _page("orders/delivery_fees.html", desk, faults, status, fees=present, zones=list(Zone))


def _handling_page(desk: Desk, product_id: int, faults: dict[str, str], status: int) -> Response:
    product = product_of(desk, product_id)
    numbers = [variant.id for variant in product.variants]
    found, weights = find_handling(product.id, numbers)
    page: dict[str, Any] = {
        "product": product,
        "handling": found,
        "weights": weights,
        "pack_needs": list_pack_needs(numbers),
    }
    return _page("orders/handling.html", desk, faults, status, **page)


def _page(template: str, desk: Desk, faults: dict[str, str], status: int, **facts: Any) -> Response:
    typed = request.form if faults else None
    return make_response(
        render_template(template, desk=desk, producer=desk.producer, faults=faults, typed=typed, **facts),
        status,
    )


def _province_names() -> dict[str, str]:
    from core.places import list_provinces

    return {province.code: province.short_name for province in list_provinces()}


def _led_to(path: str) -> AnyResponse:
    return redirect(f"{request.script_root}{path}", 303)
