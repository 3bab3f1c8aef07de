"""What a producer does about orders: each thing once, by who may, and never against the state of an order."""

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from orders.errors import (
    BookedAmountError,
    InvalidOrderError,
    InvalidShipmentError,
    OrderNotFoundError,
    OrderNotPaidError,
    PaymentClashError,
    RecalledGoodsError,
    WrongMoveError,
)
from orders.models.payments import Payment, Refund
from orders.models.shipments import Shipment
from orders.models.stock import StockHold
from orders.operations.bookings import let_go_of_changed
from orders.operations.desk import (
    Result,
    cancel_line,
    cancel_order,
    collect_cash,
    confirm_order,
    hand_over,
    pack_order,
    record_result,
    record_returned,
)
from orders.queries.desk_order import get_desk_order
from tests.orders.counter_shop import violations
from tests.orders.desk_shop import (
    _books_agree,
    book,
    do,
    events_of,
    owner,
    packs_of,
    pay,
    place,
    product,
    send,
    stands,
    verbs,
)
from traceability.operations.lots import open_lot
from traceability.operations.recalls import recall_lot

__all__ = ["_books_agree", "owner", "place", "product"]


def test_an_order_goes_from_new_to_delivered_and_its_cash_is_noted(product, place, owner):
    part = place(2)

    for _twice in range(2):
        do(confirm_order, part, by=owner)
    for _twice in range(2):
        do(pack_order, part, by=owner)
    for _twice in range(2):
        do(hand_over, part, by=owner, carrier="vnpost", number="EE123456789VN")
    assert stands(part) == ("confirmed", "cod_due", "handed_over")
    assert packs_of(product) == (8, 0)
    for _twice in range(2):
        do(record_result, part, Result.DELIVERED, by=owner)

    assert stands(part) == ("confirmed", "paid", "delivered")
    assert events_of(part) == [
        ("confirmed", "producer"),
        ("packed", "producer"),
        ("handed_over", "producer"),
        ("delivered", "producer"),
        ("cod_collected", "producer"),
        ("paid", "producer"),
    ]
    assert verbs() == [
        "orders.confirm_order",
        "orders.pack_order",
        "orders.hand_over",
        "orders.record_result",
    ]
    (parcel,) = db.session.scalars(select(Shipment))
    assert (parcel.carrier, parcel.tracking_number, parcel.cod_vnd) == ("vnpost", "EE123456789VN", 280_000)


def packed_with_a_carrier(place, owner):
    """Two lines, 480,001 ₫ to be collected at the door by a carrier whose system was asked."""
    part = place(2, 1)
    do(confirm_order, part, by=owner)
    do(pack_order, part, by=owner)
    return part, book(part)


def test_a_carrier_that_would_collect_too_much_is_let_go_of_with_the_line_that_ran_out(place, owner):
    part, shipment = packed_with_a_carrier(place, owner)
    assert shipment.cod_vnd == 480_001

    assert do(cancel_line, part, part.lines[1].id, 1, seen=0, by=owner) == 200_001

    db.session.refresh(shipment)
    assert (shipment.booking, shipment.fault) == ("failed", "amount_changed")
    assert (shipment.tracking_number, shipment.cod_vnd) == (None, 280_000)
    jobs = db.session.scalars(select(Job.payload).where(Job.name == "orders.cancel_shipment")).all()
    assert jobs == [{"carrier": "ghn", "number": "GHN12345"}]
    do(hand_over, part, by=owner, carrier="ghn", number="GHN67890")
    do(record_result, part, Result.DELIVERED, by=owner)
    assert stands(part) == ("confirmed", "paid", "delivered")
    assert violations("I1", "I2", "I3", "I3e", "I5", "I5a", "I5b", "I6", "I7") == []


def test_a_parcel_is_not_handed_to_a_carrier_that_would_collect_another_sum(product, place, owner):
    part, shipment = packed_with_a_carrier(place, owner)
    with transaction():
        shipment.cod_vnd = 680_002  # the line went while the carrier's system was being asked
    before = verbs()

    with pytest.raises(BookedAmountError) as refused:
        do(hand_over, part, by=owner)

    assert refused.value.facts == {"order": part.code, "booked_vnd": 680_002, "due_vnd": 480_001}
    assert stands(part) == ("confirmed", "cod_due", "packed")
    assert packs_of(product) == (10, 2)
    assert (shipment.booking, shipment.tracking_number) == ("booked", "GHN12345")
    assert verbs() == before
    with transaction():
        assert let_go_of_changed(now=clock.now()) == 1
    assert do(hand_over, part, by=owner) is True
    assert violations("I1", "I2", "I3", "I3e", "I5", "I6", "I7") == []


