"""Cancelling a producer's part: goods, money and states go back together, once."""

from datetime import timedelta

import pytest

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from orders.errors import NotYoursToCancelError, WrongMoveError
from orders.models.orders import OrderEvent, PaymentMethod
from orders.models.payments import Payment, Refund
from orders.operations.cancellation import cancel_seller_order
from orders.operations.payment import expire_payment, record_payment
from orders.operations.timers import TimerOutcome, run_timer
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from tests.factories import make_product
from tests.orders.counter_shop import violations
from tests.orders.test_payment import books_are_even
from tests.support.order_shop import carry, make_order, parcel

DAY = timedelta(days=1)
# All rules of orders and money but I3d, which counts lines of a bank: here money comes without them.
BOOKS = ("I1", "I2", "I3", "I3e", "I3f", "I4", "I5", "I5a", "I5b", "I5c", "I5d", "I6", "I7", "I8", "I19")


def cancel(part, actor=OrderActor.PRODUCER, reason="out_of_stock"):
    with transaction():
        return cancel_seller_order(part, actor=actor, reason=reason, by=None, now=present.now())


def receive(order, amount_vnd, key="line:1"):
    with transaction():
        payment = db.session.query(Payment).filter_by(order_id=order.id).one()
        record_payment(payment, amount_vnd, source=OrderActor.BANK, key=key, now=present.now())


def expire(order):
    with transaction():
        payment = db.session.query(Payment).filter_by(order_id=order.id).one()
        assert expire_payment(payment, now=present.now()) is True


def asked_back():
    rows = db.session.query(Refund).order_by(Refund.id)
    return [(each.amount_vnd, each.cause, each.state) for each in rows]


def states(part):
    db.session.refresh(part)
    return part.lifecycle, part.payment, part.fulfilment


def reserved(variant):
    return db.session.get_one(Variant, variant.id, populate_existing=True).reserved


def two_parcels():
    one, other = make_product().variants[0], make_product().variants[0]
    return one, make_order([parcel((one, 2)), parcel((other, 1))])


def test_an_unpaid_order_is_void_and_its_goods_are_free(db_session):
    variant = make_product().variants[0]
    order = make_order([parcel((variant, 3))])
    part = order.seller_orders[0]
    assert reserved(variant) == 3

    assert cancel(part, OrderActor.BUYER, "buyer") is True

    assert states(part) == (Lifecycle.CANCELLED, PaymentState.VOID, Fulfilment.UNFULFILLED)
    assert reserved(variant) == 0
    assert db.session.query(Payment).one().state == "void"
    assert db.session.query(Refund).count() == 0


def test_cancelling_twice_is_cancelling_once(db_session):
    part = make_order().seller_orders[0]
    cancel(part)
    events = db.session.query(OrderEvent).count()

    assert cancel(part) is False
    assert db.session.query(OrderEvent).count() == events


def test_a_paid_part_is_asked_back_whole_and_the_other_stays(db_session):
    variant, order = two_parcels()
    receive(order, 435_000)
    first, second = order.seller_orders

    cancel(first)

    refund = db.session.query(Refund).one()
    assert (refund.goods_vnd, refund.shipping_vnd, refund.amount_vnd) == (250_000, 30_000, 280_000)
    assert (refund.cause, refund.state, refund.seller_order_id) == ("out_of_stock", "approved", first.id)
    assert states(first)[:2] == (Lifecycle.CANCELLED, PaymentState.PAID)
    assert states(second)[:2] == (Lifecycle.PLACED, PaymentState.PAID)
    assert reserved(variant) == 0


def test_a_transfer_is_asked_for_less_the_cancelled_part_and_pays_the_rest(db_session):
    _, order = two_parcels()
    first, second = order.seller_orders

    cancel(first)

    assert db.session.query(Payment).one().amount_vnd == 155_000
    receive(order, 155_000)
    assert states(first)[:2] == (Lifecycle.CANCELLED, PaymentState.VOID)
    assert states(second)[1] == PaymentState.PAID
    assert db.session.query(Refund).count() == 0


def test_whoever_paid_for_a_cancelled_part_gets_that_back(db_session):
    _, order = two_parcels()
    cancel(order.seller_orders[0])

    receive(order, 435_000)

    assert [(each.amount_vnd, each.cause) for each in db.session.query(Refund)] == [(280_000, "overpaid")]


