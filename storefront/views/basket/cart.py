"""The basket: what is in it and what it comes to, before anything is asked of the person."""

from datetime import timedelta
from typing import Final

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.db import transaction
from core.limits import count_attempt, is_over_limit
from core.web.access import public
from orders.baskets import VoucherProblem
from orders.operations.cart import choose_province, own_or_new_cart, type_voucher
from orders.operations.cart_changes import accept_changes
from orders.queries.vouchers import judge_voucher
from storefront.basket_forms import province_code_of, voucher_code_of
from storefront.views.basket.holding import current_cart_id, current_holder
from storefront.views.basket.pages import back_to_cart, cart_page

TRIES: Final = "orders.voucher_codes"
TRIES_MAX: Final = 20
TRIES_WINDOW: Final = timedelta(hours=1)
"""Codes that are none, typed from one network (docs/limits.md). Source: the table of threats, T-13."""


@public
def cart() -> Response:
    """What is in the basket."""
    return cart_page()


@public
def cart_province_update() -> AnyResponse:
    """Show what delivery to another province costs."""
    code = province_code_of(request.form)
    if code is None:
        return cart_page(422, fault="province")
    holder = current_holder()
    with transaction():
        cart_id = own_or_new_cart(holder, now=clock.now())
        choose_province(cart_id, code)
    return back_to_cart(cart_id)


@public
def cart_voucher_update() -> AnyResponse:
    """Use a code, or (typed empty) use none. Whoever tries many codes that are none has to wait."""
    typed = request.form.get("code", "")[:60]
    code, cart_id = voucher_code_of(request.form), current_cart_id()
    if cart_id is None:
        return cart_page(409, fault="empty")
    if code != "":
        asked_from, now = request.remote_addr, clock.now()
        if is_over_limit(TRIES, asked_from, limit=TRIES_MAX, now=now):
            return cart_page(429, fault="voucher_tries", typed=typed)
        problem = judge_voucher(code, clock.today())[1] if code else VoucherProblem.UNKNOWN
        if problem is VoucherProblem.UNKNOWN:
            count_attempt(TRIES, asked_from, limit=TRIES_MAX, window=TRIES_WINDOW, now=now)
            return cart_page(422, fault="voucher_unknown", typed=typed)
    with transaction():
        type_voucher(cart_id, code or None)
    return back_to_cart(cart_id)


@public
def cart_change_create() -> AnyResponse:
    """Agree to what changed: present prices, fewer packs, and what cannot be bought now set aside."""
    cart_id = current_cart_id()
    if cart_id is not None:
        with transaction():
            accept_changes(cart_id, on=clock.today(), now=clock.now())
    return back_to_cart(cart_id)
