"""Addresses of recalls and of doubtful codes, under /workspace, /office and /admin."""

from typing import Final

from catalog.views.routes import Route
from traceability.views import lot_markets, office_doubts, office_recalls, recalls

_RECALLS: Final = "/<int:producer_id>/recalls"
_RECALL: Final = f"{_RECALLS}/<int:recall_id>"
_MARKETS: Final = "/<int:producer_id>/lots/<int:lot_id>/markets"
_OFFICE_RECALL: Final = "/recalls/<int:recall_id>"
_OF_PRODUCT: Final = "/products/<int:product_id>/recalls"
_DOUBT: Final = "/doubts/<int:doubt_id>"

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", _RECALLS, recalls.recalls),
    ("POST", _RECALLS, recalls.recall_create),
    ("GET", f"{_RECALLS}/new", recalls.recall_new),
    ("GET", _RECALL, recalls.recall),
    ("GET", f"{_RECALL}/notice", recalls.recall_notice),
    ("POST", f"{_RECALL}/closure", recalls.recall_closure_create),
    ("GET", "/<int:producer_id>/lots/<int:lot_id>/recalls", recalls.lot_recalls),
    ("GET", "/<int:producer_id>/doubts", recalls.doubts),
    ("GET", _MARKETS, lot_markets.markets),
    ("POST", _MARKETS, lot_markets.markets_save),
)
OFFICE_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/recalls", office_recalls.office_recalls),
    ("GET", f"{_OF_PRODUCT}/new", office_recalls.office_recall_new),
    ("POST", _OF_PRODUCT, office_recalls.office_recall_create),
    ("GET", _OFFICE_RECALL, office_recalls.office_recall),
    ("GET", f"{_OFFICE_RECALL}/notice", office_recalls.office_recall_notice),
    ("POST", f"{_OFFICE_RECALL}/closure", office_recalls.office_recall_closure_create),
    ("GET", "/doubts", office_doubts.office_doubts),
    ("GET", _DOUBT, office_doubts.office_doubt),
    ("POST", f"{_DOUBT}/decision", office_doubts.office_doubt_decision_create),
)
ADMIN_ROUTES: Final[tuple[Route, ...]] = ()
