"""Which address leads to which page of the order desk, under /workspace."""

from typing import Final

from catalog.views.routes import Route
from orders.views.desk import confirmations_create, handovers_create, orders, packings_create
from orders.views.desk_order import (
    cancellation,
    cancellation_create,
    cash_create,
    handover_create,
    line_cancellation,
    line_cancellation_create,
    order,
    result_create,
)
from orders.views.own_refunds import refund_transfer_create, refunds
from orders.views.packing import packing, packing_code_create, packing_code_removal_create

_ORDER: Final = "/<int:producer_id>/orders/<code>"
_LINE: Final = f"{_ORDER}/lines/<int:line_id>/cancellation"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/<int:producer_id>/orders", orders),
    ("POST", "/<int:producer_id>/orders/confirmations", confirmations_create),
    ("POST", "/<int:producer_id>/orders/packings", packings_create),
    ("POST", "/<int:producer_id>/orders/handovers", handovers_create),
    ("GET", _ORDER, order),
    ("POST", f"{_ORDER}/handover", handover_create),
    ("POST", f"{_ORDER}/result", result_create),
    ("POST", f"{_ORDER}/cash", cash_create),
    ("GET", f"{_ORDER}/stamps", packing),
    ("POST", f"{_ORDER}/stamps", packing_code_create),
    ("POST", f"{_ORDER}/stamps/removals", packing_code_removal_create),
    ("GET", f"{_ORDER}/cancellation", cancellation),
    ("POST", f"{_ORDER}/cancellation", cancellation_create),
    ("GET", "/<int:producer_id>/refunds", refunds),
    ("POST", "/<int:producer_id>/refunds/<int:refund_id>/transfer", refund_transfer_create),
    ("GET", _LINE, line_cancellation),
    ("POST", _LINE, line_cancellation_create),
)
