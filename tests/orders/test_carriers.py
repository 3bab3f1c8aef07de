"""Carriers' systems, played by a server with a memory: booking, cancelling, notices in any order."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core import clock as present
from core.config import load_settings
from core.db import db, transaction
from core.jobs.models import Job
from core.settings_reader import SettingError
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.carriers.base import CarrierError
from orders.carriers.registry import carrier_for
from orders.errors import InvalidRatesError, InvalidShipmentError, ShipmentStateError
from orders.jobs.shipments import book_shipment, cancel_shipment, forget_carrier_notices, let_go_of_bookings
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.shipments import (
    BookingState,
    CarrierNotice,
    EventOutcome,
    EventSource,
    Shipment,
    ShipmentEvent,
)
from orders.operations.bookings import load_places, take_notice
from orders.operations.shipments import ToldEvent, note_number, open_shipment, record_event
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from orders.tracking import FULFILMENT_OF, ShipmentStatus, Told, latest, steps_to
from tests.fakes.carrier_server import SECRET, CarrierServer, notice
from tests.support.order_shop import make_order, parcel, pay

CARRIERS = ("ghn", "ghtk", "viettel_post", "vnpost")
WORDS = {
    "ghn": ("picked", "transporting", "delivered"),
    "ghtk": ("3", "4", "5"),
    "viettel_post": ("105", "300", "501"),
    "vnpost": ("70", "80", "100"),
}
AT = ("2026-11-22T07:00:00+07:00", "2026-11-22T08:00:00+07:00", "2026-11-22T09:00:00+07:00")


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
    return app


def confirmed(method: PaymentMethod = PaymentMethod.VIETQR, carrier: str = "ghn") -> SellerOrder:
    order = make_order([parcel(delivery={"carrier": carrier, "weight_g": 1_200})], method=method)
    if method is not PaymentMethod.COD:
        pay(order)
    part = order.seller_orders[0]
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=present.now())
        if method is PaymentMethod.COD:
            from orders.operations.stock import commit_holds

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


def send(client, carrier: str, body: bytes, key: str = SECRET):
    return client.post(f"/webhooks/carriers/{carrier}", query_string={"key": key}, data=body)


def event(status: ShipmentStatus, at: datetime, **facts) -> ToldEvent:
    values = {"key": f"{status}@{at}", "source": EventSource.CARRIER, "code": status.value}
    return ToldEvent(**(values | facts), status=status, happened_at=at)


def tell(shipment: Shipment, *told: ToldEvent) -> list[EventOutcome | None]:
    with transaction():
        return [record_event(shipment, each, now=present.now()) for each in told]


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


@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_carrier_takes_a_booking_back(in_app, server, carrier):
    number = booked(confirmed(carrier=carrier), carrier).tracking_number

    cancel_shipment(carrier, number)

    assert server.cancelled == [number]


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


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "unreadable"),
        (b"[1]", "unreadable"),
        (b'{"Status": "delivered", "Type": "switch_status", "Time": "yesterday"}', "unreadable"),
        (b"[" * 60_000, "unreadable"),
        (b"\xff\x00{", "unreadable"),
        (b'{"Type": "update_weight", "Status": "delivered"}', "nothing"),
        (notice("ghn", "L0", "OC00000000", "delivered", AT[0]), "unknown_parcel"),
    ],
)
def test_a_notice_that_says_nothing_is_kept_and_answered(in_app, client, body, outcome):
    assert send(client, "ghn", body).status_code == 200
    assert db.session.scalars(select(CarrierNotice.outcome)).all() == [outcome]


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
