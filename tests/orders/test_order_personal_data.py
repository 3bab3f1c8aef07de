"""People in orders: told, emptied when asked or after 13 months; goods and money stay."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from accounts.models import User
from core import clock as present
from core.db import db, transaction
from orders.complaint_terms import ComplaintKind
from orders.invariants.people import words_of_erased_people
from orders.models.complaints import Complaint
from orders.models.orders import Order
from orders.models.returns import Dispute, ReturnEvent, ReturnRequest
from orders.models.reviews import Review
from orders.operations.checkout_personal_facts import Complaints
from orders.operations.complaints import ComplaintFacts, file_complaint
from orders.operations.personal_facts import (
    PEOPLE_KEPT,
    OldOrders,
    Orders,
    Reviews,
    empty_orders_of_erased_people,
)
from orders.operations.reviews import ReviewDraft, write_review
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Lifecycle
from tests.people import actor, make_user
from tests.support.order_shop import BUYER_PHONE, delivered_order, make_order

EMPTY = ("", "", None, None, None, None)


def person_of(order):
    row = db.session.get_one(Order, order.id, populate_existing=True)
    return row.name, row.phone, row.email, row.street, row.note, row.invoice


@pytest.fixture
def user(db_session):
    return make_user()


def finished(**facts):
    order = delivered_order(email="thu@example.vn", note="Gọi trước", invoice={"name": "Cty"}, **facts)
    with transaction():
        for part in order.seller_orders:
            move(part, Axis.LIFECYCLE, Lifecycle.COMPLETED, actor=OrderActor.TIMER, now=present.now())
    return order


def test_orders_are_told_to_their_person_only(user):
    mine, _ = finished(user_id=user.id), finished(phone="+84987654321")

    told = Orders().export(user.id)

    assert [each["code"] for each in told] == [mine.code]
    assert told[0]["goods"] == [{"name": "Kẹo dừa", "pack": "500 g", "quantity": 1, "goods_vnd": 125_000}]


def test_whoever_is_erased_leaves_goods_and_amounts(user):
    order = finished(user_id=user.id)

    with transaction():
        Orders().erase(user.id, present.now())

    assert person_of(order) == EMPTY
    assert (order.total_vnd, order.province) == (155_000, "Thành phố Hồ Chí Minh")
    assert order.erased_at == present.now()


def test_what_is_under_way_arrives_first(user):
    order = make_order(user_id=user.id)

    with transaction():
        Orders().erase(user.id, present.now())

    assert person_of(order)[0] == "Người Mua Thử"


def test_and_is_emptied_when_it_is_over(user):
    order = finished(user_id=user.id)
    with transaction():
        user.erased_at, user.phone, user.email, user.name = present.now(), None, None, None
        assert empty_orders_of_erased_people(present.now()) == 1
        assert empty_orders_of_erased_people(present.now()) == 0

    assert person_of(order) == EMPTY


def test_after_13_months_orders_name_nobody(db_session, clock):
    old, young = finished(), finished()
    with transaction():
        young.placed_at = present.now() + timedelta(days=1)
    before = present.now() + timedelta(seconds=1)
    clock.move(PEOPLE_KEPT + timedelta(seconds=1))

    assert OldOrders().count_older(before) == 1
    with transaction():
        assert OldOrders().delete_older(before) == 1
    assert OldOrders().count_older(before) == 0
    assert person_of(old) == EMPTY
    assert person_of(young)[0] == "Người Mua Thử"


def test_a_review_stays_without_its_author(user):
    line = finished(user_id=user.id).seller_orders[0].lines[0]
    with transaction():
        write_review(line, ReviewDraft(4, "Kẹo thơm, giòn lắm.", "Thử N."), by=None, now=present.now())
    assert Reviews().export(user.id)[0]["author"] == "Thử N."

    with transaction():
        Reviews().erase(user.id, present.now())

    review = db.session.query(Review).one()
    assert (review.author, review.by_id, review.text) == ("—", None, "Kẹo thơm, giòn lắm.")


def test_what_is_left_of_an_erased_person_is_found(user):
    part = finished(user_id=user.id).seller_orders[0]
    with transaction():
        write_review(
            part.lines[0], ReviewDraft(4, "Kẹo thơm, giòn lắm.", "Thử N."), by=None, now=present.now()
        )
        returned = {"reason": "damaged", "state": "refused", "text": "Vỡ hộp"}
        request = ReturnRequest(
            seller_order_id=part.id,
            submission_key="r",
            asked_at=present.now(),
            erased_at=present.now(),
            **returned,
        )
        db.session.add(request)
        erased = db.session.get_one(User, user.id)
        erased.erased_at, erased.phone, erased.email, erased.name = present.now(), None, None, None

    assert list(words_of_erased_people()) == [
        {"return_id": request.id, "fault": "emptied, and has words"},
        {"review": 1, "fault": "its author was erased"},
    ]

    with transaction():
        request.text = ""
        Reviews().erase(user.id, present.now())
    assert list(words_of_erased_people()) == []


def test_words_that_name_the_buyer_go_from_a_review_and_its_reply(user):
    line = finished(user_id=user.id).seller_orders[0].lines[0]
    with transaction():
        draft = ReviewDraft(4, "Ngon lắm, gọi Người mua thử nhé.", "Thử N.")
        review = write_review(line, draft, by=None, now=present.now())
        review.reply, review.replied_at = "Cảm ơn NGƯỜI MUA THỬ!", present.now()

    with transaction():
        Reviews().erase(user.id, present.now())

    review = db.session.query(Review).one()
    assert (review.rating, review.text, review.reply, review.replied_at) == (4, "", None, None)


def test_a_guests_order_under_way_is_emptied_once_it_is_over(db_session):
    user = make_user(phone=BUYER_PHONE)
    order = make_order()
    assert order.user_id is None
    with transaction():
        Orders().erase(user.id, present.now())
        erased = db.session.get_one(User, user.id)
        erased.erased_at, erased.phone, erased.email, erased.name = present.now(), None, None, None
        assert empty_orders_of_erased_people(present.now()) == 0
    assert person_of(order)[0] == "Người Mua Thử"

    with transaction():
        for part in db.session.get_one(Order, order.id).seller_orders:
            move(part, Axis.LIFECYCLE, Lifecycle.CANCELLED, actor=OrderActor.TIMER, now=present.now())
        empty_orders_of_erased_people(present.now())

    assert person_of(order) == EMPTY


def test_letters_of_a_return_and_a_dispute_are_told_and_emptied(user):
    order = finished(user_id=user.id)
    part = order.seller_orders[0]
    with transaction():
        request = ReturnRequest(
            seller_order_id=part.id,
            submission_key="r",
            reason="damaged",
            text="Vỡ hộp",
            state="refused",
            asked_at=present.now(),
        )
        step = {"from_state": "requested", "to_state": "refused", "actor": "producer"}
        request.events.append(ReturnEvent(**step, text="Chị Thử xem lại", happened_at=present.now()))
        days = {"opened_at": present.now(), "deadline_at": present.now()}
        db.session.add_all(
            [request, Dispute(seller_order_id=part.id, cause="other", text="Chưa đúng", **days)]
        )
    told = [(each["by"], each["text"]) for each in Orders().export(user.id)[0]["letters"]]
    assert told == [("buyer", "Vỡ hộp"), ("producer", "Chị Thử xem lại"), ("buyer", "Chưa đúng")]

    for change in ({"text": "khác"}, {"text": None, "actor": "buyer"}):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(ReturnEvent).values(**change))

    with transaction():
        Orders().erase(user.id, present.now())

    assert Orders().export(user.id)[0]["letters"] == []


def test_complaints_sent_signed_out_are_found_by_what_is_proved(db_session):
    address = {"email": "thu@example.vn", "email_verified_at": present.now()}
    user, stranger = make_user(phone=BUYER_PHONE, **address), make_user(email="khac@example.vn")
    by_number, by_address = complain(phone=BUYER_PHONE), complain(email="Thu@Example.vn")
    complain(phone=stranger.phone, email="khac@example.vn", by=actor(stranger))
    assert [each["number"] for each in Complaints().export(user.id)] == [by_number, by_address]
    assert len(Complaints().export(stranger.id)) == 1

    with transaction():
        Complaints().erase(user.id, present.now())

    left = [each.text for each in db.session.query(Complaint).order_by(Complaint.id)]
    assert left == ["", "", "Thiếu một gói"]


def complain(phone="+84900000000", email=None, by=None):
    facts = ComplaintFacts(
        kind=ComplaintKind.ORDER, name="A", phone=phone, text="Thiếu một gói", language="vi", email=email
    )
    with transaction():
        return file_complaint(facts, str(uuid4()), by=by, now=present.now()).reference
