"""Addresses of short links and reports: links whole, reports under /workspace, /organiser, /office and /admin."""

from typing import Final

from catalog.views.routes import Route
from promotion.views.short_link import short_link

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/s/<key>", short_link),
    ("GET", "/S/<key>", short_link),
)
DESK_ROUTES: Final[tuple[Route, ...]] = ()
ORGANISER_ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
