"""Putting things into the basket, changing how many, setting aside, taking out."""

from typing import Final
from urllib.parse import urlsplit

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.db import brief_transaction, transaction
from core.web.access import public
from core.web.setup import csrf
from orders.errors import BasketFullError, NotSoldError
from orders.operations.bundles import add_bundle_to_cart
from orders.operations.cart import add_to_cart, count_in_cart, keep_for_later, remove_line, set_quantity
from storefront.basket_forms import CartLineForm, NewCartLineForm
from storefront.views.basket.holding import current_cart_id, current_holder
from storefront.views.basket.pages import back_to_cart, cart_page, unkept

WAIT_MS: Final = 5_000
"""For other writers, as every transaction waits."""


@csrf.exempt  # type: ignore[untyped-decorator]
@public
def cart_line_create() -> AnyResponse:
    """Put something into the basket. Pages of goods are the same for everybody and so hold no token.

    The browser itself says where the form came from (Fetch Metadata, Origin). One that says nothing is asked once more,
    on a page that holds a token. Source: OWASP CSRF prevention, «verifying origin»; docs/decisions/0030-baskets.md.
    """
    form = NewCartLineForm.parse(request.form)
    if current_app.config["WTF_CSRF_ENABLED"] and not _comes_from_here():
        if "csrf_token" not in request.form:
            return unkept(make_response(render_template("storefront/cart_confirm.html", form=form)))
        csrf.protect()
    if form.fault:
        return cart_page(422, fault=form.fault)
    holder, now = current_holder(), clock.now()
    try:
        if form.bundle_id:
            with transaction():
                cart_id = add_bundle_to_cart(holder, form.bundle_id, form.quantity, now=now)
                count = count_in_cart(cart_id)
        else:
            # The most frequent write of the shop does not wait for the disk: a power cut may take the last one back.
            with brief_transaction(WAIT_MS) as connection:
                cart_id = add_to_cart(holder, form.variant_id, form.quantity, now=now, within=connection)
                count = count_in_cart(cart_id, within=connection)
    except NotSoldError:
        return cart_page(409, fault="not_sold")
    except BasketFullError:
        return cart_page(409, fault="full")
    return back_to_cart(cart_id, count=count)


@public
def cart_line_update(line_id: int) -> AnyResponse:
    """So many of it."""
    form = CartLineForm.parse(request.form)
    if form.fault:
        return cart_page(422, fault=form.fault, line_id=line_id)
    cart_id = current_cart_id()
    with transaction():
        set_quantity(cart_id or 0, line_id, form.quantity, now=clock.now())
    return back_to_cart(cart_id)


@public
def cart_line_keeping_create(line_id: int) -> AnyResponse:
    """Keep it for later."""
    return _kept(line_id, is_kept=True)


@public
def cart_line_return_create(line_id: int) -> AnyResponse:
    """Buy it now after all."""
    return _kept(line_id, is_kept=False)


@public
def cart_line_removal_create(line_id: int) -> AnyResponse:
    """Take it out; the next page offers to put it back."""
    cart_id = current_cart_id()
    with transaction():
        taken = remove_line(cart_id or 0, line_id)
    thing = f"variant={taken.variant_id}" if taken.variant_id else f"hamper={taken.bundle_id}"
    return back_to_cart(cart_id, f"removed={taken.quantity}&{thing}")


def _comes_from_here() -> bool:
    """Whether the browser says that a page of ours sent the form."""
    site = request.environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site == "same-origin")
    base = urlsplit(current_app.extensions["settings"].public_base_url)
    return request.environ.get("HTTP_ORIGIN") == f"{base.scheme}://{base.netloc}"


def _kept(line_id: int, *, is_kept: bool) -> AnyResponse:
    cart_id = current_cart_id()
    with transaction():
        keep_for_later(cart_id or 0, line_id, is_kept=is_kept, now=clock.now())
    return back_to_cart(cart_id)
