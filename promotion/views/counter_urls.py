"""Addresses of selling at a fair: the producer's under /workspace, the telephone's whole."""

from typing import Final

from catalog.views.routes import Route

DESK_ROUTES: Final[tuple[Route, ...]] = ()
ROUTES: Final[tuple[Route, ...]] = ()
