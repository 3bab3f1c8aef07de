"""Which address leads to which page of payments by bank and on delivery, under /admin."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
HOOKS: Final[tuple[Route, ...]] = ()
"""Addresses that payment services and banks call."""
