"""Addresses of recalls and of doubtful codes, under /workspace, /office and /admin."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
