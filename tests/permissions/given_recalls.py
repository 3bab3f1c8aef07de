"""Who may reach recalls and doubts about codes: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, AREA, DECIDING, TEAM, WRITERS

_RECALL: Final = {"recall_id": "recall"}
_LOT: Final = {"lot_id": "lot"}
_DOUBT: Final = {"doubt_id": "clone_doubt"}
SEEING: Final = AREA | ADMINISTRATORS
RECALLING: Final = DECIDING | ADMINISTRATORS

RECALL_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "origin.recall": _RECALL,
    "origin.recall_notice": _RECALL,
    "origin.recall_closure_create": _RECALL,
    "origin.lot_recalls": _LOT,
    "origin.markets": _LOT,
    "origin.markets_save": _LOT,
    "order_desk.recall_buyers_list": _RECALL,
    "order_desk.recall_export_create": _RECALL,
    "origin_office.office_recall": _RECALL,
    "origin_office.office_recall_notice": _RECALL,
    "origin_office.office_recall_closure_create": _RECALL,
    "order_office.office_recall_buyers": _RECALL,
    "order_office.office_recall_export_create": _RECALL,
    "origin_office.office_doubt": _DOUBT,
    "origin_office.office_doubt_decision_create": _DOUBT,
}

RECALL_WHO: Final[Mapping[str, frozenset[str]]] = {
    "origin.recalls": TEAM,
    "origin.recall": TEAM,
    "origin.recall_notice": TEAM,
    "origin.recall_new": WRITERS,
    "origin.recall_create": WRITERS,
    "origin.recall_closure_create": WRITERS,
    "origin.lot_recalls": TEAM,
    "origin.doubts": TEAM,
    "origin.markets": WRITERS,
    "origin.markets_save": WRITERS,
    "order_desk.recall_buyers_list": WRITERS,
    "order_desk.recall_export_create": WRITERS,
    "origin_office.office_recall": SEEING,
    "origin_office.office_recall_notice": SEEING,
    "origin_office.office_recall_new": RECALLING,
    "origin_office.office_recall_create": RECALLING,
    "origin_office.office_recall_closure_create": RECALLING,
    "order_office.office_recall_buyers": SEEING,
    "order_office.office_recall_export_create": SEEING,
    "origin_office.office_doubt": SEEING,
    "origin_office.office_doubt_decision_create": RECALLING,
}
