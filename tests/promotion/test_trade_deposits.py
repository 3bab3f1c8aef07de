"""Deposits: in no queue, the goods held, cancelled as agreed, the money back; nobody asks for less than came."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.errors import NotYoursToCancelError, PaymentClashError
from orders.models.bank import BankLine, LineReason, LineState
from orders.models.orders import SellerOrder
from orders.models.payments import Refund, RefundCause
from orders.models.stock import HoldState, StockHold
from orders.operations.bank_lines import assign_line, ignore_line
from orders.operations.cancellation import cancel_seller_order
from orders.operations.payment_changes import ask_less
from orders.operations.timers import TimerOutcome, run_timer
from orders.operations.transitions import OrderActor
from orders.queries.money import list_payments
from promotion.queries.trade_requests import list_of_producer
from promotion.quotation_terms import Stage
from tests.people import actor, make_administrator
from tests.promotion.test_trade_story import broken
from tests.promotion.trade_shop import accept, day, make_trade_shop, part_of, payment_of, quote, transfer


def cancel(order_id: int, who: OrderActor, by=None) -> bool:
    part = part_of(order_id)
    number = part.id
    db.session.rollback()
    with transaction():
        part = db.session.get_one(SellerOrder, number)
        return cancel_seller_order(part, actor=who, reason="buyer", by=by, now=present.now())


def test_money_of_a_deposit_waits_in_no_queue_and_other_sums_do(db_session):
    shop = make_trade_shop()
    order_id = accept(shop, quote(shop)).id  # 25,500,000, deposit 7,650,000

    assert transfer(order_id, 7_000_000, "A").state == LineState.QUEUED
    assert part_of(order_id).lifecycle == "placed"
    db.session.rollback()
    assert transfer(order_id, 7_650_000, "B").state == LineState.MATCHED
    rows, count = list_payments("underpaid", "", "", page=1, per_page=20)
    assert (list(rows), count) == ([], 0)
    assert transfer(order_id, 17_850_000, "C").state == LineState.MATCHED
    assert (part_of(order_id).payment, payment_of(order_id).received_vnd) == ("paid", 25_500_000)
    assert broken() == []


def test_all_of_it_at_once_pays_and_confirms_also_what_is_still_to_be_made(db_session):
    shop = make_trade_shop()
    order_id = accept(shop, quote(shop)).id

    assert transfer(order_id, 25_500_000).state == LineState.MATCHED

    part = part_of(order_id)
    assert (part.lifecycle, part.payment) == ("confirmed", "paid")
    assert db.session.scalar(select(func.count(Refund.id))) == 0
    assert broken() == []


def test_goods_in_stock_are_held_and_without_a_deposit_in_time_free_again(db_session, clock):
    shop = make_trade_shop(on_hand=300)
    order_id = accept(shop, quote(shop)).id
    number = part_of(order_id).id
    hold = db.session.scalars(select(StockHold)).one()
    assert (hold.state, hold.quantity) == (HoldState.HELD, 250)
    db.session.rollback()

    clock.move(timedelta(days=5))
    with transaction():
        assert run_timer(number, now=present.now()) is TimerOutcome.CANCELLED

    assert (part_of(order_id).payment, payment_of(order_id).state) == ("void", "void")
    assert db.session.scalars(select(StockHold)).one().state == HoldState.RELEASED
    db.session.rollback()
    transfer(order_id, 7_650_000)
    views = list_of_producer(shop.producer.id, present.today())
    assert views[0].stage is Stage.LOST
    assert broken() == []


def test_the_buyer_cancels_as_agreed_and_the_deposit_goes_back(db_session):
    shop = make_trade_shop(on_hand=300)
    bound = accept(shop, quote(shop)).id
    free = accept(shop, quote(shop, quantity=10, cancel_until_on=day(3))).id
    transfer(bound, 7_650_000, "A")
    first_vnd = payment_of(free).asked_vnd
    db.session.rollback()
    transfer(free, first_vnd, "B")

    with pytest.raises(NotYoursToCancelError):
        cancel(bound, OrderActor.BUYER)
    assert part_of(bound).lifecycle == "confirmed"
    assert cancel(free, OrderActor.BUYER)
    db.session.rollback()
    refunds = db.session.scalars(select(Refund)).all()
    assert [(each.amount_vnd, each.cause) for each in refunds] == [(first_vnd, RefundCause.CANCELLED)]
    assert cancel(bound, OrderActor.PRODUCER)
    db.session.rollback()
    assert sorted(each.amount_vnd for each in db.session.scalars(select(Refund))) == sorted(
        [first_vnd, 7_650_000]
    )
    assert broken() == []


def test_less_is_never_asked_for_than_came_already(db_session):
    shop = make_trade_shop(on_hand=300)
    order_id = accept(shop, quote(shop)).id
    transfer(order_id, 7_650_000)
    number = part_of(order_id).id
    db.session.rollback()

    with pytest.raises(PaymentClashError), transaction():
        ask_less(db.session.get_one(SellerOrder, number), 17_850_000)
    assert payment_of(order_id).amount_vnd == 25_500_000


def test_an_order_without_a_deposit_is_confirmed_at_once(db_session):
    shop = make_trade_shop(on_hand=300)
    order_id = accept(shop, quote(shop, deposit_percent=0)).id

    assert (part_of(order_id).lifecycle, payment_of(order_id).asked_vnd) == ("confirmed", 25_500_000)
    assert broken() == []


def both_halves(clock):
    """An order half paid by a callback's word; a day later a statement tells of the other half, a line just like it."""
    shop = make_trade_shop()
    order_id = accept(shop, quote(shop, deposit_percent=50)).id
    transfer(order_id, 12_750_000, "SEPAY-1")
    clock.move(timedelta(days=1))
    return order_id, transfer(order_id, 12_750_000, "FT2", source="upload")


def test_the_second_half_told_by_another_source_waits_for_a_person(db_session, clock):
    order_id, taken = both_halves(clock)

    assert (taken.state, taken.reason) == (LineState.QUEUED, LineReason.MAYBE_REPEATED)
    assert db.session.get_one(BankLine, taken.line_id).suggested_id == payment_of(order_id).id
    assert (payment_of(order_id).received_vnd, get_balance_vnd(AccountKind.BANK)) == (12_750_000, 12_750_000)
    assert broken() == []

    reference, by = payment_of(order_id).reference, actor(make_administrator())
    with transaction():
        assign_line(taken.line_id, reference, by=by, now=present.now())

    assert (part_of(order_id).payment, payment_of(order_id).received_vnd) == ("paid", 25_500_000)
    assert (get_balance_vnd(AccountKind.BANK), get_balance_vnd(AccountKind.UNMATCHED)) == (25_500_000, 0)
    assert broken() == []


def test_the_first_half_told_twice_is_set_aside_and_books_nothing(db_session, clock):
    order_id, taken = both_halves(clock)
    by = actor(make_administrator())

    with transaction():
        line = ignore_line(taken.line_id, "cùng một lần chuyển", by=by, now=present.now())

    assert (line.state, line.reason) == (LineState.IGNORED, LineReason.REPEATED)
    assert (payment_of(order_id).received_vnd, get_balance_vnd(AccountKind.BANK)) == (12_750_000, 12_750_000)
    assert broken() == []


def test_another_line_like_it_is_judged_by_itself_once_one_stands_for_the_callback(db_session, clock):
    order_id, _taken = both_halves(clock)

    third = transfer(order_id, 12_750_000, "FT3", source="upload")

    assert third.state == LineState.MATCHED
    assert part_of(order_id).payment == "paid"
    assert broken() == []
