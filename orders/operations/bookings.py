"""Asking carriers for parcels: what is decided before the call, and what is kept of its answer; never the call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.actors import Actor
from accounts.operations.audit import record_act
from core.db import db
from core.jobs.queue import enqueue
from orders.carriers.base import CarrierEvent, PlaceNames
from orders.errors import BookedAmountError, InvalidRatesError
from orders.models.orders import SellerOrder
from orders.models.shipments import (
    BookingState,
    CarrierNotice,
    CarrierPlace,
    EventSource,
    Shipment,
)
from orders.operations.payment_rows import due_vnd
from orders.operations.shipments import BOOK_JOB, CANCEL_JOB, MANUAL, ToldEvent, lock_shipment, record_event
from orders.states import Fulfilment, Lifecycle

TRIES_MAX: Final = 5
"""So often a carrier that gives no answer is asked for a parcel; then a person types the number."""
_PLACE_CODE_MAX: Final = 80
_AT_ONCE: Final = 50
_IN_HOUSE: Final = (Fulfilment.UNFULFILLED.value, Fulfilment.PACKED.value)


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be asked of a carrier. attempt: counts from 1."""

    shipment_id: int
    seller_order_id: int
    carrier: str
    attempt: int


def begin_booking(shipment_id: int, *, now: datetime) -> Booking | None:
    """What to ask for; None where nothing is to be asked any more: done, typed by hand, or the order cancelled."""
    shipment = lock_shipment(shipment_id)
    if shipment.booking != BookingState.ASKED:
        return None
    if shipment.seller_order.lifecycle != Lifecycle.CONFIRMED:
        _end(shipment, BookingState.CANCELLED, "order_cancelled", now)
        return None
    shipment.attempt += 1
    shipment.changed_at = now
    db.session.flush()
    return Booking(shipment.id, shipment.seller_order_id, shipment.carrier, shipment.attempt)


def end_booking(booking: Booking, tracking_number: str, *, now: datetime) -> bool:
    """Keep the carrier's number. Whether it counts: if somebody typed another meanwhile, or the order was cancelled,
    the carrier is asked (by a job) to take its booking back.
    """
    shipment = lock_shipment(booking.shipment_id)
    if shipment.booking == BookingState.BOOKED and shipment.tracking_number == tracking_number:
        return True
    taken = select(Shipment.id).where(
        Shipment.carrier == booking.carrier, Shipment.tracking_number == tracking_number
    )
    is_wanted = (
        shipment.booking in (BookingState.ASKED, BookingState.FAILED)
        and shipment.seller_order.lifecycle == Lifecycle.CONFIRMED
    )
    if not is_wanted:
        enqueue(CANCEL_JOB, key=tracking_number, carrier=booking.carrier, number=tracking_number, now=now)
        return False
    if db.session.scalar(taken.where(Shipment.id != shipment.id)) is not None:
        _end(shipment, BookingState.FAILED, "number_taken", now)
        return False
    shipment.tracking_number = tracking_number
    _end(shipment, BookingState.BOOKED, None, now)
    return True


def fail_booking(booking: Booking, reason: str, *, is_final: bool, now: datetime) -> bool:
    """Note that the carrier would not, or did not answer. Whether it is given up: a number is then typed by hand."""
    shipment = lock_shipment(booking.shipment_id)
    if shipment.booking != BookingState.ASKED:
        return True
    if is_final or booking.attempt >= TRIES_MAX:
        _end(shipment, BookingState.FAILED, reason, now)
        return True
    shipment.fault, shipment.changed_at = reason[:200], now
    db.session.flush()
    return False


def book_again(shipment: Shipment, *, carrier: str, now: datetime) -> bool:
    """Ask for a parcel anew that a carrier refused; whether it is asked."""
    shipment = lock_shipment(shipment.id)
    if shipment.booking not in (BookingState.FAILED, BookingState.BY_HAND) or shipment.tracking_number:
        return False
    shipment.carrier, shipment.booking, shipment.attempt = carrier, BookingState.ASKED.value, 0
    shipment.fault, shipment.changed_at = None, now
    db.session.flush()
    enqueue(BOOK_JOB, key=str(shipment.id), shipment_id=shipment.id, now=now)
    return True


