"""Addresses of short links and reports: links whole, reports under /workspace, /organiser, /office and /admin."""

from typing import Final

from catalog.views.routes import Route
from promotion.views import reach_elsewhere as elsewhere
from promotion.views import reach_points as points
from promotion.views.reach_reports import fair_report, market_report, office_report, report
from promotion.views.short_link import short_link

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/s/<key>", short_link),
    ("GET", "/S/<key>", short_link),
    ("GET", "/stalls/<int:stall_id>", elsewhere.stall),
)
DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/promote/report", report),
    ("GET", "/<int:producer_id>/channels/imports", elsewhere.sale_imports),
    ("POST", "/<int:producer_id>/channels/imports", elsewhere.sale_import_create),
    ("GET", "/<int:producer_id>/channels/imports/<int:import_id>", elsewhere.sale_import),
    (
        "POST",
        "/<int:producer_id>/channels/imports/<int:import_id>/booking",
        elsewhere.sale_import_booking_create,
    ),
    ("POST", "/<int:producer_id>/stalls", elsewhere.stall_create),
    ("POST", "/<int:producer_id>/stalls/<int:stall_id>/ending", elsewhere.stall_ending_create),
    ("GET", "/<int:producer_id>/points", points.own_points),
    ("POST", "/<int:producer_id>/points/<int:point_id>/goods", points.own_point_goods_create),
)
ORGANISER_ROUTES: Final[tuple[Route, ...]] = (("GET", "/fairs/<int:fair_id>/report", fair_report),)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/promotion-report", office_report),
    ("GET", "/points", points.points_kept),
    ("POST", "/points", points.point_create),
    ("GET", "/points/new", points.point_new),
    ("GET", "/points/<int:point_id>", points.point_kept),
    ("POST", "/points/<int:point_id>", points.point_change),
    ("POST", "/points/<int:point_id>/goods", points.point_goods_create),
    ("POST", "/points/<int:point_id>/withdrawal", points.point_withdrawal_create),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = (("GET", "/promotion-report", market_report),)
