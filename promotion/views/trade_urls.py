"""Addresses of trade buyers: their own pages whole, the producer's under /workspace, the office's under /office."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
DESK_ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
