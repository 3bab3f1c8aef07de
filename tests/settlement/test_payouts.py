"""Paying producers: due, planned, checked, paid, failed; where the money goes."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from accounts.models import User
from catalog.models import Producer
from core import clock
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.models.orders import SellerOrder
from settlement.errors import (
    InvalidRuleError,
    OwnRuleError,
    PayoutNotFoundError,
    PayoutStateError,
)
from settlement.invariants import wrong_payouts
from settlement.models.payouts import BankAccount, Payout, PayoutHold, PayoutRun
from settlement.models.sales import Transfer
from settlement.operations.accounts import (
    stop_account,
)
from settlement.operations.payouts import (
    cancel_run,
    check_run,
    mark_payout_failed,
    mark_payout_paid,
    plan_run,
    record_receipt,
)
from settlement.operations.sales import recognise_sale, reverse_sale
from settlement.queries.due import get_due, list_due, next_payout_on
from tests.factories import make_producer, saved
from tests.people import actor, make_administrator, make_member
from tests.sales import balances, make_sold, receive, refund
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.usefixtures("db_session")


def make_account(producer: Producer, **facts: Any) -> BankAccount:
    owner = make_member(producer)
    values = {
        "producer_id": producer.id,
        "bank_bin": "970405",
        "bank_name": "Agribank",
        "number_sealed": b"sealed",
        "number_end": "3456",
        "holder_name": "HTX DUA",
        "added_by_id": owner.id,
        "added_at": clock.now() - timedelta(days=9),
        "usable_from_at": clock.now() - timedelta(days=6),
    }
    return saved(BankAccount(**(values | facts)))


def make_owed(producer: Producer, amount_vnd: int = 100_000) -> SellerOrder:
    """`amount_vnd` is due to the producer: a settled sale of a cooperative."""
    sold = make_sold(producer, (amount_vnd, 1))
    receive(sold.order)
    with transaction():
        recognise_sale(sold.id, now=clock.now())
    return sold


def planned(by: User) -> PayoutRun:
    person = actor(by)
    with transaction():
        return plan_run(by=person, now=clock.now())


def checked(run: PayoutRun, by: User) -> PayoutRun:
    person, run_id = actor(by), run.id
    with transaction():
        return check_run(run_id, by=person, now=clock.now())


def test_a_payout_moves_what_is_due_to_the_bank_and_leaves_nothing():
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer, 2_000_000)
    make_owed(producer, 1_240_000)

    run = checked(planned(clerk), clerk)
    payout_id = run.payouts[0].id
    on_its_way = balances()
    with transaction():
        mark_payout_paid(payout_id, "FT2632600001", by=actor(clerk), now=clock.now())
    with transaction():
        mark_payout_paid(payout_id, "FT2632600001", by=actor(clerk), now=clock.now())

    assert on_its_way == {"bank": 3_240_000, f"payouts_sent producer:{producer.id}": 3_240_000}
    assert balances() == {}
    assert list_due(clock.now()) == ()
    assert list(wrong_payouts()) == []


def test_planning_twice_gives_one_run_and_pays_no_transfer_twice():
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)

    first, again = planned(clerk), planned(clerk)
    checked(first, clerk)

    assert first.id == again.id
    with pytest.raises(PayoutStateError):
        planned(clerk)
    assert db.session.scalar(select(func.count()).select_from(Payout)) == 1


def test_two_who_plan_at_once_get_one_run(app: Flask):
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)
    by, together, found = actor(clerk), Barrier(4), []
    db.session.rollback()

    def plan() -> None:
        with app.app_context():
            together.wait()
            with transaction():
                found.append(plan_run(by=by, now=clock.now()).id)

    threads = [Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert db.session.scalar(select(func.count()).select_from(Payout)) == 1
    assert list(wrong_payouts()) == []


def test_over_the_limit_another_administrator_checks():
    clerk, second, producer = make_administrator(), make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer, 20_000_001)
    run = planned(clerk)

    with pytest.raises(OwnRuleError):
        checked(run, clerk)

    assert get_balance_vnd(AccountKind.PAYOUTS_SENT, f"producer:{producer.id}") == 0
    assert checked(run, second).payouts[0].state == "sent"


@pytest.mark.parametrize("obstacle", ["no account", "waiting", "stopped", "held", "too little", "disputed"])
def test_who_cannot_be_paid_is_not(obstacle):
    clerk, producer = make_administrator(), make_producer()
    if obstacle != "no account":
        later = {"usable_from_at": clock.now() + timedelta(hours=1)} if obstacle == "waiting" else {}
        stopped = {"stopped_at": clock.now()} if obstacle == "stopped" else {}
        make_account(producer, **later, **stopped)
    sold = make_owed(producer, 49_999 if obstacle == "too little" else 100_000)
    if obstacle == "held":
        saved(PayoutHold(producer_id=producer.id, reason="?", made_by_id=clerk.id, made_at=clock.now()))
    if obstacle == "disputed":
        with transaction():
            db.session.execute(
                update(SellerOrder).where(SellerOrder.id == sold.id).values(lifecycle="disputed")
            )

    with pytest.raises(PayoutStateError):
        planned(clerk)

    assert db.session.scalar(select(func.count()).select_from(PayoutRun)) == 0
    assert db.session.scalars(select(Transfer.payout_id)).all() == [None]


def test_a_planned_payout_drops_out_when_its_account_is_stopped():
    clerk, producer, other = make_administrator(), make_producer(), make_producer()
    account = make_account(producer)
    make_account(other)
    make_owed(producer)
    make_owed(other)
    run = planned(clerk)
    with transaction():
        stop_account(account.id, producer.id, by=actor(clerk), now=clock.now())

    states = {payout.producer_id: payout.state for payout in checked(run, clerk).payouts}

    assert states == {producer.id: "cancelled", other.id: "sent"}
    assert get_due(producer, clock.now()).open_vnd == 100_000
    assert list(wrong_payouts()) == []


def test_a_run_that_is_taken_back_leaves_everything_due():
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)
    run = planned(clerk)

    with transaction():
        cancel_run(run.id, by=actor(clerk), now=clock.now())

    assert get_due(producer, clock.now()).payable_vnd == 100_000
    with pytest.raises(PayoutStateError):
        checked(run, clerk)
    assert balances() == {"bank": 100_000, f"seller_payable producer:{producer.id}": 100_000}


@pytest.mark.parametrize("was_paid", [False, True])
def test_money_that_the_bank_sends_back_is_due_again(was_paid):
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)
    payout_id = checked(planned(clerk), clerk).payouts[0].id
    if was_paid:
        with transaction():
            mark_payout_paid(payout_id, "FT1", by=actor(clerk), now=clock.now())

    for _ in range(2):
        with transaction():
            mark_payout_failed(payout_id, "tài khoản đã đóng", by=actor(clerk), now=clock.now())

    assert balances() == {"bank": 100_000, f"seller_payable producer:{producer.id}": 100_000}
    assert planned(clerk).payouts[0].amount_vnd == 100_000
    assert list(wrong_payouts()) == []


def test_a_refund_after_the_payout_is_taken_off_the_next():
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    sold = make_owed(producer, 300_000)
    payout_id = checked(planned(clerk), clerk).payouts[0].id
    with transaction():
        mark_payout_paid(payout_id, "FT1", by=actor(clerk), now=clock.now())
    back = refund(sold, receive_payment(sold), 120_000)
    with transaction():
        reverse_sale(back.id, now=clock.now())
    owing = get_due(producer, clock.now()).open_vnd
    make_owed(producer, 500_000)

    assert owing == -120_000
    assert planned(clerk).payouts[0].amount_vnd == 380_000


def receive_payment(sold: SellerOrder) -> Any:
    from orders.models.payments import Payment

    return db.session.scalars(select(Payment).where(Payment.order_id == sold.order_id)).one()


def test_a_debt_that_the_producer_pays_is_noted_once():
    clerk, producer = make_administrator(), make_producer(kind="household")
    sold = make_sold(producer, (100_000, 1))
    receive(sold.order, into=AccountKind.CASH_HELD, holder=f"producer:{producer.id}")
    with transaction():
        recognise_sale(sold.id, now=clock.now())

    by = actor(clerk)
    with transaction():
        new = record_receipt(producer, 1_500, "FT9", by=by, now=clock.now())
        again = record_receipt(producer, 1_500, "FT9", by=by, now=clock.now())

    assert (new, again) == (True, False)
    assert get_due(producer, clock.now()).open_vnd == 0
    assert list(wrong_payouts()) == []


@pytest.mark.parametrize(("reference", "error"), [("", InvalidRuleError), ("  ", InvalidRuleError)])
def test_nothing_is_paid_without_the_bank_s_reference(reference, error):
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)
    payout_id = checked(planned(clerk), clerk).payouts[0].id

    with pytest.raises(error), transaction():
        mark_payout_paid(payout_id, reference, by=actor(clerk), now=clock.now())
    with pytest.raises(PayoutNotFoundError), transaction():
        mark_payout_paid(2**40, "FT1", by=actor(clerk), now=clock.now())

    assert get_balance_vnd(AccountKind.PAYOUTS_SENT, f"producer:{producer.id}") == 100_000


def test_the_invariant_sees_a_payout_of_more_than_is_due():
    clerk, producer = make_administrator(), make_producer()
    make_account(producer)
    make_owed(producer)
    run = planned(clerk)

    with transaction():
        db.session.execute(update(Payout).where(Payout.run_id == run.id).values(amount_vnd=100_001))

    assert [facts["amount_vnd"] for facts in wrong_payouts()] == [100_001]


def test_payouts_are_on_wednesdays(clock: FrozenClock):
    from core.clock import today

    assert next_payout_on(today()).isoformat() == "2026-11-25"
    assert next_payout_on(next_payout_on(today())).isoformat() == "2026-11-25"
