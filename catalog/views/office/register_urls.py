"""Addresses of the office: register."""

from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = ()
