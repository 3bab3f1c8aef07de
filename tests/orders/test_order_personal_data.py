"""People in orders: told, emptied when asked or after 13 months; goods and money stay."""

from datetime import timedelta

import pytest

from core import clock as present
from core.db import db, transaction
from orders.models.orders import Order
from orders.models.reviews import Review
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
from tests.people import make_user
from tests.support.order_shop import delivered_order, make_order

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