def test_a_carrier_that_collects_what_is_due_is_kept(place, owner):
    part, shipment = packed_with_a_carrier(place, owner)

    assert do(hand_over, part, by=owner) is True

    assert (shipment.booking, shipment.cod_vnd) == ("booked", 480_001)


def test_an_order_that_is_not_paid_is_not_taken(place, owner):
    part = place(method="vietqr")

    with pytest.raises(OrderNotPaidError):
        do(confirm_order, part, by=owner)

    assert stands(part) == ("placed", "pending", "unfulfilled")
    assert verbs() == []
    pay(part)
    assert do(confirm_order, part, by=owner)


@pytest.mark.parametrize("act", [pack_order, hand_over])
def test_an_order_that_is_not_confirmed_is_neither_packed_nor_sent(product, place, owner, act):
    part = place()

    with pytest.raises(WrongMoveError):
        do(act, part, by=owner)

    assert stands(part) == ("placed", "cod_due", "unfulfilled")
    assert packs_of(product) == (10, 2)


@pytest.mark.parametrize("result", list(Result))
def test_nothing_is_told_of_a_parcel_that_is_still_in_the_house(place, owner, result):
    part = place()
    do(confirm_order, part, by=owner)

    with pytest.raises(WrongMoveError):
        do(record_result, part, result, by=owner)

    assert stands(part) == ("confirmed", "cod_due", "unfulfilled")


def test_a_cancelled_order_is_neither_taken_nor_sent(product, place, owner):
    part = place()
    do(cancel_order, part, reason="Mưa bão, không gửi được", by=owner)

    for act in (confirm_order, pack_order, hand_over):
        with pytest.raises(WrongMoveError):
            do(act, part, by=owner)

    assert stands(part) == ("cancelled", "void", "unfulfilled")
    assert packs_of(product) == (10, 0)


def test_a_parcel_with_goods_of_a_recalled_lot_stays_in_the_house(product, place, owner):
    with transaction():
        lot = open_lot(product, "L1", 5, now=clock.now())
    part = place()
    do(confirm_order, part, by=owner)
    with transaction():
        recall_lot(lot, reason="Nhãn sai", instruction="Không dùng", contact="0294", now=clock.now())

    with pytest.raises(RecalledGoodsError):
        do(hand_over, part, by=owner)

    assert stands(part) == ("confirmed", "cod_due", "unfulfilled")
    assert packs_of(product) == (10, 2)
    assert get_desk_order(product.producer_id, part.code).is_recalled


def test_a_number_that_cannot_be_sends_nothing(product, place, owner):
    part = place()
    do(confirm_order, part, by=owner)

    with pytest.raises(InvalidShipmentError):
        do(hand_over, part, by=owner, carrier="ghn", number="a")

    assert stands(part) == ("confirmed", "cod_due", "unfulfilled")
    assert packs_of(product) == (10, 2)


def test_what_the_buyer_fetches_is_handed_over_delivered_and_paid_in_one(product, place, owner):
    part = place()
    with transaction():
        part.delivery_kind = "pickup_producer"
    do(confirm_order, part, by=owner)

    do(hand_over, part, by=owner)

    assert stands(part) == ("confirmed", "paid", "delivered")
    assert packs_of(product) == (8, 0)


def test_of_a_cash_order_a_line_that_ran_out_lowers_what_is_collected(product, place, owner):
    part = place(2, 3)  # 250,000 + 600,003 + 30,000
    line = part.lines[1]

    for _twice in range(2):
        do(cancel_line, part, line.id, 1, seen=0, by=owner)

    told = get_desk_order(product.producer_id, part.code)
    (payment,) = db.session.scalars(select(Payment).filter_by(order_id=part.order_id))
    assert (told.due_vnd, told.cash_vnd, told.uncharged_vnd) == (680_002, 680_002, 200_001)
    assert payment.amount_vnd == 680_002
    assert [each.left_quantity for each in told.lines] == [2, 2]
    assert packs_of(product, 1) == (10, 2)
    assert verbs() == ["orders.cancel_line"]


