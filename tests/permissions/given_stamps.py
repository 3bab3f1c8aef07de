"""Who may reach runs of stamps, sealed addresses and the codes in a parcel: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import AREA, EVERYONE, TEAM

_LOT: Final = {"lot_id": "lot"}
_RUN: Final = {**_LOT, "run_id": "stamp_run"}
_ORDER: Final = {"code": "order_code"}
_SEAL: Final = {"seal": "0" * 108}

STAMP_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "origin.stamps": _LOT,
    "origin.stamp_run_create": _LOT,
    "origin.stamp_run": _RUN,
    "origin.stamp_activation_create": _RUN,
    "origin.stamp_loss_create": _RUN,
    "origin.stamp_display_create": _RUN,
    "origin.stamp_print_create": _RUN,
    "origin.calibration_page": {"layout": "3x8"},
    "origin_office.office_run": {"run_id": "stamp_run"},
    "order_desk.packing": _ORDER,
    "order_desk.packing_code_create": _ORDER,
    "order_desk.packing_code_removal_create": _ORDER,
    "traceability.sealed_stamp": _SEAL,
    "traceability.sealed_link": {**_SEAL, "names": "09521234500018/10/L1"},
}

STAMP_WHO: Final[Mapping[str, frozenset[str]]] = {
    "origin.stamps": TEAM,
    "origin.stamp_run_create": TEAM,
    "origin.stamp_run": TEAM,
    "origin.stamp_activation_create": TEAM,
    "origin.stamp_loss_create": TEAM,
    "origin.stamp_display_create": TEAM,
    "origin.stamp_print_create": TEAM,
    "origin.calibration_page": TEAM,
    "origin_office.office_run": AREA,
    "order_desk.packing": TEAM,
    "order_desk.packing_code_create": TEAM,
    "order_desk.packing_code_removal_create": TEAM,
    "traceability.opening": EVERYONE,
    "traceability.opening_create": EVERYONE,
    "traceability.sealed_stamp": EVERYONE,
    "traceability.sealed_link": EVERYONE,
}
