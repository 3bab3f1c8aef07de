"""Vouchers and gift hampers of the market itself, whose discounts the platform bears."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from core import clock
from core.db import transaction
from core.text import clean_line
from orders.errors import InvalidBundleError, InvalidVoucherError
from orders.forms.promotions import (
    BUNDLE_FAULT_FIELDS,
    TYPED_MAX,
    VOUCHER_FAULT_FIELDS,
    TypedForm,
    bundle_facts,
    kept,
    named_packs,
    voucher_facts,
)
from orders.models.vouchers import Bearer
from orders.operations.bundles import end_bundle, make_bundle, publish_bundle
from orders.operations.vouchers import end_voucher, make_voucher
from orders.permissions import can_manage_promotions
from orders.queries.bundles import find_packs, find_producer_id, get_own_bundle, list_own_bundles
from orders.queries.vouchers import figures_of, get_voucher, list_vouchers
from orders.voucher_terms import VoucherFault


@needs(can_manage_promotions)
def vouchers() -> Response:
    """The market's codes, and a form for another."""
    return _vouchers_page(TypedForm(), 200)


@needs(can_manage_promotions)
def voucher_create() -> AnyResponse:
    """A new code, for the whole shop or for the goods of one producer."""
    try:
        with transaction():
            facts = voucher_facts(request.form, _producer_id())
            make_voucher(facts, Bearer.PLATFORM, by=current_actor(), now=clock.now())
    except InvalidVoucherError as error:
        return _vouchers_page(TypedForm(kept(request.form), str(error.facts["reason"])), 422)
    return _led_to("vouchers")


@needs(can_manage_promotions)
def voucher_ending_create(voucher_id: int) -> AnyResponse:
    """Let a code be over."""
    with transaction():
        end_voucher(get_voucher(voucher_id, None), by=current_actor(), now=clock.now())
    return _led_to("vouchers")


@needs(can_manage_promotions)
def market_hampers() -> Response:
    """The market's hampers, and a form for another."""
    return _hampers_page(TypedForm(), 200)


@needs(can_manage_promotions)
def hamper_create() -> AnyResponse:
    """A new hamper of goods of any producers, not on sale yet."""
    try:
        with transaction():
            facts = bundle_facts(request.form, find_packs(named_packs(request.form)))
            make_bundle(facts, None, by=current_actor(), now=clock.now())
    except InvalidBundleError as error:
        return _hampers_page(TypedForm(kept(request.form), str(error.facts["reason"])), 422)
    return _led_to("hampers")


@needs(can_manage_promotions)
def hamper_publication_create(bundle_id: int) -> AnyResponse:
    """Put a hamper on sale."""
    with transaction():
        publish_bundle(get_own_bundle(bundle_id, None), now=clock.now())
    return _led_to("hampers")


@needs(can_manage_promotions)
def hamper_ending_create(bundle_id: int) -> AnyResponse:
    """Take a hamper off sale."""
    with transaction():
        end_bundle(get_own_bundle(bundle_id, None), by=current_actor(), now=clock.now())
    return _led_to("hampers")


def _producer_id() -> int | None:
    """The producer whose address was typed, None for the whole shop. Raises InvalidVoucherError."""
    typed = clean_line(request.form.get("producer", "")[:TYPED_MAX]).rstrip("/")
    if not typed:
        return None
    found = find_producer_id(typed.rpartition("/")[2])
    if found is None:
        raise InvalidVoucherError(field=VoucherFault.PRODUCER.value, reason=VoucherFault.PRODUCER.value)
    return found


def _vouchers_page(form: TypedForm, status: int) -> Response:
    own = list_vouchers(None)
    page = render_template(
        "orders/vouchers.html",
        producer=None,
        base=f"{request.script_root}/admin",
        vouchers=own,
        figures=figures_of([each.id for each in own]),
        form=form,
        fault_field=VOUCHER_FAULT_FIELDS.get(form.fault, ""),
        today=clock.today(),
    )
    return make_response(page, status)


def _hampers_page(form: TypedForm, status: int) -> Response:
    page = render_template(
        "orders/hampers.html",
        producer=None,
        base=f"{request.script_root}/admin",
        hampers=list_own_bundles(None, clock.today()),
        packs=(),
        form=form,
        fault_field=BUNDLE_FAULT_FIELDS.get(form.fault, ""),
    )
    return make_response(page, status)


def _led_to(page: str) -> AnyResponse:
    return redirect(f"{request.script_root}/admin/{page}", 303)
