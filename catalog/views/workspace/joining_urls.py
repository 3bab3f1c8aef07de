"""Addresses of the workspace: joining."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
