"""Which address leads to which page of returns and disputes at a producer, under /workspace."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
