"""What happens to orders that nobody acts on, however often, when and how badly the sweeper runs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from core.messages.models import Message
from orders.errors import OrderNotFoundError
from orders.jobs.payments import expire_payments
from orders.jobs.timers import alert_producers, run_timers
from orders.models.orders import OrderEvent, SellerOrder
from orders.models.payments import Payment, Refund
from orders.operations import timers
from orders.operations.payment import open_payments, record_payment
from orders.operations.timers import run_timer
from orders.operations.transitions import OrderActor, move
from orders.states import Axis
from tests.factories import make_product
from tests.order_factories import make_order
from tests.people import make_member


@pytest.fixture
def product(db_session):
    product = make_product(variants=[{"on_hand": 10}])
    make_member(product.producer, email="chu@example.vn", email_verified_at=clock.now(), language="en")
    return product


def part_of(order):
    (part,) = order.seller_orders
    return part


def place(product, method="cod"):
    order = make_order((product.variants[0], 2), method=method)
    with transaction():
        until = None if method == "cod" else clock.now() + timedelta(hours=24)
        open_payments(order, now=clock.now(), expires_at=until)
        part_of(order).act_by_at = clock.now() + timedelta(hours=24)
    return order


def pay(order):
    payment = db.session.scalars(select(Payment).filter_by(order_id=order.id)).one()
    with transaction():
        record_payment(payment, payment.amount_vnd, source=OrderActor.BANK, key="line:1", now=clock.now())


def stands(part):
    db.session.rollback()
    row = db.session.get_one(SellerOrder, part.id, populate_existing=True)
    return row.lifecycle, row.payment, row.fulfilment


def packs_of(product):
    variant = product.variants[0]
    db.session.refresh(variant)
    return variant.on_hand, variant.reserved


def letters():
    db.session.rollback()
    return [each.subject for each in db.session.scalars(select(Message).order_by(Message.id))]


def sweep(times=2):
    for _each in range(times):
        run_timers()


def hours(number):
    return timedelta(hours=number)


def deliver(part):
    with transaction():
        move(part, Axis.LIFECYCLE, "confirmed", actor=OrderActor.PRODUCER, now=clock.now())
        for state in ("packed", "handed_over", "delivered"):
            move(part, Axis.FULFILMENT, state, actor=OrderActor.PRODUCER, now=clock.now())


def test_a_day_without_a_word_reminds_the_producer_once(product, clock):
    part = part_of(place(product))
    clock.move(hours(24) - timedelta(seconds=1))
    sweep()
    assert letters() == []

    clock.move(timedelta(seconds=1))
    sweep(3)

    assert letters() == [f"Order {part.code} waits for you"]
    assert stands(part) == ("placed", "cod_due", "unfulfilled")


def test_two_days_without_a_word_cancel_the_order_and_free_its_goods(product, clock):
    part = part_of(place(product))
    clock.move(hours(24))
    sweep()
    clock.move(hours(24))
    sweep(3)

    assert stands(part) == ("cancelled", "void", "unfulfilled")
    assert packs_of(product) == (10, 0)
    moved = db.session.scalars(select(OrderEvent).filter_by(to_state="cancelled")).all()
    assert [(each.actor, each.reason) for each in moved] == [("timer", "not_confirmed")]


def test_money_that_was_paid_goes_back_when_nobody_confirms(product, clock):
    order = place(product, "vietqr")
    pay(order)
    clock.move(hours(24))
    sweep()
    clock.move(hours(24))
    sweep(3)

    refunds = db.session.scalars(select(Refund)).all()
    assert stands(part_of(order))[0] == "cancelled"
    assert [(each.amount_vnd, each.cause) for each in refunds] == [(280_000, "cancelled")]


def test_the_day_of_an_order_paid_late_begins_with_the_payment(product, clock):
    order = place(product, "vietqr")
    clock.move(hours(20))
    pay(order)
    clock.move(hours(5))  # a day after it was placed

    sweep()

    db.session.rollback()
    assert part_of(order).act_by_at == clock.now() + hours(19)
    assert stands(part_of(order))[:2] == ("placed", "paid")


def test_a_transfer_that_does_not_come_frees_the_goods_and_three_days_later_ends_the_order(product, clock):
    order = place(product, "vietqr")
    clock.move(hours(24))
    expire_payments()
    expire_payments()
    assert stands(part_of(order))[:2] == ("placed", "expired")
    assert packs_of(product) == (10, 0)

    clock.move(timedelta(days=3) - timedelta(seconds=1))
    sweep()
    assert stands(part_of(order))[0] == "placed"
    clock.move(timedelta(seconds=1))
    sweep()

    assert stands(part_of(order))[:2] == ("cancelled", "expired")


def test_an_order_delivered_a_week_ago_is_completed_and_its_sale_asked_for_once(product, clock):
    order = place(product, "vietqr")
    pay(order)
    deliver(part_of(order))
    clock.move(timedelta(days=7) - timedelta(seconds=1))
    sweep()
    assert stands(part_of(order))[0] == "confirmed"

    clock.move(timedelta(seconds=1))
    sweep(3)

    assert stands(part_of(order)) == ("completed", "paid", "delivered")
    asked = db.session.scalars(select(Job).filter_by(name="settlement.recognise_sale")).all()
    assert [each.payload for each in asked] == [{"seller_order_id": part_of(order).id}]


def test_an_order_whose_cash_nobody_noted_is_not_completed(product, clock):
    order = place(product)
    deliver(part_of(order))
    clock.move(timedelta(days=7))

    sweep()

    assert stands(part_of(order))[:2] == ("confirmed", "cod_due")
    db.session.rollback()
    assert part_of(order).act_by_at == clock.now() + hours(6)


def test_a_confirmed_order_has_no_timer(product, clock):
    part = part_of(place(product))
    with transaction():
        move(part, Axis.LIFECYCLE, "confirmed", actor=OrderActor.PRODUCER, now=clock.now())
    clock.move(timedelta(days=30))

    sweep()

    assert stands(part)[0] == "confirmed"
    assert part.act_by_at is None


def test_a_sweep_killed_half_way_does_nothing_and_the_next_does_it_all(product, clock, monkeypatch):
    part = part_of(place(product))
    clock.move(hours(24))
    run_timers()
    clock.move(hours(24))

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("orders.operations.cancellation.release_holds", killed)
        with pytest.raises(KeyboardInterrupt):
            run_timers()
    assert stands(part) == ("placed", "cod_due", "unfulfilled")
    assert packs_of(product) == (10, 2)
    sweep()

    assert stands(part) == ("cancelled", "void", "unfulfilled")
    assert packs_of(product) == (10, 0)


def test_one_order_that_fails_keeps_no_other_back(product, clock, monkeypatch):
    first, second = part_of(place(product)), part_of(place(product))
    clock.move(hours(24))
    real = timers.lock_parcel

    def failing(part):
        if part.id == first.id:
            raise OrderNotFoundError(code=part.code)
        real(part)

    monkeypatch.setattr(timers, "lock_parcel", failing)
    run_timers()

    assert letters() == [f"Order {second.code} waits for you"]


def test_a_look_before_the_time_does_nothing(product):
    part = part_of(place(product))

    with transaction():
        assert run_timer(part.id, now=clock.now()) == "nothing"
        assert run_timer(2**31 - 1, now=clock.now()) == "nothing"


def test_a_producer_hears_of_an_order_once_it_can_be_worked_on(product):
    cash, transfer = place(product), place(product, "vietqr")
    for order in (cash, transfer, cash, transfer):
        alert_producers(order.id)
    assert letters() == [f"New order {part_of(cash).code}"]

    pay(transfer)
    for _each in range(2):
        alert_producers(transfer.id)

    assert letters() == [f"New order {part_of(each).code}" for each in (cash, transfer)]
