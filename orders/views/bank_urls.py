"""Which address leads to which page of payments by bank and on delivery, under /admin."""

from typing import Final

from catalog.views.routes import Route
from orders.views.bank_hooks import bank_notice, vietqr_notice, vietqr_token

ROUTES: Final[tuple[Route, ...]] = ()
HOOKS: Final[tuple[Route, ...]] = (
    ("POST", "/webhooks/bank/<provider>", bank_notice),
    ("POST", "/webhooks/bank/vietqr/api/token_generate", vietqr_token),
    ("POST", "/webhooks/bank/vietqr/bank/api/transaction-sync", vietqr_notice),
)
"""Addresses that payment services and banks call."""
