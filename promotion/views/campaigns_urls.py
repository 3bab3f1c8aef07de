"""Addresses of campaigns and the share kit: images whole, producers' and officers' pages below theirs."""

from typing import Final

from catalog.views.routes import Route
from promotion.views.share_image import share_image

ROUTES: Final[tuple[Route, ...]] = (("GET", "/share/<kind>/<slug>/<version>-<shape>.jpg", share_image),)
DESK_ROUTES: Final[tuple[Route, ...]] = ()
OFFICE_ROUTES: Final[tuple[Route, ...]] = ()
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
