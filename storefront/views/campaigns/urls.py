"""Addresses of the shopper's pages of campaigns."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.campaigns.campaigns import campaign, campaigns
from storefront.views.campaigns.collections import collection, collections
from storefront.views.campaigns.live import live

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/campaigns", campaigns),
    ("GET", "/campaigns/<slug>", campaign),
    ("GET", "/collections", collections),
    ("GET", "/collections/<slug>", collection),
    ("GET", "/live/<slug>", live),
)
