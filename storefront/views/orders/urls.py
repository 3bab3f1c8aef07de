"""Which address leads to which page of a buyer's orders."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.orders.order import (
    order,
    order_proof_create,
    orders_lookup,
    orders_lookup_create,
    parcel_cancellation,
    parcel_cancellation_create,
)
from storefront.views.orders.receipts import receipt, receipt_file

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/orders", orders_lookup),
    ("POST", "/orders", orders_lookup_create),
    ("GET", "/orders/<token>", order),
    ("POST", "/orders/<token>/proof", order_proof_create),
    ("GET", "/orders/<token>/receipt", receipt),
    ("GET", "/orders/<token>/receipt.pdf", receipt_file),
    ("GET", "/orders/<token>/parcels/<int:parcel_id>/cancellation", parcel_cancellation),
    ("POST", "/orders/<token>/parcels/<int:parcel_id>/cancellation", parcel_cancellation_create),
)
