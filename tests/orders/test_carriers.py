"""Carriers' systems, played by a server with a memory: booking, cancelling, numbers by hand."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.config import load_settings
from core.db import db, transaction
from core.jobs.models import Job
from core.settings_reader import SettingError
from orders.carriers.base import CarrierError
from orders.carriers.registry import carrier_for
from orders.errors import InvalidRatesError, InvalidShipmentError, ShipmentStateError
from orders.jobs.shipments import book_shipment, cancel_shipment, let_go_of_bookings
from orders.models.orders import PaymentMethod
from orders.models.shipments import (
    BookingState,
    Shipment,
)
from orders.operations.bookings import load_places
from orders.operations.shipments import note_number, open_shipment
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle
from tests.fakes.carrier_server import CarrierServer, notice
from tests.support.carrier_shop import (
    AT,
    CARRIERS,
    WORDS,
    asked,
    booked,
    confirmed,
    load_lists,
    send,
)
from tests.support.order_shop import make_order


@pytest.fixture
def server():
    with CarrierServer() as playing:
        yield playing


@pytest.fixture
def app(make_app, settings, server):
    """The program with all four carriers switched on."""
    kept = load_settings({"OCOP_ENV": "testing", "SECRET_KEY": "x" * 40, **server.environ}).parcels
    return make_app(replace(settings, parcels=kept))


@pytest.fixture
def in_app(app, db_session):
    load_lists()
    return app


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_parcel_is_booked_followed_and_delivered(in_app, client, server, carrier):
    part = confirmed(carrier=carrier)

    shipment = booked(part, carrier)

    number = server.booked[carrier, part.code]
    assert (shipment.booking, shipment.tracking_number, shipment.attempt) == (BookingState.BOOKED, number, 1)
    assert part.order.phone in json.dumps(server.told)
    for word, at in zip(WORDS[carrier], AT, strict=True):
        assert send(client, carrier, notice(carrier, number, part.code, word, at)).status_code == 200
    db.session.rollback()
    assert part.fulfilment == Fulfilment.DELIVERED
    assert [each.outcome for each in shipment.events] == ["moved"] * 3


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_booking_whose_answer_was_lost_is_found_again(in_app, server, carrier):
    server.plan = ["drop", "ok"]
    shipment = asked(confirmed(carrier=carrier), carrier)

    with pytest.raises(CarrierError):
        book_shipment(shipment.id)
    db.session.refresh(shipment)
    assert (shipment.booking, shipment.fault) == (BookingState.ASKED, "no_answer")
    book_shipment(shipment.id)

    db.session.refresh(shipment)
    assert len(server.booked) == 1
    assert shipment.tracking_number in server.booked.values()


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_refuses_leaves_the_number_to_people(in_app, server, carrier):
    server.plan = ["refuse"]
    part = confirmed(carrier=carrier)

    shipment = booked(part, carrier)

    assert (shipment.booking, shipment.tracking_number) == (BookingState.FAILED, None)
    assert shipment.fault
    with transaction():
        note_number(shipment, "eh 123456789 vn", "vnpost", now=present.now())
    assert (shipment.carrier, shipment.tracking_number) == ("vnpost", "EH123456789VN")
    assert part.lifecycle == Lifecycle.CONFIRMED


@pytest.mark.parametrize("fault", ["500", "garbage", "drop"])
def test_a_carrier_that_is_down_is_asked_five_times_and_then_no_more(in_app, server, fault):
    server.plan = [fault] * 9
    shipment = asked(confirmed())

    for _ in range(4):
        with pytest.raises(CarrierError):
            book_shipment(shipment.id)
    book_shipment(shipment.id)
    book_shipment(shipment.id)

    db.session.refresh(shipment)
    assert (shipment.booking, shipment.attempt, len(server.plan)) == (BookingState.FAILED, 5, 4)


def test_a_place_that_the_carriers_list_lacks_is_left_to_people(app, db_session, server):
    shipment = booked(confirmed())

    assert (shipment.booking, shipment.fault, server.told) == (BookingState.FAILED, "no_place_code", [])


def test_asked_twice_there_is_one_parcel_and_one_job(in_app):
    part = confirmed()

    assert asked(part).id == asked(part).id

    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 1
    assert db.session.scalar(select(func.count()).where(Job.name == "orders.book_shipment")) == 1


def test_what_is_not_confirmed_or_is_fetched_has_no_parcel(in_app):
    placed = make_order().seller_orders[0]
    fetched = confirmed()
    fetched.delivery_kind = "pickup_producer"

    for part, reason in ((placed, "not_confirmed"), (fetched, "fetched")):
        with pytest.raises(ShipmentStateError) as refused:
            open_shipment(part, carrier="ghn", is_by_system=True, now=present.now())
        assert refused.value.facts["reason"] == reason
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 0


def test_a_number_typed_while_the_carrier_was_asked_takes_its_booking_back(in_app, server):
    part = confirmed()
    shipment = asked(part)
    with transaction():
        note_number(shipment, "VN-1234", "vnpost", now=present.now())

    book_shipment(shipment.id)

    assert (server.booked, shipment.tracking_number) == ({}, "VN-1234")


def test_a_booking_of_a_cancelled_order_is_taken_back(in_app, server):
    part = confirmed()
    shipment = booked(part)
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CANCELLED, actor=OrderActor.PLATFORM, now=present.now())

    let_go_of_bookings()
    let_go_of_bookings()
    waiting = db.session.scalars(select(Job).where(Job.name == "orders.cancel_shipment")).all()
    cancel_shipment(**waiting[0].payload)

    db.session.refresh(shipment)
    assert (len(waiting), shipment.booking) == (1, BookingState.CANCELLED)
    assert server.cancelled == [shipment.tracking_number]


def test_a_parcel_for_another_sum_than_is_due_is_taken_back(in_app, server):
    part = confirmed(PaymentMethod.COD)
    shipment = booked(part)
    number = shipment.tracking_number
    with transaction():
        part.uncharged_vnd = 25_000

    let_go_of_bookings()
    let_go_of_bookings()

    db.session.refresh(shipment)
    assert (shipment.booking, shipment.fault, shipment.tracking_number) == (
        BookingState.FAILED,
        "amount_changed",
        None,
    )
    assert shipment.cod_vnd == part.total_vnd - 25_000
    waiting = db.session.scalars(select(Job).where(Job.name == "orders.cancel_shipment")).all()
    assert [each.payload for each in waiting] == [{"carrier": "ghn", "number": number}]


def test_every_carrier_takes_a_booking_back(in_app, server):
    numbers = [(carrier, booked(confirmed(carrier=carrier), carrier).tracking_number) for carrier in CARRIERS]

    for carrier, number in numbers:
        cancel_shipment(carrier, number)

    assert server.cancelled == [number for _, number in numbers]


def test_ghn_prints_a_label_of_its_own(in_app, server):
    found = carrier_for("ghn", in_app.extensions["settings"].parcels)

    assert found.label_url("X").endswith("/a5/public-api/printA5?token=print-me")
    assert carrier_for("manual", in_app.extensions["settings"].parcels) is None


def test_a_number_belongs_to_one_parcel(in_app):
    first, second = booked(confirmed()), booked(confirmed())

    for number, reason in (
        (first.tracking_number, "booked"),
        ("x", "malformed"),
        ("1234; DROP", "malformed"),
        ("١٢٣٤٥", "malformed"),
    ):
        with pytest.raises(InvalidShipmentError) as refused, transaction():
            note_number(second, number, "ghn", now=present.now())
        assert refused.value.facts["reason"] == reason
    by_hand = confirmed()
    with transaction():
        third = open_shipment(by_hand, carrier="manual", is_by_system=False, now=present.now())
    with pytest.raises(InvalidShipmentError) as refused, transaction():
        note_number(third, first.tracking_number, "ghn", now=present.now())
    assert refused.value.facts["reason"] == "taken"


def test_a_list_of_places_is_loaded_once_and_the_newest_counts(in_app):
    facts = {"valid_from_on": date(2026, 8, 1), "by": None, "now": present.now()}
    with transaction():
        assert load_places("ghn", "2026-08", [("26740", "9|9")], **facts) == 1
    for version, codes in (
        ("2026-08", [("26740", "1|1")]),
        ("2026-09", []),
        ("2026-09", [("26740", "1"), ("26740", "2")]),
        ("2026-09", [("X", "1")]),
    ):
        with pytest.raises(InvalidRatesError), transaction():
            load_places("ghn", version, codes, **facts)

    shipment = booked(confirmed())

    assert shipment.booking == BookingState.BOOKED


def test_no_carrier_is_on_by_itself_and_a_half_switched_one_stops_the_start():
    base = {"OCOP_ENV": "testing", "SECRET_KEY": "x" * 40}
    assert load_settings(base).parcels.carriers == ()
    whole = {"CARRIERS": "ghn", "CARRIER_GHN_TOKEN": "t", "CARRIER_GHN_NOTICE_SECRET": "s" * 24}
    for broken, name in (
        ({"CARRIERS": "dhl"}, "CARRIERS"),
        ({"CARRIER_GHN_TOKEN": ""}, "CARRIER_GHN_TOKEN"),
        ({"CARRIER_GHN_NOTICE_SECRET": "short"}, "CARRIER_GHN_NOTICE_SECRET"),
        ({"CARRIER_GHN_NOTICE_SECRET": "a b" * 10}, "CARRIER_GHN_NOTICE_SECRET"),
        ({"CARRIER_GHN_URL": "http://ghn.vn"}, "CARRIER_GHN_URL"),
    ):
        with pytest.raises(SettingError) as refused:
            load_settings(base | whole | broken)
        assert refused.value.name == name
    assert "t" not in repr(load_settings(base | whole).parcels.find("ghn")).split("token")[-1][:5]
