"""Where goods go: a person's addresses."""

from typing import cast

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from accounts.errors import InvalidPersonalFactError, TooManyAddressesError
from accounts.operations.addresses import (
    ADDRESSES_MAX,
    add_address,
    change_address,
    delete_address,
    make_default_address,
)
from accounts.queries.addresses import address_view, get_own_address, list_addresses
from core import clock
from core.db import transaction
from core.places import Commune, list_old_provinces, list_provinces
from storefront.account_forms import AddressForm
from storefront.views.frame import local_url


@signed_in
def account_addresses() -> str:
    """All of them, the usual one first."""
    found = list_addresses(current_actor().user_id)
    return render_template("storefront/account_addresses.html", addresses=found, most=ADDRESSES_MAX)


@signed_in
def address_new() -> Response:
    """An empty form, with the person's name filled in."""
    return _form_page(AddressForm.empty(name=current_actor().name), 200)


@signed_in
def address_create() -> AnyResponse:
    """Keep an address; a form that needs another look comes back with what was typed."""
    form = AddressForm.parse(request.form)
    try:
        with transaction():
            add_address(
                form.facts,
                form.submission_key,
                by=current_actor(),
                now=clock.now(),
                is_default=form.is_default,
            )
    except InvalidPersonalFactError as error:
        return _form_page(_refused(form, error), 422)
    except TooManyAddressesError:
        return _form_page(form.with_error("name", "too_many"), 409)
    return _back()


@signed_in
def address(address_id: int) -> Response:
    """One address, to be changed."""
    return _form_page(_form_of(address_id), 200, address_id)


@signed_in
def address_update(address_id: int) -> AnyResponse:
    """Put the address right."""
    form = AddressForm.parse(request.form)
    try:
        with transaction():
            change_address(address_id, form.facts, by=current_actor(), is_default=form.is_default)
    except InvalidPersonalFactError as error:
        return _form_page(_refused(form, error), 422, address_id)
    return _back()


@signed_in
def address_default_create(address_id: int) -> AnyResponse:
    """Let it be the usual one."""
    with transaction():
        make_default_address(address_id, by=current_actor())
    return _back()


@signed_in
def address_deletion_create(address_id: int) -> AnyResponse:
    """Forget it."""
    with transaction():
        delete_address(address_id, by=current_actor())
    return _back()


def _form_of(address_id: int) -> AddressForm:
    view = address_view(get_own_address(current_actor().user_id, address_id))
    kept = view.address
    return AddressForm(
        submission_key=kept.submission_key,
        name=kept.name,
        phone=view.phone,
        province=view.province_slug,
        commune=view.commune,
        commune_code=kept.commune_code,
        street=kept.street or "",
        landmark=kept.landmark or "",
        is_default=kept.is_default,
    )


def _refused(form: AddressForm, error: InvalidPersonalFactError) -> AddressForm:
    candidates = cast(tuple[Commune, ...], error.facts.get("candidates", ()))
    return form.with_error(str(error.facts["field"]), str(error.facts["reason"]), candidates)


def _form_page(form: AddressForm, status: int, address_id: int | None = None) -> Response:
    now = [(each.slug, each.short_name) for each in list_provinces()]
    named = {slug for slug, _name in now}
    before = [(each.slug, each.short_name) for each in list_old_provinces() if each.slug not in named]
    page = render_template(
        "storefront/account_address.html",
        form=form,
        address_id=address_id,
        provinces=now,
        old_provinces=before,
    )
    return make_response(page, status)


def _back() -> AnyResponse:
    return redirect(local_url("/account/addresses"), 303)
