"""Parcels with carriers: an order that may be sent, a booking, a notice; for tests of adapters and of notices."""

from datetime import date, datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import clock as present
from core.db import db, transaction
from orders.jobs.shipments import book_shipment
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.shipments import EventOutcome, EventSource, Shipment
from orders.operations.bookings import load_places
from orders.operations.shipments import ToldEvent, open_shipment, record_event
from orders.operations.stock import commit_holds
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Lifecycle
from orders.tracking import ShipmentStatus
from tests.fakes.carrier_server import SECRET
from tests.support.order_shop import make_order, parcel, pay

CARRIERS = ("ghn", "ghtk", "viettel_post", "vnpost")
WORDS = {
    "ghn": ("picked", "transporting", "delivered"),
    "ghtk": ("3", "4", "5"),
    "viettel_post": ("105", "300", "501"),
    "vnpost": ("70", "80", "100"),
}
AT = ("2026-11-22T07:00:00+07:00", "2026-11-22T08:00:00+07:00", "2026-11-22T09:00:00+07:00")


def load_lists() -> None:
    """Every carrier knows the communes of our orders."""
    with transaction():
        for carrier in CARRIERS:
            load_places(
                carrier,
                "2026-07",
                [("26740", "1442|20109"), ("28789", "1500|30101")],
                valid_from_on=date(2026, 7, 1),
                by=None,
                now=present.now(),
            )


def confirmed(method: PaymentMethod = PaymentMethod.VIETQR, carrier: str = "ghn") -> SellerOrder:
    order = make_order([parcel(delivery={"carrier": carrier, "weight_g": 1_200})], method=method)
    if method is not PaymentMethod.COD:
        pay(order)
    part = order.seller_orders[0]
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=present.now())
        if method is PaymentMethod.COD:
            commit_holds(part, now=present.now())
    return part


def asked(part: SellerOrder, carrier: str = "ghn") -> Shipment:
    with transaction():
        return open_shipment(part, carrier=carrier, is_by_system=True, now=present.now())


def booked(part: SellerOrder, carrier: str = "ghn") -> Shipment:
    shipment = asked(part, carrier)
    book_shipment(shipment.id)
    db.session.refresh(shipment)
    return shipment


def send(client: FlaskClient, carrier: str, body: bytes, key: str = SECRET) -> TestResponse:
    return client.post(f"/webhooks/carriers/{carrier}", query_string={"key": key}, data=body)


def event(status: ShipmentStatus, at: datetime, **facts: Any) -> ToldEvent:
    values: dict[str, Any] = {"key": f"{status}@{at}", "source": EventSource.CARRIER, "code": status.value}
    return ToldEvent(**(values | facts), status=status, happened_at=at)


def tell(shipment: Shipment, *told: ToldEvent) -> list[EventOutcome | None]:
    with transaction():
        return [record_event(shipment, each, now=present.now()) for each in told]
