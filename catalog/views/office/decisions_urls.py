"""Addresses of the office: decisions."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
