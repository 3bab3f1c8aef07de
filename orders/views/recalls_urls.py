"""Addresses of orders with recalled goods, under /workspace and /office."""

from typing import Final

from catalog.views.routes import Route
from orders.views.recalls import (
    office_recall_buyers,
    office_recall_export_create,
    recall_buyers_list,
    recall_export_create,
)

_RECALL: Final = "/<int:producer_id>/recalls/<int:recall_id>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", f"{_RECALL}/buyers", recall_buyers_list),
    ("POST", f"{_RECALL}/export", recall_export_create),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/recalls/<int:recall_id>/buyers", office_recall_buyers),
    ("POST", "/recalls/<int:recall_id>/export", office_recall_export_create),
)
