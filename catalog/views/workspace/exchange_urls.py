"""Addresses of the workspace: exchange."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
