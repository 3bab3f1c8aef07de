"""Who sees what of an order: anyone with its link sees the goods and the steps; names and addresses need a proof.

A proof is the buyer's own account, or the telephone number of the order, typed in (threat T-35). It is remembered in
the signed cookie of the browser for the orders looked at last.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Response, current_app, make_response, redirect, session
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor
from accounts.actors import Actor
from core import clock
from core.config import Settings
from core.db import db
from core.limits import count_attempt
from core.web.headers import header_set, use_headers
from orders.errors import OrderNotFoundError
from orders.models.orders import SellerOrder
from orders.order_tokens import order_id_of, token_of
from orders.queries.order_page import get_order_page
from orders.queries.order_views import OrderPage
from orders.queries.own_orders import is_own_order
from storefront.views.frame import local_url

View = TypeVar("View", bound=Callable[..., Any])

KEY: Final = "orders"
REMEMBERED_MOST: Final = 20
TAIL: Final = 4
"""Last digits of the telephone number that open the page."""
TRIES_A_DAY: Final = 10
_HEADERS: Final = header_set(referrer="same-origin")


def private_page(view: View) -> View:
    """A page for whoever holds its link: kept nowhere, and its address is told to nobody."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Response:
        use_headers(_HEADERS)
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer  # type: ignore[return-value]


def get_order(token: str) -> OrderPage:
    """The order that `token` leads to. Raises OrderNotFoundError, the same for every wrong token."""
    order_id = order_id_of(token, _keys())
    if order_id is None:
        raise OrderNotFoundError
    return get_order_page(order_id)


def get_parcel_row(order: OrderPage, parcel_id: int) -> SellerOrder:
    """The row of one of its parts, for an operation. Raises OrderNotFoundError for a part of another order."""
    order.parcel(parcel_id)
    return db.session.get_one(SellerOrder, parcel_id)


def token_for(order_id: int) -> str:
    """The token of an order."""
    return token_of(order_id, _keys())


def order_url(order_id: int, more: str = "") -> str:
    """The path of an order's page in the present language."""
    return local_url(f"/orders/{token_for(order_id)}{more}")


def is_open(order: OrderPage) -> bool:
    """Whether the present visitor proved to be the buyer."""
    if order.erased_at is not None:
        return False
    actor = find_actor()
    if actor is not None and is_own_order(actor.user_id, order.id):
        return True
    return order.id in _remembered()


def require_open(order: OrderPage) -> AnyResponse | None:
    """None for the buyer; else the way to where one proves it."""
    return None if is_open(order) else redirect(order_url(order.id) + "#proof", 303)


def remember(order_id: int) -> None:
    """This browser has proved to be the buyer's: also called when an order was just placed in it."""
    kept = [each for each in _remembered() if each != order_id]
    session[KEY] = [*kept, order_id][-REMEMBERED_MOST:]


def try_tail(order: OrderPage, digits: str) -> bool:
    """Whether `digits` are the last of the order's telephone number; ten tries a day for each order, whoever asks."""
    day = timedelta(days=1)
    if not count_attempt(f"order_phone:{order.id}", None, limit=TRIES_A_DAY, window=day, now=clock.now()):
        return False
    typed = "".join(each for each in digits if each in "0123456789")
    if order.erased_at is not None or len(typed) < TAIL or not order.phone.endswith(typed[-TAIL:]):
        return False
    remember(order.id)
    return True


def buyer() -> Actor | None:
    """Who acts, if signed in; a guest acts without a name."""
    return find_actor()


def _remembered() -> list[int]:
    kept = session.get(KEY)
    return [each for each in kept if isinstance(each, int)] if isinstance(kept, list) else []


def _keys() -> Any:
    settings: Settings = current_app.extensions["settings"]
    return settings.keys
