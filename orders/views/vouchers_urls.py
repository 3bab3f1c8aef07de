"""Which address leads to which page of vouchers and hampers, under /workspace and /admin."""

from typing import Final

from catalog.views.routes import Route
from orders.views import promotions as own
from orders.views import promotions_admin as market

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/vouchers", own.vouchers),
    ("POST", "/<int:producer_id>/vouchers", own.voucher_create),
    ("POST", "/<int:producer_id>/vouchers/<int:voucher_id>/ending", own.voucher_ending_create),
    ("GET", "/<int:producer_id>/hampers", own.own_hampers),
    ("POST", "/<int:producer_id>/hampers", own.hamper_create),
    ("POST", "/<int:producer_id>/hampers/<int:bundle_id>/publication", own.hamper_publication_create),
    ("POST", "/<int:producer_id>/hampers/<int:bundle_id>/ending", own.hamper_ending_create),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/vouchers", market.vouchers),
    ("POST", "/vouchers", market.voucher_create),
    ("POST", "/vouchers/<int:voucher_id>/ending", market.voucher_ending_create),
    ("GET", "/hampers", market.market_hampers),
    ("POST", "/hampers", market.hamper_create),
    ("POST", "/hampers/<int:bundle_id>/publication", market.hamper_publication_create),
    ("POST", "/hampers/<int:bundle_id>/ending", market.hamper_ending_create),
)
