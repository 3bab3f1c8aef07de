"""Giao Hàng Nhanh. Notices as its public documentation describes them (api.ghn.vn, detail 47); the rest from memory.

Never tried against the real service: off unless the settings switch it on. Places are numbers of its own list
(district|ward), which must be loaded for both ends (`flask orders load-carrier-places`).
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from core.carrier_settings import CarrierAccess
from orders.carriers.base import (
    Booked,
    CarrierError,
    CarrierEvent,
    PlaceNames,
    address_line,
    ask,
    goods_line,
    iso_instant,
    number,
    part,
    read_object,
    said,
)
from orders.queries.parcels import ParcelFacts
from orders.tracking import ShipmentStatus

INSURED_MAX_VND: Final = 5_000_000
_SIDES_CM: Final = {"length": 30, "width": 20, "height": 15}

STATUSES: Final = {
    "ready_to_pick": ShipmentStatus.BOOKED,
    "picking": ShipmentStatus.BOOKED,
    "money_collect_picking": ShipmentStatus.BOOKED,
    "picked": ShipmentStatus.HANDED_OVER,
    "storing": ShipmentStatus.IN_TRANSIT,
    "transporting": ShipmentStatus.IN_TRANSIT,
    "sorting": ShipmentStatus.IN_TRANSIT,
    "delivering": ShipmentStatus.IN_TRANSIT,
    "money_collect_delivering": ShipmentStatus.IN_TRANSIT,
    "delivered": ShipmentStatus.DELIVERED,
    "delivery_fail": ShipmentStatus.FAILED_ATTEMPT,
    "waiting_to_return": ShipmentStatus.FAILED_ATTEMPT,
    "return": ShipmentStatus.RETURNING,
    "return_transporting": ShipmentStatus.RETURNING,
    "return_sorting": ShipmentStatus.RETURNING,
    "returning": ShipmentStatus.RETURNING,
    "return_fail": ShipmentStatus.RETURNING,
    "returned": ShipmentStatus.RETURNED,
    "cancel": ShipmentStatus.CANCELLED,
    "lost": ShipmentStatus.LOST,
    "damage": ShipmentStatus.LOST,
}


@dataclass(frozen=True, slots=True)
class GhnCarrier:
    """See `orders.carriers.base.Carrier`."""

    access: CarrierAccess
    code: str = "ghn"

    def book(self, parcel: ParcelFacts, places: PlaceNames) -> Booked:
        district, _, ward = places.receiver.partition("|")
        if not district.isdigit() or not ward:
            raise CarrierError("no_place_code", is_final=True)
        to = parcel.receiver
        told = {
            "client_order_code": parcel.code,
            "payment_type_id": 1,
            "service_type_id": 2,
            "required_note": "CHOXEMHANGKHONGTHU",
            "to_name": to.name,
            "to_phone": to.phone,
            "to_address": address_line(to.street, to.landmark, to.commune, to.province),
            "to_district_id": int(district),
            "to_ward_code": ward,
            "cod_amount": parcel.cod_vnd,
            "insurance_value": min(parcel.goods_vnd, INSURED_MAX_VND),
            "content": goods_line(parcel),
            "note": parcel.note,
            "weight": parcel.weight_g,
            **_SIDES_CM,
        }
        data = self._done("/v2/shipping-order/create", told)
        found = said(data, "order_code")
        if not found:
            raise CarrierError("unreadable")
        return Booked(found, number(data, "total_fee"))

    def cancel(self, tracking_number: str) -> None:
        self._done("/v2/switch-status/cancel", {"order_codes": [tracking_number]})

    def label_url(self, tracking_number: str) -> str | None:
        data = self._done("/v2/a5/gen-token", {"order_codes": [tracking_number]})
        parts = urlsplit(self.access.url)
        return f"{parts.scheme}://{parts.netloc}/a5/public-api/printA5?token={said(data, 'token')}"

    def read_events(self, body: bytes) -> tuple[CarrierEvent, ...]:
        told = read_object(body)
        code = said(told, "Status").lower()
        if not code or said(told, "Type").lower() not in {"create", "switch_status"}:
            return ()
        return (
            CarrierEvent(
                tracking_number=said(told, "OrderCode"),
                our_code=said(told, "ClientOrderCode"),
                code=code,
                status=STATUSES.get(code, ShipmentStatus.UNKNOWN),
                happened_at=iso_instant(said(told, "Time")),
                note=said(told, "Reason"),
            ),
        )

    def _done(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        headers = {"Token": self.access.token, "ShopId": self.access.account}
        found = ask(self.access.url + path, told, headers)
        if found.get("code") != 200:
            raise CarrierError(said(found, "code_message", "message") or "refused", is_final=True)
        return part(found, "data")
