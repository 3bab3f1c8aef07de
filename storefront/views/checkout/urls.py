"""Which address leads to which page of the checkout."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.checkout.delivery import checkout_delivery, checkout_delivery_create
from storefront.views.checkout.receiver import checkout, checkout_receiver_create
from storefront.views.checkout.review import checkout_review, order_create
from storefront.views.checkout.status import checkout_status

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/checkout", checkout),
    ("POST", "/checkout/receiver", checkout_receiver_create),
    ("GET", "/checkout/delivery", checkout_delivery),
    ("POST", "/checkout/delivery", checkout_delivery_create),
    ("GET", "/checkout/review", checkout_review),
    ("POST", "/checkout/orders", order_create),
    ("GET", "/checkout/status/<key>", checkout_status),
)
