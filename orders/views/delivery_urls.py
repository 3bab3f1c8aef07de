"""Which address leads to which page of delivery: a producer's, under /workspace, administrators', carriers'."""

from typing import Final

from catalog.views.routes import Route
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
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
HOOKS: Final[tuple[Route, ...]] = (("POST", "/webhooks/carriers/<carrier>", carrier_notice),)
"""Addresses that carriers call."""
