"""Who may reach the page of a producer's booth and receipts of its sales: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import EVERYONE, TEAM

_FAIR: Final = {"fair_id": "own_fair"}

COUNTER_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "promotion_desk.counter": _FAIR,
    "promotion_desk.allotment_create": _FAIR,
    "promotion_desk.bringing_back_create": _FAIR,
    "promotion_desk.device_ending_create": {**_FAIR, "device_id": "booth_device"},
    "promotion_desk.decision_create": {**_FAIR, "item_id": "booth_item"},
    "promotion_desk.day_end": {**_FAIR, "day_end_id": "day_end"},
    "booth.booth_receipt": {"code": "receipt_code", "key": "receipt_key"},
    "booth.phone": {"participation_id": "participation"},
}

COUNTER_WHO: Final[Mapping[str, frozenset[str]]] = {
    "booth.booth_receipt": EVERYONE,
    "booth.phone": TEAM,
    **{name: TEAM for name in COUNTER_OTHERWISE if name.startswith("promotion_desk.")},
}
