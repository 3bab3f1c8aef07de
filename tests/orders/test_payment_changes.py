"""Cash at the door, and orders of which a part is taken out before or after it is paid."""

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.errors import PaymentClashError, WrongMoveError
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment
from orders.operations.cancellation import cancel_seller_order
from orders.operations.cash_on_delivery import (
    record_cod_collected,
    record_cod_refused,
    record_cod_remitted,
)
from orders.operations.payment_changes import ask_less
from orders.operations.refunds import mark_refund_sent
from orders.operations.transitions import OrderActor
from tests.orders.test_payment import books_are_even, payment_of, receive, refunds, states
from tests.orders.test_refunds import ask
from tests.support.order_shop import make_order, parcel

GHN = "carrier:ghn"


def cancel(part: SellerOrder) -> None:
    with transaction():
        cancel_seller_order(part, actor=OrderActor.BUYER, reason="buyer", by=None, now=present.now())


def collect(part: SellerOrder, holder: str = GHN) -> bool:
    with transaction():
        return record_cod_collected(part, holder=holder, actor=OrderActor.CARRIER, now=present.now())


def held_vnd(holder: str) -> int:
    return get_balance_vnd(AccountKind.CASH_HELD, holder)


def test_a_transfer_asks_for_the_rest_when_a_part_is_cancelled(db_session):
    order = make_order([parcel(), parcel()])

    cancel(order.seller_orders[0])

    payment = payment_of(order)
    assert payment.amount_vnd == 155_000
    receive(payment)
    assert states(order) == [("cancelled", "void"), ("placed", "paid")]
    assert refunds() == []


def test_a_card_page_shows_the_old_sum_and_the_cancelled_part_goes_back(db_session):
    order = make_order([parcel(), parcel()], method=PaymentMethod.STRIPE)
    cancel(order.seller_orders[0])

    receive(payment_of(order), 310_000, external_charge="pi_1", source=OrderActor.PROCESSOR)

    assert states(order) == [("cancelled", "paid"), ("placed", "paid")]
    assert refunds() == [("late_payment", 155_000, "approved")]
    assert books_are_even()


def test_money_for_an_order_that_was_cancelled_goes_back_whatever_the_amount(db_session):
    order = make_order()
    cancel(order.seller_orders[0])

    receive(payment_of(order), 100_000)

    assert refunds() == [("late_payment", 100_000, "approved")]
    receive(payment_of(order), 55_000, key="line:2")
    assert sum(amount for _, amount, _ in refunds()) == 155_000
    assert books_are_even()


def test_less_is_asked_for_what_ran_out_before_it_was_paid(db_session):
    order = make_order()
    with transaction():
        ask_less(order.seller_orders[0], 25_000)

    receive(payment_of(order), 130_000)

    assert states(order) == [("placed", "paid")]
    assert refunds() == []


@pytest.mark.parametrize("amount_vnd", [0, -1, 155_000])
def test_a_part_is_never_asked_for_nothing(db_session, amount_vnd):
    order = make_order()

    with pytest.raises(PaymentClashError), transaction():
        ask_less(order.seller_orders[0], amount_vnd)

    assert payment_of(order).amount_vnd == 155_000


def test_cash_with_a_carrier_is_paid_once_it_is_handed_on(db_session):
    order = make_order(method=PaymentMethod.COD)
    part = order.seller_orders[0]

    assert (collect(part), collect(part)) == (True, False)
    assert states(order) == [("placed", "cod_collected")]
    assert (held_vnd(GHN), get_balance_vnd(AccountKind.BUYER_FUNDS, f"order:{order.id}")) == (
        155_000,
        155_000,
    )

    with transaction():
        assert record_cod_remitted(part, carrier="ghn", now=present.now()) is True
        assert record_cod_remitted(part, carrier="ghn", now=present.now()) is False

    assert states(order) == [("placed", "paid")]
    assert (held_vnd(GHN), get_balance_vnd(AccountKind.BANK)) == (0, 155_000)
    asked = select(Job.payload).where(Job.name == "settlement.recognise_sale")
    assert db_session.scalars(asked).all() == [{"seller_order_id": part.id}]


def test_cash_that_a_producer_took_stays_with_it(db_session):
    order = make_order(method=PaymentMethod.COD)
    holder = f"producer:{order.seller_orders[0].producer_id}"

    collect(order.seller_orders[0], holder)

    assert states(order) == [("placed", "paid")]
    assert held_vnd(holder) == 155_000


def test_refused_at_the_door_nothing_is_owed_and_nothing_can_be_collected(db_session):
    order = make_order(method=PaymentMethod.COD)
    part = order.seller_orders[0]
    with transaction():
        assert (
            record_cod_refused(part, actor=OrderActor.CARRIER, reason="not_home", now=present.now()) is True
        )
        assert (
            record_cod_refused(part, actor=OrderActor.CARRIER, reason="not_home", now=present.now()) is False
        )

    with pytest.raises((PaymentClashError, WrongMoveError)):
        collect(part)

    assert states(order) == [("placed", "cod_refused")]
    assert held_vnd(GHN) == 0


def test_nothing_is_refused_after_it_was_paid_nor_remitted_before(db_session):
    order = make_order(method=PaymentMethod.COD)
    part = order.seller_orders[0]
    with pytest.raises(PaymentClashError), transaction():
        record_cod_remitted(part, carrier="ghn", now=present.now())
    collect(part)

    with pytest.raises(PaymentClashError), transaction():
        record_cod_refused(part, actor=OrderActor.CARRIER, reason="x", now=present.now())

    assert states(order) == [("placed", "cod_collected")]


def test_cash_goes_back_by_transfer_also_before_the_carrier_handed_it_on(db_session):
    order = make_order(method=PaymentMethod.COD)
    collect(order.seller_orders[0])
    refund = ask(order, 100_000)

    with transaction():
        mark_refund_sent(refund, bank_reference="FT1", now=present.now())

    assert states(order) == [("placed", "partially_refunded")]
    assert (held_vnd(GHN), get_balance_vnd(AccountKind.BANK)) == (155_000, -100_000)
    assert db.session.scalars(select(Payment.refunded_vnd)).one() == 100_000
