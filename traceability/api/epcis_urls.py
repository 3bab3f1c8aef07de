"""Which address of the interface leads to which answer about events, under /api/v1."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
