"""Addresses of selling at a fair: the producer's under /workspace, receipts whole."""

from typing import Final

from catalog.views.routes import Route
from promotion.views import counter_desk as desk
from promotion.views.counter_receipts import booth_receipt

_DESK: Final = "/<int:producer_id>/fairs/<int:fair_id>/counter"

DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", _DESK, desk.counter),
    ("POST", f"{_DESK}/allotments", desk.allotment_create),
    ("POST", f"{_DESK}/bringing-back", desk.bringing_back_create),
    ("POST", f"{_DESK}/devices/<int:device_id>/ending", desk.device_ending_create),
    ("POST", f"{_DESK}/items/<item_id>/decision", desk.decision_create),
    ("GET", f"{_DESK}/day-ends/<int:day_end_id>", desk.day_end),
)
ROUTES: Final[tuple[Route, ...]] = (("GET", "/receipts/<code>/<key>", booth_receipt),)
