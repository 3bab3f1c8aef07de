"""Parcels on their way: opening them, their numbers, and what is told of them, in whatever order it comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from core.db import ID_MAX, db
from core.jobs.queue import enqueue
from orders.delivery_terms import DeliveryKind
from orders.errors import (
    InvalidShipmentError,
    NotHeldError,
    PaymentClashError,
    ShipmentNotFoundError,
    ShipmentStateError,
    WrongMoveError,
)
from orders.models.orders import SellerOrder
from orders.models.shipments import BookingState, EventOutcome, EventSource, Shipment, ShipmentEvent
from orders.operations.cancellation import lock_parcel
from orders.operations.cash_on_delivery import record_cod_collected, record_cod_refused
from orders.operations.payment_rows import due_vnd
from orders.operations.stock import ship_holds
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.tracking import FULFILMENT_OF, ShipmentStatus, Told, latest, steps_to

BOOK_JOB: Final = "orders.book_shipment"
CANCEL_JOB: Final = "orders.cancel_shipment"
MANUAL: Final = "manual"
UNKNOWN_WEIGHT_G: Final = 500
_NUMBER_MAX: Final = 40
_NOTE_MAX: Final = 300
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_NOT_PAID: Final = (
    PaymentState.UNPAID,
    PaymentState.PENDING,
    PaymentState.FAILED,
    PaymentState.EXPIRED,
    PaymentState.VOID,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """One thing told of a parcel. key: tells it from others of this parcel (its instant and code, if nothing better).

    code: the carrier's own word. happened_at: when it says it was.
    """

    key: str
    source: EventSource
    code: str
    status: ShipmentStatus
    happened_at: datetime
    note: str | None = None


def open_shipment(seller_order: SellerOrder, *, carrier: str, is_by_system: bool, now: datetime) -> Shipment:
    """The parcel of `seller_order`, made if there is none yet; asked twice, it is one.

    carrier: «manual» or the code of an adapter. is_by_system: its system is to be asked for a number, by a job; else
    the number is typed by hand. Raises ShipmentStateError for goods that the buyer fetches, and for an order that
    nobody may send: not confirmed, cancelled.
    """
    if seller_order.delivery_kind not in (DeliveryKind.CARRIER, DeliveryKind.PRODUCER):
        raise ShipmentStateError(order=seller_order.code, reason="fetched")
    if seller_order.lifecycle != Lifecycle.CONFIRMED:
        raise ShipmentStateError(order=seller_order.code, reason="not_confirmed")
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    cod_vnd = due_vnd(seller_order) if seller_order.payment == PaymentState.COD_DUE else 0
    made = db.session.execute(
        of_dialect.insert(Shipment)
        .values(
            seller_order_id=seller_order.id,
            carrier=carrier,
            service=str(seller_order.delivery.get("facts", {}).get("service", "standard")),
            booking=(BookingState.ASKED if is_by_system else BookingState.BY_HAND).value,
            attempt=0,
            weight_g=int(seller_order.delivery.get("weight_g") or UNKNOWN_WEIGHT_G),
            cod_vnd=cod_vnd,
            made_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["seller_order_id"])
        .returning(Shipment.id)
    ).scalar_one_or_none()
    shipment = get_shipment_of(seller_order.id)
    if made is not None and is_by_system:
        enqueue(BOOK_JOB, key=str(shipment.id), shipment_id=shipment.id, now=now)
    return shipment


def get_shipment_of(seller_order_id: int) -> Shipment:
    """The parcel of a producer's order. Raises ShipmentNotFoundError."""
    found = db.session.scalar(select(Shipment).where(Shipment.seller_order_id == seller_order_id))
    if found is None:
        raise ShipmentNotFoundError(seller_order_id=seller_order_id)
    return found


def lock_shipment(shipment_id: int) -> Shipment:
    """The parcel as it stands now, and nobody else's until the transaction ends. Raises ShipmentNotFoundError."""
    found = (
        db.session.get(Shipment, shipment_id, with_for_update={"of": Shipment}, populate_existing=True)
        if 0 < shipment_id <= ID_MAX
        else None
    )
    if found is None:
        raise ShipmentNotFoundError(shipment_id=shipment_id)
    return found


