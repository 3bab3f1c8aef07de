"""Addresses of short links and reports: links whole, reports under /workspace, /organiser, /office and /admin."""

from typing import Final

from catalog.views.routes import Route
from promotion.views.reach_reports import fair_report, market_report, office_report, report
from promotion.views.short_link import short_link

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/s/<key>", short_link),
    ("GET", "/S/<key>", short_link),
)
DESK_ROUTES: Final[tuple[Route, ...]] = (("GET", "/<int:producer_id>/promote/report", report),)
ORGANISER_ROUTES: Final[tuple[Route, ...]] = (("GET", "/fairs/<int:fair_id>/report", fair_report),)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (("GET", "/promotion-report", office_report),)
ADMIN_ROUTES: Final[tuple[Route, ...]] = (("GET", "/promotion-report", market_report),)
