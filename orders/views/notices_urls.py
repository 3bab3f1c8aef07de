"""Which address leads to which page of payment services and their notices."""

from typing import Final

from catalog.views.routes import Route
from orders.views.notices import stripe_notice

ROUTES: Final[tuple[Route, ...]] = ()
HOOKS: Final[tuple[Route, ...]] = (("POST", "/webhooks/stripe", stripe_notice),)
"""Addresses that payment services and banks call."""
