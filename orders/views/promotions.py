"""A producer's own vouchers and gift hampers, whose discounts it bears itself."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.views.workspace.listing_access import Desk, publishing_desk
from core import clock
from core.db import transaction
from orders.errors import InvalidBundleError, InvalidVoucherError
from orders.forms.promotions import (
    BUNDLE_FAULT_FIELDS,
    VOUCHER_FAULT_FIELDS,
    TypedForm,
    bundle_facts,
    chosen_packs,
    kept,
    voucher_facts,
)
from orders.models.vouchers import Bearer
from orders.operations.bundles import end_bundle, make_bundle, publish_bundle
from orders.operations.vouchers import end_voucher, make_voucher
from orders.queries.bundles import get_own_bundle, list_own_bundles, list_own_packs
from orders.queries.vouchers import figures_of, get_voucher, list_vouchers


@needs(can_enter_workspace)
def vouchers(producer_id: int) -> Response:
    """The producer's codes, and a form for another."""
    return _vouchers_page(publishing_desk(producer_id), TypedForm(), 200)


@needs(can_enter_workspace)
def voucher_create(producer_id: int) -> AnyResponse:
    """A new code."""
    desk = publishing_desk(producer_id)
    try:
        with transaction():
            facts = voucher_facts(request.form, producer_id)
            make_voucher(facts, Bearer.PRODUCER, by=desk.actor, now=clock.now())
    except InvalidVoucherError as error:
        refused = TypedForm(kept(request.form), str(error.facts["reason"]))
        return _vouchers_page(publishing_desk(producer_id), refused, 422)
    return _led_to(producer_id, "vouchers")


@needs(can_enter_workspace)
def voucher_ending_create(producer_id: int, voucher_id: int) -> AnyResponse:
    """Let a code be over."""
    desk = publishing_desk(producer_id)
    with transaction():
        end_voucher(get_voucher(voucher_id, producer_id), by=desk.actor, now=clock.now())
    return _led_to(producer_id, "vouchers")


@needs(can_enter_workspace)
def own_hampers(producer_id: int) -> Response:
    """The producer's hampers, and a form for another."""
    return _hampers_page(publishing_desk(producer_id), TypedForm(), 200)


@needs(can_enter_workspace)
def hamper_create(producer_id: int) -> AnyResponse:
    """A new hamper, not on sale yet."""
    desk = publishing_desk(producer_id)
    try:
        with transaction():
            facts = bundle_facts(request.form, chosen_packs(request.form))
            make_bundle(facts, producer_id, by=desk.actor, now=clock.now())
    except InvalidBundleError as error:
        refused = TypedForm(kept(request.form), str(error.facts["reason"]))
        return _hampers_page(publishing_desk(producer_id), refused, 422)
    return _led_to(producer_id, "hampers")


@needs(can_enter_workspace)
def hamper_publication_create(producer_id: int, bundle_id: int) -> AnyResponse:
    """Put a hamper on sale."""
    publishing_desk(producer_id)
    with transaction():
        publish_bundle(get_own_bundle(bundle_id, producer_id), now=clock.now())
    return _led_to(producer_id, "hampers")


@needs(can_enter_workspace)
def hamper_ending_create(producer_id: int, bundle_id: int) -> AnyResponse:
    """Take a hamper off sale."""
    desk = publishing_desk(producer_id)
    with transaction():
        end_bundle(get_own_bundle(bundle_id, producer_id), by=desk.actor, now=clock.now())
    return _led_to(producer_id, "hampers")


def _vouchers_page(desk: Desk, form: TypedForm, status: int) -> Response:
    own = list_vouchers(desk.producer.id)
    page = render_template(
        "orders/vouchers.html",
        producer=desk.producer,
        base=f"{request.script_root}/workspace/{desk.producer.id}",
        vouchers=own,
        figures=figures_of([each.id for each in own]),
        form=form,
        fault_field=VOUCHER_FAULT_FIELDS.get(form.fault, ""),
        today=clock.today(),
    )
    return make_response(page, status)


def _hampers_page(desk: Desk, form: TypedForm, status: int) -> Response:
    page = render_template(
        "orders/hampers.html",
        producer=desk.producer,
        base=f"{request.script_root}/workspace/{desk.producer.id}",
        hampers=list_own_bundles(desk.producer.id, clock.today()),
        packs=list_own_packs(desk.producer.id),
        form=form,
        fault_field=BUNDLE_FAULT_FIELDS.get(form.fault, ""),
    )
    return make_response(page, status)


def _led_to(producer_id: int, page: str) -> AnyResponse:
    return redirect(f"{request.script_root}/workspace/{producer_id}/{page}", 303)
