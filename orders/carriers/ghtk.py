"""Giao Hàng Tiết Kiệm. Notices as its public documentation describes them (a form, the secret in our address); the
rest from memory. Never tried against the real service: off unless the settings switch it on.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote

from core.carrier_settings import CarrierAccess
from orders.carriers.base import (
    Booked,
    CarrierError,
    CarrierEvent,
    PlaceNames,
    address_line,
    ask,
    iso_instant,
    number,
    part,
    read_object,
    said,
)
from orders.queries.parcels import ParcelFacts
from orders.tracking import ShipmentStatus

STATUSES: Final = {
    "-1": ShipmentStatus.CANCELLED,
    "1": ShipmentStatus.BOOKED,
    "2": ShipmentStatus.BOOKED,
    "7": ShipmentStatus.BOOKED,  # could not be fetched
    "8": ShipmentStatus.BOOKED,
    "12": ShipmentStatus.BOOKED,
    "3": ShipmentStatus.HANDED_OVER,
    "123": ShipmentStatus.HANDED_OVER,
    "4": ShipmentStatus.IN_TRANSIT,
    "10": ShipmentStatus.IN_TRANSIT,
    "5": ShipmentStatus.DELIVERED,
    "6": ShipmentStatus.DELIVERED,
    "45": ShipmentStatus.DELIVERED,
    "9": ShipmentStatus.FAILED_ATTEMPT,
    "49": ShipmentStatus.FAILED_ATTEMPT,
    "410": ShipmentStatus.FAILED_ATTEMPT,
    "20": ShipmentStatus.RETURNING,
    "21": ShipmentStatus.RETURNED,
    "11": ShipmentStatus.RETURNED,
    "13": ShipmentStatus.LOST,
}


@dataclass(frozen=True, slots=True)
class GhtkCarrier:
    """See `orders.carriers.base.Carrier`."""

    access: CarrierAccess
    code: str = "ghtk"

    def book(self, parcel: ParcelFacts, places: PlaceNames) -> Booked:
        sender, to = parcel.sender, parcel.receiver
        order = {
            "id": parcel.code,
            "pick_name": sender.name,
            "pick_tel": sender.phone,
            "pick_address": sender.street or sender.commune,
            "pick_province": sender.province,
            "pick_district": places.sender,
            "pick_ward": sender.commune,
            "name": to.name,
            "tel": to.phone,
            "address": address_line(to.street, to.landmark),
            "province": to.province,
            "district": places.receiver,
            "ward": to.commune,
            "hamlet": "Khác",
            "is_freeship": 1,
            "pick_money": parcel.cod_vnd,
            "value": parcel.goods_vnd,
            "note": parcel.note,
            "weight_option": "gram",
        }
        share_g = max(1, parcel.weight_g // max(1, sum(line.quantity for line in parcel.lines)))
        products = [
            {"name": line.name, "quantity": line.quantity, "weight": share_g * line.quantity}
            for line in parcel.lines
        ]
        found = self._ask("/services/shipment/order/?ver=1.5", {"products": products, "order": order})
        made = part(found, "order") or part(found, "error")
        label = said(
            made, "label", "ghtk_label"
        )  # an order that is there already is told as an error with its label
        if not label or (said(made, "partner_id") not in {"", parcel.code}):
            raise CarrierError(said(found, "message") or "refused", is_final=True)
        return Booked(label, number(made, "fee"))

    def cancel(self, tracking_number: str) -> None:
        found = self._ask(f"/services/shipment/cancel/{quote(tracking_number, safe='')}", {})
        if found.get("success") is not True and "hủy" not in said(found, "message").lower():
            raise CarrierError(said(found, "message") or "refused", is_final=True)

    def label_url(self, tracking_number: str) -> str | None:
        return None

    def read_events(self, body: bytes) -> tuple[CarrierEvent, ...]:
        told = _fields(body)
        code = said(told, "status_id")
        if not code:
            return ()
        return (
            CarrierEvent(
                tracking_number=said(told, "label_id"),
                our_code=said(told, "partner_id"),
                code=code,
                status=STATUSES.get(code, ShipmentStatus.UNKNOWN),
                happened_at=iso_instant(said(told, "action_time")),
                note=said(told, "reason"),
            ),
        )

    def _ask(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        headers = {"Token": self.access.token, "X-Client-Source": self.access.account}
        return ask(self.access.url + path, told, headers)


def _fields(body: bytes) -> dict[str, Any]:
    """A form, or JSON. Raises CarrierError. A «+» of a time zone may come unescaped: it is then read as a space."""
    if body.lstrip().startswith(b"{"):
        return read_object(body)
    try:
        read = parse_qs(body.decode("utf-8"), max_num_fields=60)
    except ValueError:
        raise CarrierError("unreadable", is_final=True) from None
    fields = {name: values[0] for name, values in read.items()}
    if "action_time" in fields:
        fields["action_time"] = fields["action_time"].replace(" ", "+")
    return fields
