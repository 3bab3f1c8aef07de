"""What carriers tell of parcels, in any order, doubled, forged or unreadable."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock as present
from core.config import load_settings
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.jobs.shipments import forget_carrier_notices
from orders.models.orders import PaymentMethod
from orders.models.shipments import (
    CarrierNotice,
    EventOutcome,
    EventSource,
    ShipmentEvent,
)
from orders.operations.bookings import take_notice
from orders.operations.shipments import open_shipment, record_event
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.tracking import FULFILMENT_OF, ShipmentStatus, Told, latest, steps_to
from tests.fakes.carrier_server import SECRET, CarrierServer, notice
from tests.support.carrier_shop import AT, WORDS, booked, confirmed, event, load_lists, send, tell


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


def test_notices_in_the_wrong_order_end_in_the_right_state(in_app, client, server):
    part = confirmed()
    shipment = booked(part)
    number = shipment.tracking_number

    for place in (2, 0, 1):
        send(client, "ghn", notice("ghn", number, part.code, WORDS["ghn"][place], AT[place]))

    db.session.rollback()
    assert part.fulfilment == Fulfilment.DELIVERED
    assert [(each.code, each.outcome) for each in shipment.events] == [
        ("picked", "nothing"),
        ("transporting", "nothing"),
        ("delivered", "moved"),
    ]


def test_a_notice_sent_twice_is_one_event(in_app, client):
    part = confirmed()
    shipment = booked(part)
    body = notice("ghn", shipment.tracking_number, part.code, "picked", AT[0])

    codes = [send(client, "ghn", body).status_code for _ in range(3)]
    padded = send(client, "ghn", body.replace(b"{", b'{"Height": 10, ', 1))

    assert (codes, padded.status_code) == ([200, 200, 200], 200)
    assert db.session.scalar(select(func.count()).select_from(ShipmentEvent)) == 1
    assert db.session.scalars(select(CarrierNotice.outcome).order_by(CarrierNotice.id)).all() == [
        "moved",
        "repeated",
    ]


def test_notices_without_the_secret_or_of_nobody_are_not_kept(in_app, client, app, make_app, settings):
    part = confirmed()
    shipment = booked(part)
    body = notice("ghn", shipment.tracking_number, part.code, "delivered", AT[2])

    answers = [send(client, "ghn", body, key).status_code for key in ("", "x", SECRET.upper())]
    answers += [send(client, each, body).status_code for each in ("manual", "dhl", "ghn%00")]
    off = make_app(settings).test_client()
    answers.append(send(off, "ghn", body).status_code)

    assert answers == [404] * 7
    db.session.rollback()
    assert part.fulfilment == Fulfilment.UNFULFILLED
    assert db.session.scalar(select(func.count()).select_from(CarrierNotice)) == 0


def test_a_notice_that_says_nothing_is_kept_and_answered(in_app, client):
    bodies = {
        b"": "unreadable",
        b"[1]": "unreadable",
        b'{"Status": "delivered", "Type": "switch_status", "Time": "yesterday"}': "unreadable",
        b"[" * 60_000: "unreadable",
        b"\xff\x00{": "unreadable",
        b'{"Type": "update_weight", "Status": "delivered"}': "nothing",
        notice("ghn", "L0", "OC00000000", "delivered", AT[0]): "unknown_parcel",
    }

    answers = [send(client, "ghn", body).status_code for body in bodies]

    assert answers == [200] * len(bodies)
    kept = db.session.scalars(select(CarrierNotice.outcome).order_by(CarrierNotice.id)).all()
    assert kept == list(bodies.values())


def test_a_notice_that_is_too_long_is_refused(in_app, client):
    assert send(client, "ghn", b"x" * 70_000).status_code == 413


def test_a_carrier_says_nothing_of_another_carriers_parcel(in_app, client):
    part = confirmed()
    shipment = booked(part)

    send(client, "ghtk", notice("ghtk", shipment.tracking_number, part.code, "5", AT[0]))

    db.session.rollback()
    assert part.fulfilment == Fulfilment.UNFULFILLED


def test_a_word_that_is_not_known_is_kept_and_moves_nothing(in_app, client):
    part = confirmed()
    shipment = booked(part)

    send(client, "ghn", notice("ghn", shipment.tracking_number, part.code, "on_the_moon", AT[0]))

    db.session.rollback()
    assert [(each.code, each.status) for each in shipment.events] == [("on_the_moon", "unknown")]
    assert part.fulfilment == Fulfilment.UNFULFILLED


def test_what_the_carrier_delivers_for_cash_it_holds_until_it_hands_it_on(in_app):
    part = confirmed(PaymentMethod.COD)
    shipment = booked(part)
    assert shipment.cod_vnd == part.total_vnd

    assert tell(shipment, event(ShipmentStatus.DELIVERED, present.now())) == [EventOutcome.MOVED]

    assert part.payment == PaymentState.COD_COLLECTED
    assert get_balance_vnd(AccountKind.CASH_HELD, "carrier:ghn") == part.total_vnd


def test_cash_of_a_parcel_sent_by_hand_is_the_producers(in_app):
    part = confirmed(PaymentMethod.COD)
    with transaction():
        shipment = open_shipment(part, carrier="manual", is_by_system=False, now=present.now())

    tell(shipment, event(ShipmentStatus.DELIVERED, present.now(), source=EventSource.HAND))

    assert part.payment == PaymentState.PAID
    assert get_balance_vnd(AccountKind.CASH_HELD, f"producer:{part.producer_id}") == part.total_vnd


def test_a_parcel_on_its_way_back_was_refused_at_the_door(in_app):
    part = confirmed(PaymentMethod.COD)
    shipment = booked(part)
    now = present.now()

    outcomes = tell(
        shipment,
        event(ShipmentStatus.IN_TRANSIT, now - timedelta(hours=3)),
        event(ShipmentStatus.FAILED_ATTEMPT, now - timedelta(hours=2)),
        event(ShipmentStatus.RETURNING, now - timedelta(hours=1)),
        event(ShipmentStatus.RETURNED, now),
    )

    assert outcomes == [EventOutcome.MOVED] * 4
    assert (part.fulfilment, part.payment) == (Fulfilment.RETURNED, PaymentState.COD_REFUSED)


def test_what_no_way_leads_to_is_a_conflict_and_moves_nothing(in_app):
    part = confirmed()
    shipment = booked(part)
    now = present.now()
    tell(shipment, event(ShipmentStatus.DELIVERED, now - timedelta(hours=1)))

    assert tell(shipment, event(ShipmentStatus.RETURNING, now)) == [EventOutcome.CONFLICT]
    assert part.fulfilment == Fulfilment.DELIVERED


def test_nothing_that_is_cancelled_or_unpaid_leaves_the_house(in_app):
    part = confirmed()
    shipment = booked(part)
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CANCELLED, actor=OrderActor.PLATFORM, now=present.now())

    assert tell(shipment, event(ShipmentStatus.IN_TRANSIT, present.now())) == [EventOutcome.CONFLICT]
    assert part.fulfilment == Fulfilment.UNFULFILLED


def test_a_clock_that_runs_ahead_does_not_silence_what_comes_after(in_app):
    part = confirmed()
    shipment = booked(part)
    now = present.now()
    tell(shipment, event(ShipmentStatus.IN_TRANSIT, now + timedelta(days=400)))

    with transaction():
        outcome = record_event(
            shipment, event(ShipmentStatus.DELIVERED, now + timedelta(hours=1)), now=now + timedelta(hours=2)
        )

    assert (outcome, part.fulfilment) == (EventOutcome.MOVED, Fulfilment.DELIVERED)


def test_notices_are_forgotten_after_a_month(in_app, client, clock):
    with transaction():
        take_notice("ghn", b"x", None, now=present.now())

    clock.move(timedelta(days=29))
    forget_carrier_notices()
    assert db.session.scalar(select(func.count()).select_from(CarrierNotice)) == 1
    clock.move(timedelta(days=2))
    forget_carrier_notices()
    assert db.session.scalar(select(func.count()).select_from(CarrierNotice)) == 0


WALKING = [status for status in ShipmentStatus if status in FULFILMENT_OF]


@given(st.lists(st.sampled_from(WALKING), min_size=1, max_size=6), st.randoms())
@settings(max_examples=100)
def test_what_counts_does_not_depend_on_the_order_in_which_it_is_told(statuses, chance):
    begin = datetime.fromisoformat(AT[0])
    told = [Told(status, begin + timedelta(hours=place)) for place, status in enumerate(statuses)]
    mixed = list(told)
    chance.shuffle(mixed)

    assert latest(mixed) == latest(told) == statuses[-1]


def test_ways_keep_to_the_table_of_moves():
    assert steps_to("packed", Fulfilment.DELIVERED) == ("handed_over", "delivered")
    assert steps_to("unfulfilled", Fulfilment.IN_TRANSIT) == ("packed", "handed_over", "in_transit")
    assert steps_to("delivered", Fulfilment.DELIVERED) == ()
    assert steps_to("delivered", Fulfilment.IN_TRANSIT) is None
    assert latest([Told(ShipmentStatus.LOST, datetime.fromisoformat(AT[0]))]) is None
