"""Addresses of the workspace: pictures."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
