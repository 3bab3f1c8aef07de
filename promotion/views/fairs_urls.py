"""Addresses of fairs: the organiser's under /organiser, the producer's under /workspace."""

from typing import Final

from catalog.views.routes import Route

ORGANISER_ROUTES: Final[tuple[Route, ...]] = ()
DESK_ROUTES: Final[tuple[Route, ...]] = ()
