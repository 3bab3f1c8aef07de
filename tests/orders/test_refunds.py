"""Money that goes back: asked for once, never more than came, approved by as many as it takes."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.errors import RefundStateError, RefundTooLargeError
from orders.models.orders import Order, PaymentMethod
from orders.models.payments import Payment, Refund, RefundCause
from orders.operations.refunds import (
    approve_refund,
    fail_refund,
    mark_refund_sent,
    refuse_refund,
    request_refund,
    settle_refund,
)
from orders.operations.transitions import OrderActor, move
from orders.states import Axis
from tests.factories import make_product
from tests.orders.test_payment import books_are_even, payment_of, receive, states
from tests.people import actor, make_administrator
from tests.support.order_shop import make_order, parcel


def paid_order(*parcels: dict[str, object], **facts: object) -> Order:
    order = make_order(list(parcels) or None, **facts)
    receive(payment_of(order))
    return order


def dear_order() -> Order:
    """An order of 6,030,000 ₫."""
    return paid_order(parcel((make_product(variants=[{"price_vnd": 6_000_000}]).variants[0], 1)))


def ask(order: Order, goods_vnd: int, **facts: object) -> Refund:
    with transaction():
        values = {
            "key": "return:1",
            "cause": RefundCause.RETURN,
            "seller_order": order.seller_orders[0],
            "goods_vnd": goods_vnd,
            "now": present.now(),
        } | facts
        return request_refund(payment_of(order), **values)  # type: ignore[arg-type]


def approve(refund: Refund, who: object) -> bool:
    by = actor(who)  # type: ignore[arg-type]
    with transaction():
        return approve_refund(refund, by=by, now=present.now())


def send(refund: Refund, **facts: object) -> bool:
    with transaction():
        return mark_refund_sent(refund, now=present.now(), **({"bank_reference": "FT1"} | facts))  # type: ignore[arg-type]


def due_vnd(order: Order) -> int:
    return get_balance_vnd(AccountKind.REFUNDS_DUE, f"order:{order.id}")


def test_a_small_refund_approves_itself_and_is_owed_to_the_buyer(db_session):
    order = paid_order()

    refund = ask(order, 100_000)

    assert refund.state == "approved"
    assert due_vnd(order) == 100_000
    assert get_balance_vnd(AccountKind.BUYER_FUNDS, f"order:{order.id}") == 55_000
    assert states(order) == [("placed", "paid")]


def test_a_refund_asked_for_twice_is_one(db_session):
    order = paid_order()

    assert ask(order, 100_000).id == ask(order, 100_000).id

    assert (payment_of(order).refunded_vnd, due_vnd(order)) == (100_000, 100_000)


def test_no_more_goes_back_than_came_in(db_session):
    order = paid_order()
    ask(order, 100_000)

    with pytest.raises(RefundTooLargeError) as refused:
        ask(order, 55_001, key="return:2")

    assert refused.value.left_vnd == 55_000
    assert (payment_of(order).refunded_vnd, due_vnd(order)) == (100_000, 100_000)


def test_no_more_goes_back_for_a_part_than_was_paid_for_it(db_session):
    order = paid_order(parcel(), parcel())

    with pytest.raises(RefundTooLargeError) as refused:
        ask(order, 155_001)

    assert refused.value.left_vnd == 155_000
    assert payment_of(order).refunded_vnd == 0


def test_the_database_itself_refuses_to_give_back_more(db_session):
    order = paid_order()

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Payment).values(refunded_vnd=155_001))

    assert payment_of(order).refunded_vnd == 0


def test_a_larger_one_waits_for_an_administrator(db_session):
    order = dear_order()

    refund = ask(order, 500_001)

    assert (refund.state, due_vnd(order)) == ("requested", 0)
    assert approve(refund, make_administrator()) is True
    assert (refund.state, due_vnd(order)) == ("approved", 500_001)


def test_above_the_higher_limit_it_takes_two_of_them(db_session):
    order = dear_order()
    refund = ask(order, 5_000_001)
    first, second = make_administrator(), make_administrator()

    assert approve(refund, first) is False
    assert approve(refund, first) is False
    assert (refund.state, due_vnd(order)) == ("requested", 0)

    assert approve(refund, second) is True
    assert (refund.state, due_vnd(order)) == ("approved", 5_000_001)


def test_nobody_alone_approves_what_they_asked_for(db_session):
    order, person = dear_order(), make_administrator()
    refund = ask(order, 600_000, by=actor(person))

    assert approve(refund, person) is False
    assert approve(refund, make_administrator()) is True


def test_a_large_refund_of_a_cancelled_order_needs_nobody(db_session):
    assert ask(dear_order(), 6_000_000, cause=RefundCause.CANCELLED).state == "approved"


def test_a_refused_refund_leaves_the_money_for_another(db_session):
    order, admin = dear_order(), actor(make_administrator())
    refund = ask(order, 6_000_000)
    with pytest.raises(RefundStateError), transaction():
        refuse_refund(refund, reason="  ", by=admin, now=present.now())

    with transaction():
        refuse_refund(refund, reason="hàng còn tốt", by=admin, now=present.now())

    assert (refund.state, payment_of(order).refunded_vnd, due_vnd(order)) == ("refused", 0, 0)
    assert ask(order, 400_000, key="return:2").state == "approved"
    with pytest.raises(RefundStateError):
        approve(refund, make_administrator())


def test_a_transfer_with_its_reference_settles_the_refund_and_moves_the_order(db_session):
    order = paid_order()
    refund = ask(order, 100_000)

    assert send(refund) is True
    assert send(refund) is False

    assert (refund.state, refund.bank_reference) == ("settled", "FT1")
    assert states(order) == [("placed", "partially_refunded")]
    assert (due_vnd(order), get_balance_vnd(AccountKind.BANK)) == (0, 55_000)
    send(ask(order, 25_000, shipping_vnd=30_000, key="return:2"))
    assert states(order) == [("placed", "refunded")]
    assert get_balance_vnd(AccountKind.BANK) == 0


def test_nothing_is_sent_before_it_is_approved_or_without_a_reference(db_session):
    order = dear_order()
    waiting = ask(order, 600_000)

    with pytest.raises(RefundStateError):
        send(waiting)
    approve(waiting, make_administrator())
    with pytest.raises(RefundStateError):
        send(waiting, bank_reference="  ")

    assert (waiting.state, get_balance_vnd(AccountKind.BANK)) == ("approved", 6_030_000)


def test_a_card_gets_its_money_back_by_a_job_and_the_word_of_the_processor(db_session):
    order = paid_order(method=PaymentMethod.STRIPE)
    refund = ask(order, 100_000)
    assert "orders.send_refund" in set(db_session.scalars(select(Job.name)))

    send(refund, external_id="re_1", bank_reference=None)

    assert (refund.state, get_balance_vnd(AccountKind.CARD_PROCESSOR)) == ("sent", 55_000)
    with transaction():
        assert settle_refund(refund, now=present.now()) is True
        assert settle_refund(refund, now=present.now()) is False
    assert states(order) == [("placed", "partially_refunded")]


def test_what_failed_is_owed_still_and_sent_again_by_a_person(db_session):
    order = paid_order(method=PaymentMethod.STRIPE)
    refund = ask(order, 100_000)
    send(refund, external_id="re_1", bank_reference=None)

    with transaction():
        assert fail_refund(refund, reason="expired_card", now=present.now()) is True
        assert fail_refund(refund, reason="expired_card", now=present.now()) is False

    assert (refund.state, due_vnd(order)) == ("failed", 100_000)
    assert approve(refund, make_administrator()) is True
    assert (refund.state, refund.attempt, refund.external_id) == ("approved", 2, None)
    send(refund, external_id="re_2", bank_reference=None)
    assert (due_vnd(order), get_balance_vnd(AccountKind.CARD_PROCESSOR)) == (0, 55_000)
    assert books_are_even()


def test_a_refund_of_a_settled_sale_is_left_to_the_settlement(db_session):
    order = paid_order()
    with transaction():
        for state in ("confirmed", "completed"):
            move(order.seller_orders[0], Axis.LIFECYCLE, state, actor=OrderActor.TIMER, now=present.now())

    refund = ask(order, 100_000)

    assert refund.state == "approved"
    assert due_vnd(order) == 0
    jobs = {row.name: row.payload for row in db_session.execute(select(Job.name, Job.payload))}
    assert jobs["settlement.reverse_sale"] == {"refund_id": refund.id}
