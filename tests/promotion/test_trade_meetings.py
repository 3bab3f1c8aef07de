"""Meetings at fairs: nobody is in two places, nothing is booked twice, both are told."""

import threading
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core import clock as present
from core.clock import VIETNAM
from core.db import db, transaction
from core.messages.models import Message
from promotion.errors.trade import InvalidTradeError, SlotTakenError, TradeAccountError
from promotion.meeting_terms import SlotFault, Span, fault_of, overlap
from promotion.models.fairs import Participation
from promotion.models.trade import MeetingBooking, MeetingSlot, TradeAccount
from promotion.operations.fairs import cancel_fair
from promotion.operations.participation import refuse_participation, withdraw_producer
from promotion.operations.trade_meetings import (
    book_slot,
    cancel_booking,
    offer_slots,
    withdraw_slot,
)
from promotion.queries.trade_meetings import list_free_slots, list_meetings_of, list_slots_of
from tests.fairs import make_exhibitor, make_fair
from tests.people import make_user
from tests.promotion.trade_shop import TradeShop, hand_of, make_account, make_trade_shop


def at(hour: int, minute: int = 0, days: int = 1) -> datetime:
    """A moment of a day to come, in Vietnam."""
    return datetime.combine(present.today() + timedelta(days=days), time(hour, minute), VIETNAM)


def make_slots(shop: TradeShop, *spans: Span, place: str = "") -> list[int]:
    """Times at a fair that the producer takes part in; their numbers."""
    found = db.session.scalar(select(Participation.id).where(Participation.producer_id == shop.producer.id))
    number = found or make_exhibitor(make_fair(), producer=shop.producer).id
    by = shop.seller_actor
    with transaction():
        participation = db.session.get_one(Participation, number)
        return [slot.id for slot in offer_slots(participation, spans, place, by=by, now=present.now())]


def book(slot_id: int, account: TradeAccount, subject: str = "Nước mắm") -> int:
    number = account.id
    db.session.rollback()
    with transaction():
        slot, firm = db.session.get_one(MeetingSlot, slot_id), db.session.get_one(TradeAccount, number)
        return book_slot(slot, firm, subject, now=present.now()).id


def bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(MeetingBooking.id))) or 0


def test_times_that_touch_do_not_overlap():
    half = Span(at(9), 30)

    assert not overlap(half, Span(at(9, 30), 30))
    assert overlap(half, Span(at(9, 29), 30))
    assert overlap(half, Span(at(8, 31), 30))
    assert not overlap(half, Span(at(8, 30), 30))


@pytest.mark.parametrize(
    ("begins", "fault"),
    [
        ((9, 0, 1), None),
        ((9, 0, 2), SlotFault.OUTSIDE),
        ((9, 0, 0), SlotFault.PAST),
        ((14, 0, 1), SlotFault.OVERLAPS),
        ((14, 30, 1), None),
    ],
)
def test_when_a_slot_may_be_offered(clock, begins, fault):
    days = (present.today(), present.today() + timedelta(days=1))
    known = [Span(at(14), 30)]

    assert fault_of(Span(at(*begins), 30), known, days, now=present.now()) == fault


def test_of_two_buyers_of_one_time_the_first_has_it_and_both_sides_are_told(app, db_session):
    shop = make_trade_shop()
    (slot_id,) = make_slots(shop, Span(at(9), 30))
    rival = make_account(make_user(), tax_code="2")

    first = book(slot_id, shop.account)
    assert book(slot_id, shop.account) == first
    with pytest.raises(SlotTakenError) as refused:
        book(slot_id, rival)

    assert refused.value.facts["reason"] == "taken"
    assert bookings() == 1
    said = [str(body) for body in db.session.scalars(select(Message.body))]
    assert sum("Bạn gặp Siêu thị Sao Việt" in each for each in said) == 1
    assert sum("Bạn gặp HTX Dừa Bến Tre" in each for each in said) == 1
    assert list_free_slots(present.now()) == []
    assert [view.place for view in list_meetings_of(shop.account.id)] == ["A1"]


