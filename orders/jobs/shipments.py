"""Carriers' systems, called outside any transaction: decide, commit, call, commit the answer."""

from datetime import timedelta
from typing import Final

from flask import current_app

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.registry import job
from orders.carriers.base import CarrierError
from orders.carriers.registry import carrier_for
from orders.errors import OrderNotFoundError
from orders.operations.bookings import (
    begin_booking,
    end_booking,
    fail_booking,
    forget_notices,
    let_go_of_cancelled,
    let_go_of_changed,
    place_names,
)
from orders.operations.shipments import BOOK_JOB, CANCEL_JOB
from orders.queries.parcels import get_parcel

KEEP_NOTICES: Final = timedelta(days=30)


@job(BOOK_JOB)
def book_shipment(shipment_id: int) -> None:
    """Ask the carrier for a number; what fails is asked again by itself, and then left to people."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        booking = begin_booking(shipment_id, now=clock.now())
    if booking is None:
        return
    try:
        parcel = get_parcel(booking.seller_order_id)
        places = place_names(
            booking.carrier, parcel.sender.commune_code, parcel.receiver.commune_code, clock.today()
        )
        db.session.rollback()
        carrier = carrier_for(booking.carrier, settings.parcels)
        if carrier is None:
            raise CarrierError("carrier_is_off", is_final=True)
        booked = carrier.book(parcel, places)
    except (CarrierError, OrderNotFoundError) as error:
        is_final = not isinstance(error, CarrierError) or error.is_final
        reason = error.reason if isinstance(error, CarrierError) else "order_unknown"
        with transaction():
            is_given_up = fail_booking(booking, reason, is_final=is_final, now=clock.now())
        if not is_given_up:
            raise
        return
    with transaction():
        end_booking(booking, booked.tracking_number, now=clock.now())


@job(CANCEL_JOB)
def cancel_shipment(carrier: str, number: str) -> None:
    """Take a booking back; a carrier that will not is left to people, its parcel is not handed over anyway."""
    settings: Settings = current_app.extensions["settings"]
    found = carrier_for(carrier, settings.parcels)
    if found is None:
        return
    try:
        found.cancel(number)
    except CarrierError as error:
        if not error.is_final:
            raise


@job("orders.let_go_of_bookings", every=timedelta(minutes=10))
def let_go_of_bookings() -> None:
    """Take back what was booked for orders that were cancelled since, or of which another sum is due now."""
    with transaction():
        let_go_of_cancelled(now=clock.now())
    with transaction():
        let_go_of_changed(now=clock.now())


@job("orders.forget_carrier_notices", every=timedelta(days=1))
def forget_carrier_notices() -> None:
    """Forget notices of more than a month ago."""
    with transaction():
        forget_notices(clock.now() - KEEP_NOTICES)
