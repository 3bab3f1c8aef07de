"""Which address leads to which page of the basket."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.basket.cart import cart, cart_change_create, cart_province_update, cart_voucher_update
from storefront.views.basket.hampers import hamper, hampers
from storefront.views.basket.lines import (
    cart_line_create,
    cart_line_keeping_create,
    cart_line_removal_create,
    cart_line_return_create,
    cart_line_update,
)

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/cart", cart),
    ("POST", "/cart/lines", cart_line_create),
    ("POST", "/cart/lines/<int:line_id>", cart_line_update),
    ("POST", "/cart/lines/<int:line_id>/removal", cart_line_removal_create),
    ("POST", "/cart/lines/<int:line_id>/keeping", cart_line_keeping_create),
    ("POST", "/cart/lines/<int:line_id>/return", cart_line_return_create),
    ("POST", "/cart/province", cart_province_update),
    ("POST", "/cart/voucher", cart_voucher_update),
    ("POST", "/cart/changes", cart_change_create),
    ("GET", "/hampers", hampers),
    ("GET", "/hampers/<slug>", hamper),
)
