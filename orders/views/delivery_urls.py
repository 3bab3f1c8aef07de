"""Which address leads to which page of delivery: a producer's, under /workspace, administrators', carriers'."""

from typing import Final

from catalog.views.routes import Route
from orders.views.carrier_notices import carrier_notice

ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
HOOKS: Final[tuple[Route, ...]] = (("POST", "/webhooks/carriers/<carrier>", carrier_notice),)
"""Addresses that carriers call."""
