"""The basket page as an answer: of a look at it, or of something that could not be done."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.places import list_provinces
from orders.baskets import LINES_MAX, QUANTITY_MAX
from orders.operations.cart import count_in_cart
from orders.queries.basket import get_basket
from storefront.basket_forms import Removed
from storefront.views.basket.holding import current_cart_id, merged_count, with_basket
from storefront.views.frame import local_url


def cart_page(status: int = 200, *, fault: str = "", line_id: int = 0, typed: str = "") -> Response:
    """The basket. fault: what could not be done, a word that the template knows; line_id: where; typed: a code."""
    cart_id = current_cart_id()
    basket = get_basket(cart_id, on=clock.today())
    page = render_template(
        "storefront/cart.html",
        here="cart",
        basket=basket,
        provinces=[(each.code, each.short_name) for each in list_provinces()],
        removed=Removed.parse(request.args),
        merged=merged_count() or request.args.get("merged", 0, int),
        fault=fault,
        fault_line_id=line_id,
        typed=typed,
        quantity_max=QUANTITY_MAX,
        lines_max=LINES_MAX,
    )
    answer = unkept(make_response(page, status))
    return with_basket(answer, cart_id, basket.count)


def back_to_cart(cart_id: int | None, query: str = "", *, count: int | None = None) -> AnyResponse:
    """On to the basket, as the answer to a form. count: what is in it, if that is known."""
    if merged_count():
        query = f"{query}&merged={merged_count()}".lstrip("&")
    answer = unkept(make_response(redirect(local_url("/cart", query), 303)))
    if count is None:
        count = count_in_cart(cart_id) if cart_id is not None else 0
    return with_basket(answer, cart_id, count)


def unkept(answer: Response) -> Response:
    """What is in a basket is nobody else's to know: no cache keeps it."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
