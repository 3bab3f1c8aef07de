"""Two who touch the money of an order at the same moment (C-03, C-06): one after the other, never both."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from core import clock as present
from core.db import db
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.queries import get_balance_vnd
from orders.models.payments import Payment, Refund, RefundCause
from orders.operations.payment import expire_payment, record_payment
from orders.operations.refunds import get_refund, mark_refund_sent, request_refund
from orders.operations.transitions import OrderActor
from tests.catalog.test_office_races import at_once
from tests.orders.test_payment import holds, payment_of, states
from tests.orders.test_refunds import ask, paid_order
from tests.support.order_shop import make_order

HANDS = 6


def payment(number: int) -> Payment:
    return db.session.get_one(Payment, number)


def test_one_receipt_told_by_many_at_once_counts_once(app, db_session):
    order = make_order()
    number = payment_of(order).id

    def tell() -> None:
        record_payment(payment(number), 155_000, source=OrderActor.BANK, key="line:1", now=present.now())

    ended = at_once(app, [tell] * HANDS)

    db_session.rollback()
    assert ended == Counter(done=HANDS)
    assert payment(number).received_vnd == 155_000
    assert db_session.scalar(select(func.count()).select_from(Journal)) == 1
    assert (states(order), holds(order)) == ([("placed", "paid")], ["committed"])


def test_money_and_the_end_of_the_wait_at_once_leave_a_paid_order_with_its_goods(app, db_session, clock):
    orders = [make_order() for _ in range(HANDS)]
    numbers = [payment_of(order).id for order in orders]
    clock.move(timedelta(days=1))

    def pay(number: int) -> None:
        record_payment(payment(number), 155_000, source=OrderActor.BANK, key="line:1", now=present.now())

    def expire(number: int) -> None:
        expire_payment(payment(number), now=present.now())

    acts = [lambda act=act, number=number: act(number) for number in numbers for act in (pay, expire)]
    ended = at_once(app, acts)

    db_session.rollback()
    assert ended == Counter(done=2 * HANDS)
    for order in orders:
        assert states(order) == [("placed", "paid")]
        assert holds(order)[-1:] == ["committed"]
    assert get_balance_vnd(AccountKind.BANK) == 155_000 * HANDS


def test_many_refunds_at_once_never_give_back_more_than_came_in(app, db_session):
    order = paid_order()
    number = payment_of(order).id

    def take(key: str) -> None:
        part = db.session.merge(order.seller_orders[0])
        request_refund(
            payment(number),
            key=key,
            cause=RefundCause.RETURN,
            seller_order=part,
            goods_vnd=60_000,
            now=present.now(),
        )

    ended = at_once(app, [lambda key=f"return:{at}": take(key) for at in range(HANDS)])

    db_session.rollback()
    assert ended == Counter(done=2, RefundTooLargeError=HANDS - 2)
    assert payment(number).refunded_vnd == 120_000
    assert db_session.scalar(select(func.count()).select_from(Refund)) == 2


def test_a_refund_marked_as_sent_by_two_leaves_the_bank_once(app, db_session):
    refund_id = ask(paid_order(), 100_000).id

    def mark() -> None:
        mark_refund_sent(get_refund(refund_id), bank_reference="FT1", now=present.now())

    ended = at_once(app, [mark] * HANDS)

    db_session.rollback()
    assert ended == Counter(done=HANDS)
    assert get_balance_vnd(AccountKind.BANK) == 55_000
