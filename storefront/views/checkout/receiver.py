"""First page of the checkout: who receives the goods, and where."""

from functools import lru_cache

from flask import make_response, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor
from accounts.actors import Actor
from accounts.queries.addresses import AddressView, list_addresses
from core import clock
from core.db import transaction
from core.limits import rate_limited
from core.places import list_provinces, predecessors
from core.web.access import public
from core.web.frames import render_framed
from orders.operations.checkout_drafts import keep_draft
from storefront.checkout_forms import DELIVER, ReceiverForm
from storefront.views.checkout.steps import Visit, find_visit, led_to, to_basket
from storefront.views.orders.access import private_page

NEXT = "/checkout/delivery"


@public
@private_page
def checkout() -> AnyResponse:
    """The form, with what was typed before."""
    visit = find_visit()
    if visit is None or not visit.chosen.basket.parcels or visit.chosen.basket.problems:
        return to_basket()
    form = ReceiverForm.of_typed(visit.typed)
    if visit.kept is None and visit.chosen.basket.is_province_chosen:
        form = ReceiverForm(province=visit.chosen.basket.province_code or "")
    return _page(visit, form, 200)


@public
@rate_limited("600/minute")
@private_page
def checkout_receiver_create() -> AnyResponse:
    """Keep what was typed and go on; with `find` look for the commune, with `saved` take an address of the account."""
    visit = find_visit()
    if visit is None:
        return to_basket()
    form = _with_saved(ReceiverForm.parse(request.form))
    if "find" in request.form:
        return _page(visit, form.with_communes(), 200)
    form = form.check()
    try:
        with transaction():
            keep_draft(visit.cart_id, {"receiver": form.raw, "checked": dict(form.checked)}, now=clock.now())
    except OperationalError:  # locked or away: nothing typed is lost
        return _page(visit, form, 503)
    return _page(visit, form, 422) if form.errors else led_to(NEXT)


def _page(visit: Visit, form: ReceiverForm, status: int) -> AnyResponse:
    actor = find_actor()
    can_fetch = visit.chosen.can_all_be_fetched
    # What guests see who have typed nothing yet is kept: most begin so. Nothing that was sent is.
    is_empty = actor is None and request.method == "GET" and form == ReceiverForm(province=form.province)
    page = render_framed(
        "storefront/checkout.html",
        frame=(form.province, can_fetch) if is_empty else bool(form.errors),
        filled=(generate_csrf(),) if is_empty else (),
        is_whole=is_empty,
        form=form,
        is_busy=status == 503,
        can_fetch=can_fetch,
        addresses=list_addresses(actor.user_id) if actor else (),
        provinces=_provinces(),
    )
    return make_response(page, status)


@lru_cache(maxsize=1)
def _provinces() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Code, name and former provinces of each, as the field for a commune wants them."""
    return tuple(
        (each.code, each.name, tuple(old.short_name for old in predecessors(each) if old.name != each.name))
        for each in list_provinces()
    )


def _with_saved(form: ReceiverForm) -> ReceiverForm:
    """The form with the address of the account whose button was pressed."""
    actor = find_actor()
    if actor is None or not request.form.get("saved"):
        return form
    return next(
        (_of_address(form, each) for each in list_addresses(actor.user_id) if _is_meant(each, actor)), form
    )


def _is_meant(address: AddressView, actor: Actor) -> bool:
    return str(address.address.id) == request.form.get("saved")


def _of_address(form: ReceiverForm, view: AddressView) -> ReceiverForm:
    kept = view.address
    return ReceiverForm(
        way=DELIVER,
        name=kept.name,
        phone=view.phone,
        province=kept.province_code,
        q=view.commune,
        commune=kept.commune_code,
        street=kept.street or form.street,
        landmark=kept.landmark or "",
        note=form.note,
        email=form.email,
    )