def test_the_database_admits_one_booking_of_a_slot(db_session):
    shop = make_trade_shop()
    (slot_id,) = make_slots(shop, Span(at(9), 30))
    book(slot_id, shop.account)

    values = {"slot_id": slot_id, "account_id": shop.account.id, "booked_at": present.now()}
    db.session.rollback()

    with pytest.raises(IntegrityError), transaction():
        db.session.add(MeetingBooking(**values))
    assert bookings() == 1


def test_four_who_press_at_once_make_one_booking(app, db_session):
    shop = make_trade_shop()
    (slot_id,) = make_slots(shop, Span(at(9), 30))
    firms = [make_account(make_user(), tax_code=str(number)).id for number in range(4)]
    gate, outcomes = threading.Barrier(4), []

    def press(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    slot, firm = (
                        db.session.get_one(MeetingSlot, slot_id),
                        db.session.get_one(TradeAccount, number),
                    )
                    book_slot(slot, firm, "", now=present.now())
                outcomes.append("booked")
            except SlotTakenError as error:
                outcomes.append(error.facts["reason"])
            finally:
                db.session.remove()

    hands = [threading.Thread(target=press, args=(number,)) for number in firms]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert sorted(outcomes) == ["booked", "taken", "taken", "taken"]
    assert bookings() == 1


def test_a_buyer_is_not_in_two_places(db_session):
    shop, other = make_trade_shop(), make_trade_shop()
    (here,) = make_slots(shop, Span(at(9), 30))
    there, later = make_slots(other, Span(at(9, 15), 15), Span(at(9, 30), 15))
    book(here, shop.account)

    with pytest.raises(SlotTakenError) as refused:
        book(there, shop.account)
    assert refused.value.facts["reason"] == "elsewhere"
    book(later, shop.account)
    assert bookings() == 2


def test_a_cancelled_time_is_free_again_and_one_taken_back_is_not(db_session, clock):
    shop = make_trade_shop()
    slot_id, second = make_slots(shop, Span(at(9), 30), Span(at(10), 30))
    number = book(slot_id, shop.account)
    by = shop.buyer_actor

    def end(is_buyer: bool) -> bool:
        db.session.rollback()
        with transaction():
            booking = db.session.get_one(MeetingBooking, number)
            return cancel_booking(booking, "bận", is_buyer=is_buyer, by=by, now=present.now())

    assert [end(True), end(True)] == [True, False]
    number = book(slot_id, shop.account)
    with transaction():
        withdraw_slot(db.session.get_one(MeetingSlot, slot_id), by=by, now=present.now())
    assert list_meetings_of(shop.account.id) == []
    with pytest.raises(SlotTakenError):
        book(slot_id, shop.account)
    assert [view.slot.id for view in list_slots_of(shop.producer.id)] == [second]
    number = book(second, shop.account)
    clock.set(at(10))
    with pytest.raises(SlotTakenError):
        end(False)


FAIR_OFF = "nên cuộc gặp giữa Siêu thị Sao Việt và HTX Dừa Bến Tre"
STAYS_AWAY = "HTX Dừa Bến Tre không còn tham gia"


@pytest.mark.parametrize(
    ("act", "words"), [("cancel", FAIR_OFF), ("withdraw", STAYS_AWAY), ("refuse", STAYS_AWAY)]
)
def test_no_meeting_is_left_where_the_fair_or_the_producer_falls_out(db_session, clock, act, words):
    shop, other = make_trade_shop(), make_trade_shop()
    begun, coming, free = make_slots(shop, Span(at(8), 30), Span(at(10), 30), Span(at(11), 30))
    (elsewhere,) = make_slots(other, Span(at(10), 30))
    book(begun, shop.account)
    book(coming, shop.account)
    book(elsewhere, other.account)
    part = db.session.scalars(
        select(Participation).where(Participation.producer_id == shop.producer.id)
    ).one()
    fair_id, producer_id, number, by = part.fair_id, part.producer_id, part.id, shop.seller_actor
    db.session.rollback()
    clock.set(at(8, 15))

    def fall_out() -> None:
        with transaction():
            if act == "cancel":
                cancel_fair(fair_id, "bão", by=by, now=present.now())
            elif act == "withdraw":
                withdraw_producer(fair_id, producer_id, by=by, now=present.now())
            else:
                refuse_participation(fair_id, number, "thiếu giấy", by=by, now=present.now())

    fall_out()
    fall_out()

    assert [view.slot.id for view in list_meetings_of(shop.account.id)] == [begun]
    assert [view.slot.id for view in list_meetings_of(other.account.id)] == [elsewhere]
    assert [view.slot.id for view in list_slots_of(producer_id)] == [begun]
    assert db.session.get_one(MeetingSlot, free).withdrawn_at == present.now()
    said = [str(body) for body in db.session.scalars(select(Message.body))]
    assert sum(words in each for each in said) == 2
    assert not any("đã hủy cuộc gặp" in each for each in said)


def test_only_verified_buyers_book(db_session):
    shop = make_trade_shop()
    (slot_id,) = make_slots(shop, Span(at(9), 30))

    with pytest.raises(TradeAccountError):
        book(slot_id, make_account(make_user(), "waits", tax_code="3"))
    assert bookings() == 0


def test_times_are_offered_only_by_those_who_take_part(db_session):
    shop = make_trade_shop()
    make_exhibitor(make_fair(), producer=shop.producer, state="registered", code=None)

    with pytest.raises(InvalidTradeError) as refused:
        make_slots(shop, Span(at(9), 30))
    assert refused.value.facts["reason"] == "not_taking_part"
    db.session.rollback()
    assert db.session.scalar(select(func.count(MeetingSlot.id))) == 0


def test_both_sides_in_their_browsers_and_the_entry_for_a_calendar(app, db_session):
    shop = make_trade_shop()
    part = make_exhibitor(make_fair(), producer=shop.producer)
    desk = f"/workspace/{shop.producer.id}/trade/meetings"
    seller, buyer = hand_of(app, shop.owner, desk), hand_of(app, shop.buyer)
    form = {
        "participation": str(part.id),
        "day": at(9).date().isoformat(),
        "time": "09:00",
        "minutes": "30",
        "count": "3",
    }

    for day, clock in (("9999-12-31", "23:50"), ("0001-01-01", "00:00")):
        astray = seller.post(
            f"/workspace/{shop.producer.id}/trade/slots", **(form | {"day": day, "time": clock})
        )
        assert astray.status_code == 422
    assert db.session.scalar(select(func.count(MeetingSlot.id))) == 0
    assert seller.post(f"/workspace/{shop.producer.id}/trade/slots", **form).status_code == 303
    again = seller.post(f"/workspace/{shop.producer.id}/trade/slots", **form)
    assert again.status_code == 422
    assert "trùng với giờ khác" in again.text
    db.session.rollback()
    slot_id = db.session.scalars(select(MeetingSlot.id).order_by(MeetingSlot.starts_at)).first()
    assert buyer.post(f"/trade/slots/{slot_id}/booking", subject="<b>Giá</b>").status_code == 303
    number = db.session.scalars(select(MeetingBooking.id)).one()
    calendar = buyer.get(f"/trade/bookings/{number}.ics")
    assert calendar.mimetype == "text/calendar"
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261123T090000" in calendar.text
    assert "HTX Dừa Bến Tre" in calendar.text
    assert "Siêu thị Sao Việt" in seller.get(desk).text
    assert "<b>Giá" not in seller.get(desk).text
    stranger = hand_of(app, make_trade_shop().buyer)
    assert stranger.get(f"/trade/bookings/{number}.ics").status_code == 404
    assert stranger.post(f"/trade/bookings/{number}/cancellation").status_code == 404
    assert buyer.post(f"/trade/bookings/{number}/cancellation").status_code == 303
    assert "STATUS:CANCELLED" in buyer.get(f"/trade/bookings/{number}.ics").text
