"""Who may reach short links, reports, points of sale and files of sales elsewhere: part of `given`."""

from collections.abc import Mapping
from typing import Final

from tests.permissions.roles import ADMINISTRATORS, DECIDING, EVERYONE, WRITERS

_POINT: Final = {"point_id": "sales_point"}
_IMPORT: Final = {"import_id": "sale_import"}
_STALL: Final = {"stall_id": "stall"}
KEEPERS: Final = DECIDING | ADMINISTRATORS

REACH_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "promotion.short_link": {"key": "short_key"},
    "promotion.stall": _STALL,
    "storefront.point": {"slug": "sales_point_slug"},
    "organiser.fair_report": {"fair_id": "reported_fair"},
    "promotion_desk.sale_import": _IMPORT,
    "promotion_desk.sale_import_booking_create": _IMPORT,
    "promotion_desk.stall_ending_create": _STALL,
    "promotion_desk.own_point_goods_create": _POINT,
    "promotion_office.point_kept": _POINT,
    "promotion_office.point_change": _POINT,
    "promotion_office.point_goods_create": _POINT,
    "promotion_office.point_withdrawal_create": {"point_id": "old_point"},
}

REACH_WHO: Final[Mapping[str, frozenset[str]]] = {
    "promotion.short_link": EVERYONE,
    "promotion.stall": EVERYONE,
    "storefront.point": EVERYONE,
    "organiser.fair_report": frozenset({"organiser"}) | ADMINISTRATORS,
    "promotion_desk.report": WRITERS,
    "promotion_desk.sale_imports": WRITERS,
    "promotion_desk.sale_import_create": WRITERS,
    "promotion_desk.sale_import": WRITERS,
    "promotion_desk.sale_import_booking_create": WRITERS,
    "promotion_desk.stall_create": WRITERS,
    "promotion_desk.stall_ending_create": WRITERS,
    "promotion_desk.own_points": WRITERS,
    "promotion_desk.own_point_goods_create": WRITERS,
    "promotion_office.point_kept": KEEPERS,
    "promotion_office.point_change": KEEPERS,
    "promotion_office.point_goods_create": KEEPERS,
    "promotion_office.point_withdrawal_create": KEEPERS,
}
