"""VNPost. All from memory, the least certain of the four: addresses of its calls agree with public code, numbers of
services and statuses are recalled. Never tried against the real service: off unless the settings switch it on.

Places are codes of its own list (province|commune), which must be loaded for the receiver.
"""

from dataclasses import dataclass
from typing import Any, Final

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
    read_object,
    said,
)
from orders.queries.parcels import ParcelFacts
from orders.tracking import ShipmentStatus

SERVICE: Final = "ETN012"
COLLECT: Final = "GTG021"

STATUSES: Final = {
    "20": ShipmentStatus.BOOKED,
    "60": ShipmentStatus.CANCELLED,
    "70": ShipmentStatus.HANDED_OVER,
    "80": ShipmentStatus.IN_TRANSIT,
    "90": ShipmentStatus.IN_TRANSIT,
    "91": ShipmentStatus.FAILED_ATTEMPT,
    "100": ShipmentStatus.DELIVERED,
    "110": ShipmentStatus.DELIVERED,
    "161": ShipmentStatus.RETURNING,
    "170": ShipmentStatus.RETURNED,
}


@dataclass(frozen=True, slots=True)
class VnpostCarrier:
    """See `orders.carriers.base.Carrier`."""

    access: CarrierAccess
    code: str = "vnpost"

    def book(self, parcel: ParcelFacts, places: PlaceNames) -> Booked:
        province, _, commune = places.receiver.partition("|")
        if not province or not commune:
            raise CarrierError("no_place_code", is_final=True)
        sender, to = parcel.sender, parcel.receiver
        added = [{"code": COLLECT, "propValue": f"PROP0018:{parcel.cod_vnd}"}] if parcel.cod_vnd else []
        told = {
            "orderCreationStatus": 1,
            "type": "GUI",
            "customerCode": self.access.account,
            "informationOrder": {
                "senderName": sender.name,
                "senderPhone": sender.phone,
                "senderAddress": address_line(sender.street, sender.commune, sender.province),
                "receiverName": to.name,
                "receiverPhone": to.phone,
                "receiverAddress": address_line(to.street, to.landmark, to.commune, to.province),
                "receiverProvinceCode": province,
                "receiverCommuneCode": commune,
                "serviceCode": SERVICE,
                "saleOrderCode": parcel.code,
                "contentNote": goods_line(parcel),
                "weight": str(parcel.weight_g),
                "addonService": added,
            },
        }
        found = self._done("/customer-partner/CreateOrder", told)
        made = said(found, "itemCode", "originalID")
        if not made:
            raise CarrierError("unreadable")
        return Booked(made, number(found, "totalFee"))

    def cancel(self, tracking_number: str) -> None:
        self._done("/customer-partner/orderCancel", {"itemCode": tracking_number})

    def label_url(self, tracking_number: str) -> str | None:
        return None

    def read_events(self, body: bytes) -> tuple[CarrierEvent, ...]:
        told = read_object(body)
        code = said(told, "status", "statusCode")
        if not code:
            return ()
        return (
            CarrierEvent(
                tracking_number=said(told, "itemCode"),
                our_code=said(told, "saleOrderCode"),
                code=code,
                status=STATUSES.get(code, ShipmentStatus.UNKNOWN),
                happened_at=iso_instant(said(told, "statusDate")),
                note=said(told, "statusName"),
            ),
        )

    def _done(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        found = ask(self.access.url + path, told, {"token": self.access.token})
        if said(found, "errorCode", "message") and not said(found, "itemCode", "originalID", "success"):
            raise CarrierError(said(found, "message", "errorCode"), is_final=True)
        return found