def note_number(shipment: Shipment, number: str, carrier: str, *, now: datetime) -> None:
    """Keep a tracking number that somebody typed; the carrier's system is then asked no more.

    number: letters, digits, points and dashes, 4 to 40. Raises InvalidShipmentError, also where another parcel of the
    carrier has it; then nothing has changed.
    """
    number = "".join(number.split()).upper()
    plain = number.replace("-", "").replace(".", "")
    if not 4 <= len(number) <= _NUMBER_MAX or not plain.isascii() or not plain.isalnum():
        raise InvalidShipmentError(field="number", reason="malformed")
    shipment = lock_shipment(shipment.id)
    if shipment.booking == BookingState.BOOKED and shipment.tracking_number != number:
        raise InvalidShipmentError(field="number", reason="booked")
    taken = select(Shipment.id).where(
        Shipment.carrier == carrier, Shipment.tracking_number == number, Shipment.id != shipment.id
    )
    if db.session.scalar(taken) is not None:
        raise InvalidShipmentError(field="number", reason="taken")
    shipment.carrier, shipment.tracking_number = carrier, number
    if shipment.booking != BookingState.BOOKED:
        shipment.booking = BookingState.BY_HAND.value
    shipment.changed_at = now
    db.session.flush()


def record_event(
    shipment: Shipment, told: ToldEvent, *, now: datetime, by: Actor | None = None
) -> EventOutcome | None:
    """Write down what was told of a parcel and move its order to where its goods are; None if it was told before.

    What happened last counts, in whatever order it is told; what no way leads to is kept as a conflict and moves
    nothing. An instant of the future counts as now. Moving has all its consequences: goods that left leave the stock,
    cash taken at the door is booked, cash of a parcel on its way back is refused.
    """
    # In the order of everybody else: first the order, then its parcel.
    lock_parcel(shipment.seller_order)
    shipment = lock_shipment(shipment.id)
    happened_at = min(told.happened_at, now + _CLOCKS_DIFFER)
    known = select(ShipmentEvent.id).where(
        ShipmentEvent.shipment_id == shipment.id, ShipmentEvent.key == told.key[:100]
    )
    if db.session.scalar(known) is not None:
        return None
    before = db.session.execute(
        select(ShipmentEvent.status, ShipmentEvent.happened_at).where(
            ShipmentEvent.shipment_id == shipment.id
        )
    )
    all_told = [Told(ShipmentStatus(status), at) for status, at in before]
    standing = latest([*all_told, Told(told.status, happened_at)])
    outcome = EventOutcome.NOTHING
    if standing is not None and told.status in FULFILMENT_OF:
        outcome = _follow(shipment, FULFILMENT_OF[standing], told, now=now, by=by)
    db.session.add(
        ShipmentEvent(
            shipment_id=shipment.id,
            key=told.key[:100],
            source=told.source.value,
            code=told.code[:60],
            status=told.status.value,
            outcome=outcome.value,
            note=told.note[:_NOTE_MAX] if told.note else None,
            by_id=by.user_id if by else None,
            happened_at=happened_at,
            received_at=now,
        )
    )
    db.session.flush()
    return outcome


def cash_holder(shipment: Shipment) -> str:
    """Who has the cash that was paid at the door: the carrier whose system was asked, else the producer."""
    if shipment.booking == BookingState.BOOKED:
        return f"carrier:{shipment.carrier}"
    return f"producer:{shipment.seller_order.producer_id}"


def _follow(
    shipment: Shipment, wanted: Fulfilment, told: ToldEvent, *, now: datetime, by: Actor | None
) -> EventOutcome:
    """Move the order to where its goods are, all of the way or nothing."""
    seller_order = db.session.get_one(SellerOrder, shipment.seller_order_id, populate_existing=True)
    steps = steps_to(seller_order.fulfilment, wanted)
    if steps == ():
        return EventOutcome.NOTHING
    if steps is None or seller_order.payment in _NOT_PAID:
        return EventOutcome.CONFLICT
    actor = OrderActor.CARRIER if told.source is EventSource.CARRIER else OrderActor.PRODUCER
    try:
        with db.session.begin_nested():
            for step in steps:
                move(seller_order, Axis.FULFILMENT, step, actor=actor, by=by, reason=told.note, now=now)
                _consequences(shipment, seller_order, Fulfilment(step), actor=actor, now=now)
    except (WrongMoveError, NotHeldError, PaymentClashError):
        db.session.expire(seller_order)
        return EventOutcome.CONFLICT
    return EventOutcome.MOVED


def _consequences(
    shipment: Shipment, seller_order: SellerOrder, step: Fulfilment, *, actor: OrderActor, now: datetime
) -> None:
    if step is Fulfilment.HANDED_OVER:
        ship_holds(seller_order, now=now)
        if shipment.booking != BookingState.BOOKED and seller_order.payment == PaymentState.COD_DUE:
            shipment.cod_vnd = due_vnd(seller_order)
    if seller_order.payment != PaymentState.COD_DUE:
        return
    if step is Fulfilment.DELIVERED:
        record_cod_collected(seller_order, holder=cash_holder(shipment), actor=actor, now=now)
    elif step is Fulfilment.RETURNING:
        record_cod_refused(seller_order, actor=actor, reason="returned_by_carrier", now=now)
