"""Who may reach events, lots and passports for programs: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import EVERYONE

_LOT: Final = {"lot_id": "lot"}

EVENTS_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "traceability_api.lot_epcis": _LOT,
    "traceability_api.lot_dataset": _LOT,
    "traceability_api.lot_dataset_csv": _LOT,
    "traceability_api.lot_passport": _LOT,
    "traceability_api.capture": {"capture_id": "22222222-2222-4222-8222-222222222222"},
    "traceability_api.event": {"event_id": "event_hash"},
    "traceability_api.query": {"name": "event_query"},
    "traceability_api.query_delete": {"name": "event_query"},
    "traceability_api.query_events": {"name": "event_query"},
    "traceability_api.value_list": {"collection": "bizSteps"},
    "traceability_api.value_events": {"collection": "bizSteps", "value": "packing"},
}

EVENTS_WHO: Final[Mapping[str, frozenset[str]]] = {
    "traceability_api.lot_epcis": EVERYONE,
    "traceability_api.lot_dataset": EVERYONE,
    "traceability_api.lot_dataset_csv": EVERYONE,
    "traceability_api.lot_passport": EVERYONE,
    "traceability_api.event": EVERYONE,
    "traceability_api.query": EVERYONE,
    "traceability_api.query_events": EVERYONE,
    "traceability_api.value_list": EVERYONE,
    "traceability_api.value_events": EVERYONE,
}
