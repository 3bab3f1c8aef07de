"""Addresses of the shopper's pages of fairs."""

from typing import Final

from catalog.views.routes import Route
from storefront.views.fairs.booth import fair_booth
from storefront.views.fairs.calendars import fair_calendar, fairs_calendar
from storefront.views.fairs.fair import fair
from storefront.views.fairs.fairs import fairs

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/fairs", fairs),
    ("GET", "/fairs.ics", fairs_calendar),
    ("GET", "/fairs/<slug>.ics", fair_calendar),
    ("GET", "/fairs/<slug>", fair),
    ("GET", "/fairs/<slug>/booths/<code>", fair_booth),
)
