"""Who may reach lots, areas and events: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import AREA, DECIDING, EVERYONE, TEAM, WRITERS

_LOT: Final = {"lot_id": "lot"}
_EVENT: Final = {**_LOT, "event_id": "lot_event"}

ORIGIN_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "origin.lot": _LOT,
    "origin.event_new": _LOT,
    "origin.event_create": _LOT,
    "origin.event_error": _EVENT,
    "origin.event_error_create": _EVENT,
    "origin.event_paper": _EVENT,
    "origin.event_photo_removal_create": {**_LOT, "photo_id": "event_photo"},
    "origin.area_retirement_create": {"area_id": "source_area"},
    "origin.template_removal_create": {"template_id": "event_template"},
    "origin_office.diary_doubt": {"doubt_id": "diary_doubt"},
    "origin_office.diary_doubt_note": {"doubt_id": "diary_doubt"},
    "origin_office.diary_doubt_close": {"doubt_id": "diary_doubt"},
    "traceability.event_photo": {"key": "event_photo_key", "name": "card"},
}

ORIGIN_WHO: Final[Mapping[str, frozenset[str]]] = {
    "origin.lots": TEAM,
    "origin.lot_create": TEAM,
    "origin.lot_new": TEAM,
    "origin.lot": TEAM,
    "origin.event_new": TEAM,
    "origin.event_create": TEAM,
    "origin.event_error": TEAM,
    "origin.event_error_create": TEAM,
    "origin.event_paper": TEAM,
    "origin.event_photo_removal_create": WRITERS,
    "origin.areas": TEAM,
    "origin.area_create": WRITERS,
    "origin.area_retirement_create": WRITERS,
    "origin.templates": TEAM,
    "origin.template_create": WRITERS,
    "origin.template_removal_create": WRITERS,
    "origin_office.diary_doubt": AREA,
    "origin_office.diary_doubt_note": AREA,
    "origin_office.diary_doubt_close": DECIDING,
    "traceability.event_photo": EVERYONE,
}
