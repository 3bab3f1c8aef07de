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
from storefront.views.orders.own import account_orders
from storefront.views.orders.receipts import receipt, receipt_file
from storefront.views.orders.returns import (
    dispute_create,
    dispute_new,
    order_return,
    return_create,
    return_new,
    return_picture,
    return_reply_create,
    return_withdrawal_create,
)
from storefront.views.orders.reviews import product_reviews, review_create, review_new, review_picture

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/orders", orders_lookup),
    ("POST", "/orders", orders_lookup_create),
    ("GET", "/orders/<token>", order),
    ("POST", "/orders/<token>/proof", order_proof_create),
    ("GET", "/orders/<token>/receipt", receipt),
    ("GET", "/orders/<token>/receipt.pdf", receipt_file),
    ("GET", "/orders/<token>/parcels/<int:parcel_id>/cancellation", parcel_cancellation),
    ("POST", "/orders/<token>/parcels/<int:parcel_id>/cancellation", parcel_cancellation_create),
    ("GET", "/orders/<token>/parcels/<int:parcel_id>/returns", return_new),
    ("POST", "/orders/<token>/parcels/<int:parcel_id>/returns", return_create),
    ("GET", "/orders/<token>/returns/<int:return_id>", order_return),
    ("POST", "/orders/<token>/returns/<int:return_id>/reply", return_reply_create),
    ("POST", "/orders/<token>/returns/<int:return_id>/withdrawal", return_withdrawal_create),
    ("GET", "/orders/<token>/returns/<int:return_id>/pictures/<int:number>", return_picture),
    ("GET", "/orders/<token>/parcels/<int:parcel_id>/disputes", dispute_new),
    ("POST", "/orders/<token>/parcels/<int:parcel_id>/disputes", dispute_create),
    ("GET", "/orders/<token>/lines/<int:line_id>/review", review_new),
    ("POST", "/orders/<token>/lines/<int:line_id>/review", review_create),
    ("GET", "/products/<slug>/reviews", product_reviews),
    ("GET", "/reviews/<int:review_id>/pictures/<int:number>", review_picture),
    ("GET", "/account/orders", account_orders),
)
