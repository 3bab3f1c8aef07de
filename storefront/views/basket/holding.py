"""Whose basket a request means, and the two cookies behind it.

A guest's basket is reached by its number in a signed cookie that scripts cannot read. How much is in it stands in a
second one, which says nothing else and proves nothing: shared pages show the count without asking the server.
Source: RFC 6265bis, 4.1.3.2 (`__Host-`); docs/decisions/0030-baskets.md.
"""

import hmac
from datetime import timedelta
from typing import Final

from flask import Response, current_app, request

from accounts.access import find_actor
from core import clock
from core.config import Settings
from core.db import transaction
from core.keys import keyed_hash
from orders.operations.cart import Holder, count_in_cart, find_cart_id, merge_carts

KEPT_FOR: Final = timedelta(days=60)
"""An idle basket of a guest (docs/limits.md); the cookie lives as long after the last change."""
COUNT_COOKIE: Final = "cart-count"

_HOLDER: Final = "storefront.cart_holder"
_MERGED: Final = "storefront.cart_merged"
"""Kept with the request itself: what belongs to one must not be found by the next."""
_PURPOSE: Final = "orders.cart"
_SIGNATURE_BYTES: Final = 16
_NUMBER_DIGITS_MAX: Final = 18


def current_holder() -> Holder:
    """Who holds the basket of the present request. A guest's basket comes to the person who has signed in meanwhile.

    Opens a transaction of its own for that, once; `merged_count` then tells how many lines came over.
    """
    if _HOLDER not in request.environ:
        request.environ[_HOLDER] = _holder()
    holder: Holder = request.environ[_HOLDER]
    return holder


def current_cart_id() -> int | None:
    """The number of the basket of the present request, None if there is none."""
    return find_cart_id(current_holder())


def merged_count() -> int:
    """Lines that came over from a guest's basket in this request."""
    count: int = request.environ.get(_MERGED, 0)
    return count


def with_basket(answer: Response, holder: Holder, cart_id: int | None) -> Response:
    """Give `answer` the cookies of the basket: its number where a guest holds it, and how much is in it."""
    if holder.user_id is None and cart_id is not None:
        _set_cookie(answer, _cart_cookie(), _signed(cart_id), is_secret=True)
    elif _MERGED in request.environ:
        answer.delete_cookie(
            _cart_cookie(), path="/", secure=_settings().is_https, httponly=True, samesite="Lax"
        )
    return with_count(answer, count_in_cart(cart_id) if cart_id is not None else 0)


def with_count(answer: Response, count: int) -> Response:
    """Let pages show `count`; nothing is sent where the browser knows it."""
    name = _host_name(COUNT_COOKIE)
    if request.cookies.get(name, "0") != str(count):
        _set_cookie(answer, name, str(count), is_secret=False)
    return answer


def _holder() -> Holder:
    guest_id, actor = _number_in_cookie(), find_actor()
    if actor is None:
        return Holder(cart_id=guest_id)
    if guest_id is not None:
        with transaction():
            count = merge_carts(guest_id, actor.user_id, now=clock.now())
        request.environ[_MERGED] = count
    return Holder(user_id=actor.user_id)


def _number_in_cookie() -> int | None:
    number, _dot, signature = request.cookies.get(_cart_cookie(), "").partition(".")
    if not signature or len(number) > _NUMBER_DIGITS_MAX or not (number.isascii() and number.isdecimal()):
        return None
    keys = _settings().keys.derive_all(_PURPOSE)
    is_ours = any(
        hmac.compare_digest(_signature(key, number), signature) for key in keys if signature.isascii()
    )
    return int(number) if is_ours else None


def _signed(cart_id: int) -> str:
    return f"{cart_id}.{_signature(_settings().keys.derive(_PURPOSE), str(cart_id))}"


def _signature(key: bytes, number: str) -> str:
    return keyed_hash(key, number, _SIGNATURE_BYTES).hex()


def _set_cookie(answer: Response, name: str, value: str, *, is_secret: bool) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(KEPT_FOR.total_seconds()),
        secure=_settings().is_https,
        httponly=is_secret,
        samesite="Lax",
        path="/",
    )


def _cart_cookie() -> str:
    return _host_name("cart")


def _host_name(name: str) -> str:
    return f"__Host-{name}" if _settings().is_https else name


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