def let_go_of_cancelled(*, now: datetime) -> int:
    """Ask carriers to take back what they were booked for orders that ended since, before it left; how many."""
    rows = db.session.scalars(
        select(Shipment)
        .join(SellerOrder, SellerOrder.id == Shipment.seller_order_id)
        .where(
            or_(
                SellerOrder.lifecycle == Lifecycle.CANCELLED.value,
                and_(
                    SellerOrder.lifecycle == Lifecycle.RESOLVED.value, SellerOrder.fulfilment.in_(_IN_HOUSE)
                ),
            ),
            Shipment.booking == BookingState.BOOKED.value,
        )
        .order_by(Shipment.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Shipment)
    ).all()
    for shipment in rows:
        _end(shipment, BookingState.CANCELLED, "order_cancelled", now)
        number = shipment.tracking_number
        enqueue(CANCEL_JOB, key=number, carrier=shipment.carrier, number=number, now=now)
    return len(rows)


def let_go_of_changed(*, now: datetime, seller_order_id: int | None = None) -> int:
    """Ask carriers to take back parcels for which they would collect another sum than is due; how many.

    A line was taken out after booking. The number is then typed by hand: our code has been used up at the carrier.
    seller_order_id: of this parcel only; None for all that are still in the house.
    """
    due = SellerOrder.total_vnd - SellerOrder.uncharged_vnd
    changed = (
        select(Shipment)
        .join(SellerOrder, SellerOrder.id == Shipment.seller_order_id)
        .where(
            Shipment.booking == BookingState.BOOKED.value,
            Shipment.cod_vnd > 0,
            Shipment.cod_vnd != due,
            SellerOrder.fulfilment.in_(_IN_HOUSE),
        )
    )
    if seller_order_id is not None:
        changed = changed.where(Shipment.seller_order_id == seller_order_id)
    rows = db.session.scalars(
        changed.order_by(Shipment.id).limit(_AT_ONCE).with_for_update(of=Shipment)
    ).all()
    for shipment in rows:
        number, shipment.tracking_number = shipment.tracking_number, None
        shipment.cod_vnd = due_vnd(shipment.seller_order)
        _end(shipment, BookingState.FAILED, "amount_changed", now)
        enqueue(CANCEL_JOB, key=number, carrier=shipment.carrier, number=number, now=now)
    return len(rows)


def require_amount_booked(seller_order: SellerOrder) -> None:
    """Raise BookedAmountError where the carrier's system would collect another sum than is due at the door."""
    shipment = db.session.scalar(select(Shipment).where(Shipment.seller_order_id == seller_order.id))
    if shipment is None or shipment.booking != BookingState.BOOKED or not shipment.cod_vnd:
        return
    wanted_vnd = due_vnd(seller_order)
    if shipment.cod_vnd != wanted_vnd:
        raise BookedAmountError(order=seller_order.code, booked_vnd=shipment.cod_vnd, due_vnd=wanted_vnd)


def take_notice(carrier: str, body: bytes, events: Sequence[CarrierEvent] | None, *, now: datetime) -> str:
    """Keep a carrier's notice and apply what it says; the outcome. The same body a second time is only answered.

    events: what was read of it; None if it could not be read.
    """
    digest = sha256(body).hexdigest()
    of_dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    text = body.decode("utf-8", "replace").replace("\x00", "")
    made = db.session.execute(
        of_dialect.insert(CarrierNotice)
        .values(carrier=carrier, sha256=digest, body=text, outcome="", received_at=now)
        .on_conflict_do_nothing(index_elements=["carrier", "sha256"])
        .returning(CarrierNotice.id)
    ).scalar_one_or_none()
    if made is None:
        return "repeated"
    outcome = _apply(carrier, events, now)
    db.session.get_one(CarrierNotice, made).outcome = outcome
    db.session.flush()
    return outcome


