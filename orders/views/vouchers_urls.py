"""Which address leads to which page of vouchers and hampers of a producer, under /workspace."""

from typing import Final

from catalog.views.routes import Route

ROUTES: Final[tuple[Route, ...]] = ()
