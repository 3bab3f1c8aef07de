"""Addresses of stamps, their sheets and the binding of codes to orders, under /workspace, /office and /admin."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
