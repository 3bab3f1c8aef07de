"""Addresses of the shopper's pages of points."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.points.pages import point, points

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/points", points),
    ("GET", "/points/<slug>", point),
)