def test_too_little_money_for_an_order_that_is_cancelled_goes_back(db_session):
    order = make_order()
    receive(order, 100_000)

    cancel(order.seller_orders[0])

    assert [(each.amount_vnd, each.cause) for each in db.session.query(Refund)] == [(100_000, "cancelled")]
    assert db.session.query(Payment).one().state == "void"


def test_too_little_money_that_no_more_came_to_in_time_goes_back_with_the_order(db_session, clock):
    order = make_order([parcel(), parcel()])
    receive(order, 100_000)
    clock.move(2 * DAY)
    expire(order)

    clock.move(4 * DAY)
    with transaction():
        outcomes = [run_timer(part.id, now=present.now()) for part in order.seller_orders]

    assert outcomes == [TimerOutcome.CANCELLED] * 2
    assert asked_back() == [(100_000, "cancelled", "approved")]
    assert [each.payment for each in order.seller_orders] == ["expired"] * 2
    receive(order, 50_000, "line:2")
    assert asked_back()[1:] == [(50_000, "late_payment", "approved")]
    assert books_are_even()
    assert violations(*BOOKS) == []


def test_too_little_money_goes_back_when_the_buyer_cancels_what_expired(db_session, clock):
    order = make_order()
    receive(order, 100_000)
    clock.move(2 * DAY)
    expire(order)

    assert cancel(order.seller_orders[0], OrderActor.BUYER, "buyer") is True

    assert asked_back() == [(100_000, "cancelled", "approved")]
    assert violations(*BOOKS) == []


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("more_vnd", [0, 5_000])
def test_what_came_in_pays_the_rest_when_a_part_is_cancelled(db_session, clock, is_late, more_vnd):
    _, order = two_parcels()
    receive(order, 155_000 + more_vnd)
    if is_late:
        clock.move(2 * DAY)
        expire(order)

    cancel(order.seller_orders[0], OrderActor.BUYER, "buyer")

    first, second = order.seller_orders
    assert states(first)[:2] == (Lifecycle.CANCELLED, "expired" if is_late else "void")
    assert states(second)[:2] == (Lifecycle.PLACED, PaymentState.PAID)
    payment = db.session.query(Payment).one()
    assert (payment.state, payment.amount_vnd) == ("paid", 155_000)
    assert asked_back() == ([(more_vnd, "overpaid", "approved")] if more_vnd else [])
    assert violations(*BOOKS) == []


def test_too_little_for_the_rest_waits_on_for_what_is_missing(db_session):
    _, order = two_parcels()
    receive(order, 100_000)

    cancel(order.seller_orders[0], OrderActor.BUYER, "buyer")

    assert asked_back() == []
    receive(order, 55_000, "line:2")
    assert states(order.seller_orders[1])[1] == PaymentState.PAID
    assert violations(*BOOKS) == []


def test_cash_on_delivery_is_not_waited_for(db_session):
    order = make_order(method=PaymentMethod.COD)

    cancel(order.seller_orders[0])

    assert states(order.seller_orders[0])[1] == PaymentState.VOID
    assert db.session.query(Payment).one().state == "void"


def test_a_buyer_cannot_cancel_what_is_packed_but_the_producer_can(db_session):
    order = make_order(method=PaymentMethod.COD)
    part = order.seller_orders[0]
    carry(part, Fulfilment.PACKED)

    with pytest.raises(NotYoursToCancelError):
        cancel(part, OrderActor.BUYER, "buyer")
    assert states(part)[0] == Lifecycle.CONFIRMED

    assert cancel(part) is True
    assert states(part)[0] == Lifecycle.CANCELLED


def test_what_has_left_the_house_is_not_cancelled(db_session):
    variant = make_product().variants[0]
    order = make_order([parcel((variant, 1))], method=PaymentMethod.COD)
    part = order.seller_orders[0]
    carry(part, Fulfilment.HANDED_OVER)

    with pytest.raises(WrongMoveError):
        cancel(part)

    assert states(part) == (Lifecycle.CONFIRMED, PaymentState.COD_DUE, Fulfilment.HANDED_OVER)


def test_what_was_cancelled_is_not_handed_over(db_session):
    order = make_order(method=PaymentMethod.COD)
    part = order.seller_orders[0]
    carry(part, Fulfilment.PACKED)
    cancel(part)

    with pytest.raises(WrongMoveError), transaction():
        move(part, Axis.FULFILMENT, Fulfilment.HANDED_OVER, actor=OrderActor.PRODUCER, now=present.now())

    assert states(part)[2] == Fulfilment.PACKED
