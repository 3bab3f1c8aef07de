"""Money that comes in: once, in full, too little, too much, too late."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from ledger.chart import AccountKind
from ledger.errors import JournalClashError
from ledger.models import Journal, Posting
from ledger.queries import get_balance_vnd
from orders.errors import PaymentClashError
from orders.models.orders import Order, PaymentMethod, SellerOrder
from orders.models.payments import Payment, PayState, Refund
from orders.models.stock import StockHold
from orders.operations.payment import (
    expire_payment,
    fail_payment,
    open_next_attempt,
    open_payments,
    record_payment,
)
from orders.operations.transitions import OrderActor
from tests.factories import make_product
from tests.support.order_shop import make_order, parcel

DAY = timedelta(days=1)


def payment_of(order: Order) -> Payment:
    return db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()


def receive(payment: Payment, amount_vnd: int | None = None, **facts: object) -> bool:
    with transaction():
        values = {"source": OrderActor.BANK, "now": present.now(), "key": "line:1"} | facts
        return record_payment(payment, amount_vnd or payment.amount_vnd, **values)  # type: ignore[arg-type]


def states(order: Order) -> list[tuple[str, str]]:
    parts = select(SellerOrder.lifecycle, SellerOrder.payment).where(SellerOrder.order_id == order.id)
    return [tuple(row) for row in db.session.execute(parts.order_by(SellerOrder.id))]


def holds(order: Order) -> list[str]:
    whose = select(SellerOrder.id).where(SellerOrder.order_id == order.id)
    held = select(StockHold.state).where(StockHold.seller_order_id.in_(whose)).order_by(StockHold.id)
    return list(db.session.scalars(held))


def refunds() -> list[tuple[str, int, str]]:
    rows = db.session.execute(select(Refund.cause, Refund.amount_vnd, Refund.state).order_by(Refund.id))
    return [tuple(row) for row in rows]


def books_are_even() -> bool:
    """Bank and processor hold what buyers have paid and are not owed back."""
    kinds = (AccountKind.BANK, AccountKind.CARD_PROCESSOR)
    orders = [f"order:{number}" for number in db.session.scalars(select(Order.id))]
    owed = sum(
        get_balance_vnd(kind, order)
        for kind in (AccountKind.BUYER_FUNDS, AccountKind.REFUNDS_DUE)
        for order in orders
    )
    return sum(get_balance_vnd(kind) for kind in kinds) == owed


def test_the_whole_amount_pays_every_part_and_commits_their_goods(db_session):
    order = make_order([parcel(), parcel()])
    payment = payment_of(order)

    assert receive(payment) is True

    assert states(order) == [("placed", "paid")] * 2
    assert holds(order) == ["committed"] * 2
    assert (payment.state, payment.received_vnd) == ("paid", 310_000)
    assert get_balance_vnd(AccountKind.BUYER_FUNDS, f"order:{order.id}") == 310_000
    assert get_balance_vnd(AccountKind.BANK) == 310_000
    names = set(db.session.scalars(select(Job.name)))
    assert {"orders.send_receipt", "orders.send_news"} <= names


def test_the_same_receipt_again_changes_nothing(db_session):
    payment = payment_of(make_order())
    receive(payment)

    assert receive(payment) is False

    assert payment.received_vnd == 155_000
    assert db.session.scalar(select(func.count()).select_from(Journal)) == 1
    assert refunds() == []


def test_the_same_receipt_with_another_amount_is_refused(db_session):
    payment = payment_of(make_order())
    receive(payment)

    with pytest.raises(JournalClashError):
        receive(payment, 154_000)

    assert payment.received_vnd == 155_000


def test_too_little_waits_for_the_rest(db_session):
    order = make_order()
    payment = payment_of(order)

    receive(payment, 100_000)

    assert (payment.state, payment.received_vnd) == ("pending", 100_000)
    assert states(order) == [("placed", "pending")]
    receive(payment, 55_000, key="line:2")
    assert (payment.state, payment.received_vnd) == ("paid", 155_000)
    assert states(order) == [("placed", "paid")]


def test_too_much_pays_and_the_rest_goes_back(db_session):
    order = make_order()
    payment = payment_of(order)

    receive(payment, 200_000)

    assert states(order) == [("placed", "paid")]
    assert refunds() == [("overpaid", 45_000, "approved")]
    assert get_balance_vnd(AccountKind.REFUNDS_DUE, f"order:{order.id}") == 45_000
    receive(payment, 155_000, key="line:2")
    assert refunds()[1:] == [("overpaid", 155_000, "approved")]
    assert get_balance_vnd(AccountKind.BUYER_FUNDS, f"order:{order.id}") == 155_000
    assert books_are_even()


def test_an_unpaid_order_expires_and_its_goods_are_free(db_session, clock):
    order = make_order()
    payment = payment_of(order)
    with transaction():
        assert expire_payment(payment, now=present.now()) is False
    clock.move(DAY)

    with transaction():
        assert expire_payment(payment, now=present.now()) is True

    assert states(order) == [("placed", "expired")]
    assert holds(order) == ["released"]
    assert payment.state == "expired"
    with transaction():
        assert expire_payment(payment, now=present.now()) is False


def test_a_paid_order_never_expires(db_session, clock):
    order = make_order()
    payment = payment_of(order)
    receive(payment)
    clock.move(DAY)

    with transaction():
        assert expire_payment(payment, now=present.now()) is False

    assert states(order) == [("placed", "paid")]
    assert holds(order) == ["committed"]


def test_late_money_pays_if_the_goods_are_there_still(db_session, clock):
    order = make_order()
    payment = payment_of(order)
    clock.move(DAY)
    with transaction():
        expire_payment(payment, now=present.now())

    receive(payment)

    assert states(order) == [("placed", "paid")]
    assert holds(order) == ["released", "committed"]
    assert refunds() == []


def test_late_money_goes_back_for_the_part_that_was_sold_meanwhile(db_session, clock):
    scarce, plenty = (make_product(variants=[{"on_hand": count}]).variants[0] for count in (1, 9))
    order = make_order([parcel((scarce, 1)), parcel((plenty, 1))])
    payment = payment_of(order)
    clock.move(DAY)
    with transaction():
        expire_payment(payment, now=present.now())
    make_order([parcel((scarce, 1))])

    receive(payment)

    assert states(order) == [("cancelled", "paid"), ("placed", "paid")]
    assert refunds() == [("late_payment", 155_000, "approved")]
    assert db.session.get_one(Variant, scarce.id, populate_existing=True).reserved == 1
    assert books_are_even()


def test_what_fails_may_be_tried_again_while_the_goods_are_held(db_session, clock):
    order = make_order(method=PaymentMethod.STRIPE)
    payment = payment_of(order)
    with transaction():
        assert fail_payment(payment, reason="card_declined", now=present.now()) is True
    assert states(order) == [("placed", "failed")]

    with transaction():
        second = open_next_attempt(payment, now=present.now())
        assert open_next_attempt(payment, now=present.now()).id == second.id

    assert (second.attempt, second.amount_vnd, second.reference) == (2, 155_000, payment.reference)
    assert states(order) == [("placed", "pending")]
    assert holds(order) == ["held"]


def test_a_failure_told_after_the_money_changes_nothing(db_session):
    order = make_order(method=PaymentMethod.STRIPE)
    payment = payment_of(order)
    receive(payment, external_charge="pi_1", source=OrderActor.PROCESSOR)

    with transaction():
        assert fail_payment(payment, reason="card_declined", now=present.now()) is False

    assert states(order) == [("placed", "paid")]


def test_two_tries_that_both_succeed_give_one_back(db_session):
    order = make_order(method=PaymentMethod.STRIPE)
    first = payment_of(order)
    with transaction():
        fail_payment(first, reason="timeout", now=present.now())
        second = open_next_attempt(first, now=present.now())
    receive(second, external_charge="pi_2", source=OrderActor.PROCESSOR)

    receive(first, external_charge="pi_1", source=OrderActor.PROCESSOR)

    assert states(order) == [("placed", "paid")]
    assert refunds() == [("overpaid", 155_000, "approved")]
    assert get_balance_vnd(AccountKind.CARD_PROCESSOR) == 310_000
    assert books_are_even()


def test_a_charge_pays_one_payment_only(db_session):
    first, second = (payment_of(make_order(method=PaymentMethod.STRIPE)) for _ in range(2))
    receive(first, external_charge="pi_1", source=OrderActor.PROCESSOR)

    with pytest.raises(PaymentClashError):
        receive(second, external_charge="pi_1", source=OrderActor.PROCESSOR)

    assert (second.state, second.received_vnd) == ("pending", 0)
    assert db.session.scalar(select(func.sum(Posting.amount_vnd))) == 155_000


def test_a_payment_is_asked_for_once(db_session):
    order = make_order()

    with transaction():
        again = open_payments(order, now=present.now())

    assert [payment.id for payment in again] == [payment_of(order).id]


@pytest.mark.parametrize(
    ("method", "count", "state"),
    [(PaymentMethod.VIETQR, 1, "pending"), (PaymentMethod.COD, 2, "cod_due")],
)
def test_cash_is_asked_for_at_each_door_a_transfer_once(db_session, method, count, state):
    order = make_order([parcel(), parcel()], method=method)
    with transaction():
        db.session.query(Payment).delete()

    with transaction():
        asked = open_payments(order, now=present.now())

    assert sum(payment.amount_vnd for payment in asked) == 310_000
    assert [payment.state for payment in asked] == [PayState.PENDING] * count
    assert {payment for _, payment in states(order)} == {state}
    is_timed = method == PaymentMethod.VIETQR
    assert [payment.expires_at is not None for payment in asked] == [is_timed] * count


def test_an_order_that_costs_nothing_is_paid_as_it_is_placed(db_session):
    order = make_order(method=PaymentMethod.COD)
    with transaction():
        db.session.query(Payment).delete()
        order.seller_orders[0].uncharged_vnd = 155_000

    with transaction():
        assert open_payments(order, now=present.now()) == []

    assert states(order) == [("placed", "paid")]
