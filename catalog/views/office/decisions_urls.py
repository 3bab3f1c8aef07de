"""Addresses of the office: decisions."""

from catalog.views.office.home import home
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (("GET", "", home),)
