"""Last page of the checkout: everything once more, and the order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor
from accounts.contacts import Contact, ContactKind
from core import clock
from core.db import transaction
from core.i18n import current_language
from core.keys import keyed_hash
from core.limits import rate_limited
from core.web.access import public
from core.web.frames import render_framed
from orders.checkout_rules import CheckoutDraft
from orders.errors import BasketChangedError, InvalidOrderError, ShortStockError, VoucherRefusedError
from orders.gateways.registry import list_methods
from orders.models.orders import Order, PaymentMethod
from orders.operations.checkout import find_order_by_key, place_order
from promotion.operations.reach import note_order_source
from promotion.sources import source_of_request
from storefront.views.basket.holding import with_count
from storefront.views.checkout.steps import (
    TERMS_VERSION,
    Visit,
    find_visit,
    led_to,
    settings,
    to_basket,
)
from storefront.views.orders.access import order_url, private_page, remember

PERSON_KEY = "orders.vouchers"
TOTAL_DIGITS_MAX = 15


@public
@private_page
def checkout_review() -> AnyResponse:
    """All that was chosen, what it costs, and what one agrees to."""
    visit = find_visit()
    if visit is None or visit.chosen.basket.problems or not visit.chosen.basket.parcels:
        return to_basket()
    if not visit.receiver:
        return led_to("/checkout")
    if visit.chosen.problems or visit.method not in list_methods(settings(), visit.chosen.total_vnd):
        return led_to("/checkout/delivery")
    return _page(visit, 200)


@public
@rate_limited("600/minute")
@private_page
def order_create() -> AnyResponse:
    """Place the order; sent again, it leads to the order that there is. What does not fit is told with its reason."""
    key = _key(request.form.get("checkout_key", ""))
    visit = find_visit()
    if visit is None or visit.kept is None or visit.kept.checkout_key != key or not visit.receiver:
        found = find_order_by_key(key) if key else None  # its draft is gone once it is placed
        return to_basket() if found is None else _to_order(_facts(found))
    try:
        with transaction():
            order = place_order(_draft_of(visit), by=find_actor(), now=clock.now())
            note_order_source(order.id, source_of_request(), now=clock.now())
            placed = _facts(order)
    except (BasketChangedError, ShortStockError, VoucherRefusedError) as error:
        return _changed(visit, error.facts)
    except InvalidOrderError as error:
        return _page(visit, 422, {str(error.field): str(error.reason)})
    except OperationalError:
        return _busy(visit)
    return with_count(make_response(_to_order(placed)), 0)


def _draft_of(visit: Visit) -> CheckoutDraft:
    receiver: dict[str, Any] = dict(visit.receiver)
    total = request.form.get("total_vnd", "")
    is_number = total.isascii() and total.isdecimal() and len(total) <= TOTAL_DIGITS_MAX
    key = settings().keys.derive(PERSON_KEY)
    return CheckoutDraft(
        checkout_key=visit.kept.checkout_key if visit.kept else "",
        cart_id=visit.cart_id,
        method=visit.method,
        shown_total_vnd=int(total) if is_number else -1,
        person_key=keyed_hash(key, str(receiver["phone"]), 16),
        language=current_language(),
        deliveries=visit.deliveries,
        terms=TERMS_VERSION if request.form.get("terms") == TERMS_VERSION else None,
        declared_age=_age(request.form.get("age", "")),
        **receiver,
    )


def _age(text: str) -> int:
    """The years that the box declares, 0 if it was not ticked."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else 0


def _facts(order: Order) -> tuple[int, bool]:
    """Its number, and whether it is paid beforehand: read before the transaction ends, so that it is not read again."""
    return order.id, order.method != PaymentMethod.COD and order.total_vnd > 0


def _to_order(placed: tuple[int, bool]) -> AnyResponse:
    """To the order's page; first to where it is paid, if it is paid beforehand."""
    order_id, is_prepaid = placed
    remember(order_id)
    return redirect(order_url(order_id, "/pay" if is_prepaid else ""), 303)


def _changed(visit: Visit, facts: Mapping[str, Any]) -> AnyResponse:
    """Something is not as it was shown: nothing was ordered. The same page says what, with the total of now."""
    fresh = find_visit() or visit
    if fresh.chosen.basket.problems or not fresh.chosen.basket.parcels or facts.get("shortfalls"):
        return to_basket()
    if fresh.chosen.problems:
        return led_to("/checkout/delivery")
    shown_vnd = facts.get("shown_vnd")
    errors = {"total": "voucher" if "problem" in facts else "changed"}
    return _page(fresh, 409, errors, shown_vnd=shown_vnd if isinstance(shown_vnd, int) else None)


def _busy(visit: Visit) -> AnyResponse:
    """The database is locked or away: nothing was ordered, and what was typed is still there."""
    page = render_template("storefront/checkout_status.html", key=_sent_key(), order=None, is_busy=True)
    answer = make_response(page, 503)
    answer.headers["Retry-After"] = "5"
    return answer


def _sent_key() -> str:
    return _key(request.form.get("checkout_key", ""))


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _page(
    visit: Visit, status: int, errors: Mapping[str, str] | None = None, *, shown_vnd: int | None = None
) -> AnyResponse:
    page = render_framed(
        "storefront/checkout_review.html",
        frame=bool(errors),
        chosen=visit.chosen,
        receiver={
            **visit.receiver,
            "phone_told": Contact(ContactKind.PHONE, str(visit.receiver["phone"])).told,
        },
        is_fetched=visit.is_fetched,
        method=visit.method,
        checkout_key=visit.kept.checkout_key if visit.kept else "",
        terms_version=TERMS_VERSION,
        shown_vnd=shown_vnd,
        agreed=request.form.get("terms") == TERMS_VERSION,
        errors=errors or {},
    )
    return make_response(page, status)