def test_of_a_paid_order_a_line_that_ran_out_gives_its_money_back(product, place, owner):
    part = place(2, 3, method="vietqr")
    pay(part)
    line = part.lines[0]

    assert do(cancel_line, part, line.id, 2, seen=0, by=owner) == 250_000

    (refund,) = db.session.scalars(select(Refund))
    assert (refund.amount_vnd, refund.goods_vnd, refund.shipping_vnd) == (250_000, 250_000, 0)
    assert (refund.cause, refund.state) == ("out_of_stock", "approved")
    assert packs_of(product) == (10, 0)
    assert stands(part)[0] == "placed"


def test_a_discounted_line_gives_back_what_was_paid_for_it_to_the_last_dong(product, place, owner):
    part = place(2, 3, method="vietqr")
    with transaction(), db.session.no_autoflush:
        line = part.lines[1]
        line.discount_vnd = 100_000
        part.discount_vnd = part.order.discount_vnd = 100_000
        part.total_vnd -= 100_000
        part.order.total_vnd -= 100_000
        payment = db.session.scalars(select(Payment).filter_by(order_id=part.order_id)).one()
        payment.amount_vnd -= 100_000
    pay(part)

    back = [do(cancel_line, part, line.id, 1, seen=seen, by=owner) for seen in range(3)]

    assert back == [166_668, 166_667, 166_668]
    assert sum(back) == 600_003 - 100_000


def test_taking_out_the_last_packs_cancels_the_order_and_its_fee(product, place, owner):
    part = place(2, method="vietqr")
    pay(part)

    do(cancel_line, part, part.lines[0].id, 2, seen=0, by=owner)

    (refund,) = db.session.scalars(select(Refund))
    assert refund.amount_vnd == 280_000
    assert stands(part)[0] == "cancelled"
    assert packs_of(product) == (10, 0)


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_more_packs_than_there_are_cannot_be_taken_out(product, place, owner, quantity):
    part = place(2, 1)

    with pytest.raises(InvalidOrderError):
        do(cancel_line, part, part.lines[0].id, quantity, seen=0, by=owner)

    assert packs_of(product) == (10, 2)


def test_a_line_of_another_order_is_not_found(product, place, owner):
    part, other = place(2), place(2)

    with pytest.raises(OrderNotFoundError):
        do(cancel_line, part, other.lines[0].id, 1, seen=0, by=owner)

    assert packs_of(product) == (10, 4)


def test_nothing_is_taken_out_of_a_parcel_that_left(product, place, owner):
    part = place(2, 1)
    send(part, owner)

    with pytest.raises(WrongMoveError):
        do(cancel_line, part, part.lines[0].id, 1, seen=0, by=owner)
    with pytest.raises(WrongMoveError):
        do(cancel_order, part, reason="hết", by=owner)

    assert stands(part)[2] == "handed_over"
    assert packs_of(product) == (8, 0)


@pytest.mark.parametrize(("is_sellable", "left"), [(True, 10), (False, 8)])
def test_a_parcel_nobody_took_comes_back_and_ends_the_order(product, place, owner, is_sellable, left):
    part = place(2)
    send(part, owner)
    do(record_result, part, Result.FAILED_ATTEMPT, by=owner, note="Không ai ở nhà")
    do(record_result, part, Result.RETURNING, by=owner)

    for _twice in range(2):
        do(record_returned, part, is_sellable=is_sellable, by=owner)

    assert stands(part) == ("cancelled", "cod_refused", "returned")
    assert packs_of(product) == (left, 0)


def test_a_paid_parcel_that_comes_back_gives_the_money_back(place, owner):
    part = place(2, method="vietqr")
    pay(part)
    send(part, owner)
    do(record_result, part, Result.FAILED_ATTEMPT, by=owner)

    do(record_returned, part, is_sellable=True, by=owner)

    (refund,) = db.session.scalars(select(Refund))
    assert (refund.amount_vnd, refund.cause) == (280_000, "cancelled")
    assert stands(part)[0] == "cancelled"


def test_cash_cannot_be_collected_before_delivery(place, owner):
    part = place(2)
    send(part, owner)

    with pytest.raises(WrongMoveError):
        do(collect_cash, part, by=owner)

    assert stands(part) == ("confirmed", "cod_due", "handed_over")


def test_a_card_page_shows_its_old_sum_so_nothing_is_taken_out_meanwhile(product, place, owner):
    part = place(2, 1, method="fake")

    with pytest.raises(PaymentClashError):
        do(cancel_line, part, part.lines[0].id, 1, seen=0, by=owner)

    assert packs_of(product) == (10, 2)
    assert [hold.quantity for hold in db.session.scalars(select(StockHold).order_by(StockHold.id))] == [2, 1]
