"""Which address leads to which page of complaints and rules of sale, under /admin."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
