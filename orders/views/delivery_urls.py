"""Which address leads to which page of delivery: a producer's, under /workspace, administrators', carriers'."""

from typing import Final

from catalog.views.routes import Route
from orders.views import delivery_admin
from orders.views.carrier_notices import carrier_notice
from orders.views.delivery import delivery, delivery_save, fees, fees_save, handling, handling_save
from orders.views.parcels import (
    booking_create,
    label,
    labels,
    number_create,
    packing_slip,
    packing_slips,
    parcel,
)
from orders.views.remittances import (
    cod_remittance,
    cod_remittance_create,
    cod_remittances,
    remittance_line_closing_create,
    remittance_line_match_create,
)

_ORDER: Final = "/<int:producer_id>/orders/<code>"
_HANDLING: Final = "/<int:producer_id>/products/<int:product_id>/handling"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/delivery", delivery),
    ("POST", "/<int:producer_id>/delivery", delivery_save),
    ("GET", "/<int:producer_id>/delivery/fees", fees),
    ("POST", "/<int:producer_id>/delivery/fees", fees_save),
    ("GET", _HANDLING, handling),
    ("POST", _HANDLING, handling_save),
    ("GET", "/<int:producer_id>/labels.pdf", labels),
    ("GET", "/<int:producer_id>/packing-slips.pdf", packing_slips),
    ("GET", f"{_ORDER}/label.pdf", label),
    ("GET", f"{_ORDER}/packing-slip.pdf", packing_slip),
    ("GET", f"{_ORDER}/parcel", parcel),
    ("POST", f"{_ORDER}/number", number_create),
    ("POST", f"{_ORDER}/booking", booking_create),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/delivery", delivery_admin.delivery),
    ("GET", "/delivery/rates.csv", delivery_admin.rates_file),
    ("POST", "/delivery/rates", delivery_admin.rates_create),
    ("GET", "/delivery/points/new", delivery_admin.point_new),
    ("POST", "/delivery/points", delivery_admin.point_create),
    ("GET", "/delivery/points/<int:point_id>", delivery_admin.point),
    ("POST", "/delivery/points/<int:point_id>", delivery_admin.point_save),
    ("POST", "/delivery/points/<int:point_id>/withdrawal", delivery_admin.point_withdrawal_create),
    ("GET", "/cod-remittances", cod_remittances),
    ("POST", "/cod-remittances", cod_remittance_create),
    ("GET", "/cod-remittances/<int:remittance_id>", cod_remittance),
    ("POST", "/cod-remittances/lines/<int:line_id>/match", remittance_line_match_create),
    ("POST", "/cod-remittances/lines/<int:line_id>/closing", remittance_line_closing_create),
)
HOOKS: Final[tuple[Route, ...]] = (("POST", "/webhooks/carriers/<carrier>", carrier_notice),)
"""Addresses that carriers call."""
