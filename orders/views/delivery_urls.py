"""Which address leads to which page of a producer's ways of delivery, under /workspace."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
