"""Viettel Post. All from memory (names of fields agree with public code that speaks to it), never tried against the
real service: off unless the settings switch it on. Addresses go as text; it finds the place itself.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.carrier_settings import CarrierAccess
from orders.carriers.base import (
    VIETNAM,
    Booked,
    CarrierError,
    CarrierEvent,
    PlaceNames,
    address_line,
    ask,
    goods_line,
    number,
    part,
    read_object,
    said,
)
from orders.queries.parcels import ParcelFacts, PlaceFacts
from orders.tracking import ShipmentStatus

PAID_BY_SENDER: Final = 1
COLLECT_GOODS: Final = 3
CANCEL: Final = 4

STATUSES: Final = {
    **dict.fromkeys(("100", "101", "102", "103", "104", "-100", "-108"), ShipmentStatus.BOOKED),
    **dict.fromkeys(("105", "200"), ShipmentStatus.HANDED_OVER),
    **dict.fromkeys(
        ("202", "300", "301", "302", "303", "320", "400", "500", "508"), ShipmentStatus.IN_TRANSIT
    ),
    "501": ShipmentStatus.DELIVERED,
    **dict.fromkeys(("506", "507", "509"), ShipmentStatus.FAILED_ATTEMPT),
    **dict.fromkeys(("502", "505", "515", "550"), ShipmentStatus.RETURNING),
    "504": ShipmentStatus.RETURNED,
    **dict.fromkeys(("107", "201"), ShipmentStatus.CANCELLED),
    "503": ShipmentStatus.LOST,
}


@dataclass(frozen=True, slots=True)
class ViettelPostCarrier:
    """See `orders.carriers.base.Carrier`."""

    access: CarrierAccess
    code: str = "viettel_post"

    def book(self, parcel: ParcelFacts, places: PlaceNames) -> Booked:
        told = {
            "ORDER_NUMBER": parcel.code,
            "SENDER_FULLNAME": parcel.sender.name,
            "SENDER_PHONE": parcel.sender.phone,
            "SENDER_ADDRESS": _whole(parcel.sender),
            "RECEIVER_FULLNAME": parcel.receiver.name,
            "RECEIVER_PHONE": parcel.receiver.phone,
            "RECEIVER_ADDRESS": _whole(parcel.receiver),
            "PRODUCT_NAME": goods_line(parcel),
            "PRODUCT_QUANTITY": 1,
            "PRODUCT_PRICE": parcel.goods_vnd,
            "PRODUCT_WEIGHT": parcel.weight_g,
            "PRODUCT_TYPE": "HH",
            "ORDER_PAYMENT": COLLECT_GOODS if parcel.cod_vnd else PAID_BY_SENDER,
            "ORDER_SERVICE": self.access.account or "VCN",
            "MONEY_COLLECTION": parcel.cod_vnd,
            "ORDER_NOTE": parcel.note,
        }
        data = self._done("/v2/order/createOrderNlp", told)
        found = said(data, "ORDER_NUMBER")
        if not found:
            raise CarrierError("unreadable")
        return Booked(found, number(data, "MONEY_TOTAL"))

    def cancel(self, tracking_number: str) -> None:
        self._done("/v2/order/UpdateOrder", {"TYPE": CANCEL, "ORDER_NUMBER": tracking_number, "NOTE": ""})

    def label_url(self, tracking_number: str) -> str | None:
        return None

    def read_events(self, body: bytes) -> tuple[CarrierEvent, ...]:
        told = part(read_object(body), "DATA")
        code = said(told, "ORDER_STATUS")
        if not code:
            return ()
        return (
            CarrierEvent(
                tracking_number=said(told, "ORDER_NUMBER"),
                our_code=said(told, "ORDER_REFERENCE"),
                code=code,
                status=STATUSES.get(code, ShipmentStatus.UNKNOWN),
                happened_at=_instant(said(told, "ORDER_STATUSDATE")),
                note=said(told, "NOTE"),
            ),
        )

    def _done(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        found = ask(self.access.url + path, told, {"Token": self.access.token})
        if found.get("error") is True or found.get("status") != 200:
            raise CarrierError(said(found, "message") or "refused", is_final=True)
        return part(found, "data")


def _whole(place: PlaceFacts) -> str:
    return address_line(place.street, place.landmark, place.commune, place.province)


def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%d/%m/%Y %H:%M:%S").replace(tzinfo=VIETNAM)
    except ValueError:
        raise CarrierError("unreadable_time", is_final=True) from None
