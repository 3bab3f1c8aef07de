"""Addresses of short links and reports: links whole, reports under /workspace, /organiser, /office and /admin."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
DESK_ROUTES: Final[tuple[Route, ...]] = ()
ORGANISER_ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
