"""Whose basket a request means, and the two cookies behind it.

A guest's basket is reached by its number in a signed cookie that scripts cannot read. How much is in it stands in a
second one, which says nothing else and proves nothing: shared pages show the count without asking the server.
Source: RFC 6265bis, 4.1.3.2 (`__Host-`); docs/decisions/0030-baskets.md.
"""

import hmac
from datetime import timedelta
from functools import lru_cache
from typing import Final

from flask import Response, current_app, request

from accounts.access import COUNT_COOKIE, cookie_name, find_actor
from core import clock
from core.config import Settings
from core.db import transaction
from core.keys import KeyRing, keyed_hash
from orders.operations.cart import Holder, find_cart_id, merge_carts

KEPT_FOR: Final = timedelta(days=60)
"""An idle basket of a guest (docs/limits.md); the cookie lives as long after the last look at the basket."""

_HOLDER: Final = "storefront.cart_holder"
_MERGED: Final = "storefront.merged_count"
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


def with_basket(answer: Response, cart_id: int | None, count: int) -> Response:
    """Give `answer` the cookies of the basket: its number where a guest holds it, and how much is in it.

    What the browser knows is not sent again, save by the page of the basket, so that the cookie lives on.
    """
    settings: Settings = current_app.extensions["settings"]
    holder, sent = current_holder(), request.cookies
    name = _name("cart", settings)
    if holder.user_id is not None:
        if name in sent:
            answer.delete_cookie(name, path="/", secure=settings.is_https, httponly=True, samesite="Lax")
    elif cart_id is not None and (cart_id != holder.cart_id or request.method == "GET"):
        _set_cookie(answer, name, _signed(cart_id, settings), settings, is_secret=True)
    return with_count(answer, count)


def with_count(answer: Response, count: int) -> Response:
    """Let pages show `count`; nothing is sent where the browser knows it."""
    settings: Settings = current_app.extensions["settings"]
    name = _name(COUNT_COOKIE, settings)
    if request.cookies.get(name, "0") != str(count):
        _set_cookie(answer, name, str(count), settings, is_secret=False)
    return answer


def _holder() -> Holder:
    settings: Settings = current_app.extensions["settings"]
    guest_id = _number_of(request.cookies.get(_name("cart", settings), ""), settings.keys)
    actor = find_actor()
    if actor is None:
        return Holder(cart_id=guest_id)
    if guest_id is not None:
        with transaction():
            request.environ[_MERGED] = merge_carts(guest_id, actor.user_id, now=clock.now())
    return Holder(user_id=actor.user_id)


def _number_of(cookie: str, ring: KeyRing) -> int | None:
    number, _dot, signature = cookie.partition(".")
    if (
        not (signature.isascii() and number.isascii() and number.isdecimal())
        or len(number) > _NUMBER_DIGITS_MAX
    ):
        return None
    is_ours = any(hmac.compare_digest(_signature(key, number), signature) for key in _keys(ring))
    return int(number) if is_ours else None


@lru_cache(maxsize=8)
def _keys(ring: KeyRing) -> tuple[bytes, ...]:
    """The keys of these cookies, the present one first."""
    return tuple(ring.derive_all(_PURPOSE))


def _signed(cart_id: int, settings: Settings) -> str:
    return f"{cart_id}.{_signature(_keys(settings.keys)[0], str(cart_id))}"


def _signature(key: bytes, number: str) -> str:
    return keyed_hash(key, number, _SIGNATURE_BYTES).hex()


def _set_cookie(answer: Response, name: str, value: str, settings: Settings, *, is_secret: bool) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=int(KEPT_FOR.total_seconds()),
        secure=settings.is_https,
        httponly=is_secret,
        samesite="Lax",
        path="/",
    )


def _name(name: str, settings: Settings) -> str:
    return cookie_name(name, is_https=settings.is_https)
