"""Which addresses orders answer: the producer's desk, the administrators' lists, the office, and payment services."""

from flask import Blueprint

from catalog.views.routes import add_routes
from orders.views import (
    admin_urls,
    bank_urls,
    delivery_urls,
    desk_urls,
    notices_urls,
    recalls_urls,
    returns_urls,
    rules_urls,
    vouchers_urls,
)

desk = Blueprint("order_desk", __name__)
admin = Blueprint("order_admin", __name__)
office = Blueprint("order_office", __name__)
hooks = Blueprint("payment_hooks", __name__)

add_routes(desk, desk_urls.ROUTES, delivery_urls.ROUTES, returns_urls.ROUTES, vouchers_urls.ROUTES)
add_routes(desk, recalls_urls.ROUTES)
add_routes(office, recalls_urls.OFFICE_ROUTES)
add_routes(
    admin,
    delivery_urls.ADMIN_ROUTES,
    admin_urls.ROUTES,
    bank_urls.ROUTES,
    notices_urls.ROUTES,
    rules_urls.ROUTES,
)
add_routes(hooks, notices_urls.HOOKS, bank_urls.HOOKS, delivery_urls.HOOKS)
add_routes(admin, vouchers_urls.ADMIN_ROUTES)
