"""Which address leads to which page of orders, under /admin."""

from typing import Final

from catalog.views.routes import Route
from orders.views.admin_disputes import (
    dispute,
    dispute_decision_create,
    disputes,
    review_hiding_create,
    review_publication_create,
    reviews,
)
from orders.views.admin_orders import admin_order, orders

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/orders", orders),
    ("GET", "/orders/<int:order_number>", admin_order),
    ("GET", "/disputes", disputes),
    ("GET", "/disputes/<int:dispute_number>", dispute),
    ("POST", "/disputes/<int:dispute_number>/decision", dispute_decision_create),
    ("GET", "/reviews", reviews),
    ("POST", "/reviews/<int:review_number>/publication", review_publication_create),
    ("POST", "/reviews/<int:review_number>/hiding", review_hiding_create),
)
