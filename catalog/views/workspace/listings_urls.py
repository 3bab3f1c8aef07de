"""Addresses of the workspace: listings."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
