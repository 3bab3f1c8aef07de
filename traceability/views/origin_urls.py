"""Which address leads to which page about lots, areas and what happened to goods, under /workspace."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