def forget_notices(before: datetime) -> None:
    """Delete notices received before that instant: they hold names and telephone numbers of buyers."""
    db.session.execute(delete(CarrierNotice).where(CarrierNotice.received_at < before))


def load_places(
    carrier: str,
    version: str,
    codes: Sequence[tuple[str, str]],
    *,
    valid_from_on: date,
    by: Actor | None,
    now: datetime,
) -> int:
    """Keep a version of a carrier's list of places: pairs of our code and what the carrier calls it. How many.

    Raises InvalidRatesError for a version that is there, an empty list, a code twice or too long; nothing changed.
    """
    known = select(CarrierPlace.id).where(CarrierPlace.carrier == carrier, CarrierPlace.version == version)
    if not codes or db.session.scalar(known.limit(1)) is not None:
        raise InvalidRatesError(reason="version_known" if codes else "no_rows")
    if len({ours for ours, _ in codes}) != len(codes):
        raise InvalidRatesError(reason="repeated")
    if any(
        len(ours) not in {2, 5} or not ours.isdigit() or not 0 < len(theirs) <= _PLACE_CODE_MAX
        for ours, theirs in codes
    ):
        raise InvalidRatesError(reason="not_a_code")
    db.session.execute(
        insert(CarrierPlace),
        [
            {
                "carrier": carrier,
                "version": version,
                "valid_from_on": valid_from_on,
                "place_code": ours,
                "carrier_code": theirs,
            }
            for ours, theirs in codes
        ],
    )
    record_act(
        "orders.load_carrier_places",
        by=by,
        subject=f"carrier:{carrier}",
        after={"version": version, "rows": len(codes)},
        now=now,
    )
    return len(codes)


def place_names(carrier: str, sender_code: str | None, receiver_code: str | None, on: date) -> PlaceNames:
    """What the carrier calls the communes of both ends on a day; empty where its list does not know them."""
    return PlaceNames(_place(carrier, sender_code, on), _place(carrier, receiver_code, on))


def _place(carrier: str, code: str | None, on: date) -> str:
    if code is None:
        return ""
    newest = (
        select(CarrierPlace.carrier_code)
        .where(
            CarrierPlace.carrier == carrier,
            CarrierPlace.place_code == code,
            CarrierPlace.valid_from_on <= on,
        )
        .order_by(CarrierPlace.valid_from_on.desc(), CarrierPlace.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest) or ""


def _apply(carrier: str, events: Sequence[CarrierEvent] | None, now: datetime) -> str:
    if events is None:
        return "unreadable"
    outcome = "nothing"
    for event in events:
        shipment = _find(carrier, event)
        if shipment is None:
            outcome = "unknown_parcel"
            continue
        told = ToldEvent(
            key=event.key,
            source=EventSource.CARRIER,
            code=event.code,
            status=event.status,
            happened_at=event.happened_at,
            note=event.note or None,
        )
        done = record_event(shipment, told, now=now)
        outcome = done.value if done is not None else "repeated"
    return outcome


def _find(carrier: str, event: CarrierEvent) -> Shipment | None:
    """By the carrier's number, else by our code; a parcel of another carrier is none of its business."""
    found = None
    if event.tracking_number:
        found = db.session.scalar(
            select(Shipment).where(
                Shipment.carrier == carrier, Shipment.tracking_number == event.tracking_number
            )
        )
    if found is None and event.our_code:
        found = db.session.scalar(
            select(Shipment)
            .join(SellerOrder, SellerOrder.id == Shipment.seller_order_id)
            .where(SellerOrder.code == event.our_code, Shipment.carrier.in_((carrier, MANUAL)))
        )
    return found


def _end(shipment: Shipment, state: BookingState, fault: str | None, now: datetime) -> None:
    shipment.booking, shipment.fault, shipment.changed_at = state.value, fault[:200] if fault else None, now
    db.session.flush()
