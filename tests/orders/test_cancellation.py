"""Cancelling a producer's part: goods, money and states go back together, once."""

import pytest

from catalog.models import Variant
from core import clock
from core.db import db, transaction
from orders.errors import NotYoursToCancelError, WrongMoveError
from orders.models.orders import OrderEvent, PaymentMethod
from orders.models.payments import Payment, Refund
from orders.operations.cancellation import cancel_seller_order
from orders.operations.payment import record_payment
from orders.operations.transitions import OrderActor, move
from orders.states import Axis, Fulfilment, Lifecycle, PaymentState
from tests.factories import make_product
from tests.support.order_shop import carry, make_order, parcel


def cancel(part, actor=OrderActor.PRODUCER, reason="out_of_stock"):
    with transaction():
        return cancel_seller_order(part, actor=actor, reason=reason, by=None, now=clock.now())


def receive(order, amount_vnd):
    with transaction():
        payment = db.session.query(Payment).filter_by(order_id=order.id).one()
        record_payment(payment, amount_vnd, source=OrderActor.BANK, now=clock.now())


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
        move(part, Axis.FULFILMENT, Fulfilment.HANDED_OVER, actor=OrderActor.PRODUCER, now=clock.now())

    assert states(part)[2] == Fulfilment.PACKED
