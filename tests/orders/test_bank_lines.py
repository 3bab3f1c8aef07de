"""Lines of accounts: what is certain is booked, the rest waits, nothing is booked twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models.audit import AuditEvent
from core import clock as present
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from core.tasks.models import FileRole, Task
from core.tasks.queue import FileFacts, start_task
from core.tasks.running import run_task
from ledger.chart import AccountKind
from ledger.models import Journal
from ledger.queries import get_balance_vnd
from orders.errors import BankLineStateError
from orders.jobs import statements as statement_jobs
from orders.models.bank import BankLine, LineReason, LineState, ReceivingAccount
from orders.models.payments import Payment, Refund
from orders.operations.bank_lines import (
    ToldLine,
    assign_line,
    ignore_line,
    reopen_line,
    return_line,
    take_line,
)
from orders.operations.statement_outcomes import APPLY, CHECK
from tests.catalog.test_office_races import at_once
from tests.factories import make_product, saved
from tests.orders.counter_shop import violations
from tests.orders.test_payment import payment_of, states
from tests.people import actor, make_administrator
from tests.storefront.test_pay import placed
from tests.support.bank_statements import ORDERS, make_statement
from tests.support.order_shop import add_order, make_order, parcel


def told(payment, **facts):
    values = {
        "account": DEMONSTRATION_ACCOUNT,
        "bank_reference": "FT1",
        "booked_at": present.now(),
        "amount_vnd": payment.amount_vnd,
        "currency": "VND",
        "memo": f"MBVCB.77.{payment.reference}.CT tu 0123",
    }
    return ToldLine(**(values | facts))


def take(line, source="upload"):
    with transaction():
        return take_line(line, source=source, now=present.now())


def balances():
    return get_balance_vnd(AccountKind.BANK), get_balance_vnd(AccountKind.UNMATCHED)


def test_a_certain_line_pays_and_leaves_nothing_unmatched(db_session):
    order = placed()

    taken = take(told(payment_of(order)))

    line = db_session.get_one(BankLine, taken.line_id)
    assert (taken.is_new, taken.state, line.payment_id) == (True, "matched", payment_of(order).id)
    assert states(order) == [("placed", "paid")]
    assert balances() == (155_000, 0)


def test_the_same_line_again_changes_nothing(db_session):
    order = placed()
    take(told(payment_of(order)))

    again = take(told(payment_of(order)))

    assert (again.is_new, again.state) == (False, "matched")
    assert db_session.scalar(select(func.count()).select_from(BankLine)) == 1
    assert balances() == (155_000, 0)


def test_one_line_told_by_many_at_once_is_one(app, db_session):
    order = placed()
    line = told(payment_of(order))

    ended = at_once(app, [lambda: take_line(line, source="sepay", now=present.now())] * 6)

    db_session.rollback()
    assert ended == Counter(done=6)
    assert db_session.scalar(select(func.count()).select_from(BankLine)) == 1
    assert (balances(), payment_of(order).received_vnd) == ((155_000, 0), 155_000)


def test_a_line_told_by_callback_and_by_statement_is_booked_once(db_session):
    order = placed()
    payment = payment_of(order)
    take(told(payment, bank_reference="SEPAY-9"), source="sepay")

    taken = take(told(payment, bank_reference="FT1", booked_at=present.now() - timedelta(days=1)))
    second = take(told(payment, bank_reference="FT2"))

    assert (taken.state, taken.reason) == ("ignored", LineReason.REPEATED)
    assert (second.state, second.reason) == ("queued", LineReason.ALREADY_PAID)
    assert balances() == (310_000, 155_000)


@pytest.mark.parametrize(
    ("facts", "state", "reason", "is_suggested"),
    [
        ({"amount_vnd": 154_000}, "queued", "underpaid", True),
        ({"amount_vnd": 156_000}, "queued", "overpaid", True),
        ({"memo": "chuyen tien"}, "queued", "no_reference", True),
        ({"memo": "chuyen tien", "amount_vnd": 1}, "queued", "no_reference", False),
        ({"account": "12345678"}, "queued", "other_account", True),
        ({"amount_vnd": -155_000}, "ignored", "outgoing", False),
        ({"currency": "USD"}, "ignored", "foreign_currency", False),
    ],
)
def test_what_is_not_certain_waits_with_its_reason(db_session, facts, state, reason, is_suggested):
    order = placed()

    taken = take(told(payment_of(order), **facts))

    line = db_session.get_one(BankLine, taken.line_id)
    assert (taken.state, taken.reason, line.payment_id) == (state, reason, None)
    assert line.suggested_id == (payment_of(order).id if is_suggested else None)
    assert states(order) == [("placed", "pending")]
    on_account = line.amount_vnd if state == "queued" and reason != "other_account" else 0
    assert balances() == (on_account, on_account)


def test_a_line_on_the_account_of_a_producer_is_no_money_of_the_platform(db_session):
    order = placed()
    payment = payment_of(order)
    producer_id = order.seller_orders[0].producer_id
    account = saved(
        ReceivingAccount(
            producer_id=producer_id,
            bank_bin="970405",
            account_number="150020",
            account_name="HTX",
            valid_from_at=present.now(),
        )
    )
    with transaction():
        payment_of(order).receiving_account_id = account.id

    taken = take(told(payment, account="150020"))

    assert taken.state == "matched"
    assert balances() == (0, 0)
    assert get_balance_vnd(AccountKind.CASH_HELD, f"producer:{producer_id}") == 155_000


@pytest.mark.slow
def test_a_statement_of_300_lines_books_all_that_is_certain_and_nothing_else(app, db_session):
    variant = make_product(variants=[{"on_hand": 900}]).variants[0]
    with transaction():
        orders = [add_order([parcel((variant, 1), shipping_vnd=30_000 + 1_000 * at)]) for at in range(ORDERS)]
        amounts = {order.code: order.total_vnd for order in orders}
    account = saved(
        ReceivingAccount(
            bank_bin="970436",
            account_number=DEMONSTRATION_ACCOUNT,
            account_name="TAI KHOAN MINH HOA",
            valid_from_at=present.now(),
        )
    )
    with transaction():
        db.session.query(Payment).update({"receiving_account_id": account.id})
    statement = make_statement(amounts)
    admin = make_administrator()

    check = run_statement(app, admin, CHECK, {"account": DEMONSTRATION_ACCOUNT}, statement.csv())
    before = db_session.scalar(select(func.count()).select_from(BankLine))
    applied = run_statement(app, admin, APPLY, {"check_id": check.id})

    assert len(statement.rows) == 300
    assert (before, check.facts["counts"]) == (0, statement.expected)
    assert (applied.state, db_session.get_one(Task, check.id).facts["booked"]) == ("done", statement.expected)
    paid = db_session.execute(select(Payment.reference, Payment.received_vnd).where(Payment.received_vnd > 0))
    assert {row.reference: row.received_vnd for row in paid} == statement.payers
    assert balances() == (sum(statement.payers.values()) + statement.waiting_vnd, statement.waiting_vnd)
    suggested = db_session.execute(
        select(BankLine.bank_reference, Payment.reference).join(Payment, Payment.id == BankLine.suggested_id)
    )
    assert statement.suggested.items() <= {tuple(row) for row in suggested}
    queued = select(BankLine.reason).where(BankLine.state == LineState.QUEUED.value)
    assert None not in set(db_session.scalars(queued))

    journals = db_session.scalar(select(func.count()).select_from(Journal))
    again = run_statement(app, admin, CHECK, {"account": DEMONSTRATION_ACCOUNT}, statement.csv())
    run_statement(app, admin, APPLY, {"check_id": again.id})

    assert again.facts["counts"] == {"known": 300}
    assert db_session.scalar(select(func.count()).select_from(Journal)) == journals


def run_statement(app, admin, kind, facts, content=None):
    assert statement_jobs.CHUNK  # the worker knows these tasks
    files = [FileFacts(FileRole.INPUT, "sao-ke.csv", "text/csv", content)] if content else []
    with transaction():
        task_id = start_task(
            kind,
            owner_id=admin.id,
            title="Sao kê",
            language="vi",
            facts=facts,
            files=files,
            now=present.now(),
        ).id
    run_task(task_id)
    db.session.rollback()
    return db.session.get_one(Task, task_id, populate_existing=True)


def test_a_file_that_is_no_statement_fails_with_a_sentence(app, db_session):
    admin = make_administrator()

    task = run_statement(app, admin, CHECK, {"account": "1"}, b"Ten,Gia\nKeo,5000\n")

    assert (task.state, "sao kê" in (task.message or "")) == ("failed", True)


@pytest.fixture
def waiting(db_session):
    """An order of 155,000 dong, and the number of a line of 160,000 that names it."""
    order = placed()
    return order, take(told(payment_of(order), amount_vnd=160_000)).line_id


def test_a_person_assigns_a_line_and_what_is_too_much_goes_back(waiting, db_session):
    order, line_id = waiting
    by = actor(make_administrator())

    with transaction():
        line = assign_line(line_id, f" {order.code.lower()} ", by=by, now=present.now())

    assert (line.state, line.payment_id, line.decided_by_id) == ("matched", payment_of(order).id, by.user_id)
    assert states(order) == [("placed", "paid")]
    assert db_session.scalars(select(Refund.amount_vnd)).all() == [5_000]
    assert balances() == (160_000, 0)
    assert "orders.assign_bank_line" in set(db_session.scalars(select(AuditEvent.verb)))


def test_a_line_is_decided_on_once(waiting, db_session):
    order, line_id = waiting
    by = actor(make_administrator())
    with transaction():
        assign_line(line_id, order.code, by=by, now=present.now())

    for act in (
        lambda: assign_line(line_id, order.code, by=by, now=present.now()),
        lambda: ignore_line(line_id, "lãi", by=by, now=present.now()),
        lambda: return_line(line_id, "FT9", by=by, now=present.now()),
    ):
        with pytest.raises(BankLineStateError), transaction():
            act()

    assert balances() == (160_000, 0)


def test_a_line_is_assigned_to_a_payment_by_transfer_only(waiting, db_session):
    _order, line_id = waiting
    by = actor(make_administrator())

    for code in ("OC22222222", "không rõ", make_order(method="cod").seller_orders[0].code):
        with pytest.raises(BankLineStateError), transaction():
            assign_line(line_id, code, by=by, now=present.now())

    assert balances() == (160_000, 160_000)


def test_the_money_of_nobody_is_sent_back_with_the_reference_of_the_bank(waiting, db_session):
    _order, line_id = waiting
    by = actor(make_administrator())
    with pytest.raises(BankLineStateError), transaction():
        return_line(line_id, " ", by=by, now=present.now())

    with transaction():
        line = return_line(line_id, "FT900", by=by, now=present.now())

    assert (line.state, line.note) == ("returned", "FT900")
    assert balances() == (0, 0)


def test_a_line_ignored_by_mistake_waits_again(waiting, db_session):
    order, line_id = waiting
    by = actor(make_administrator())
    with transaction():
        ignore_line(line_id, "lãi tiền gửi", by=by, now=present.now())

    with transaction():
        line = reopen_line(line_id, by=by, now=present.now())

    assert (line.state, line.reason, line.suggested_id) == ("queued", "overpaid", payment_of(order).id)
    assert line.note is None


def test_a_line_ignored_as_told_by_another_waits_again_unbooked_and_can_be_booked(db_session):
    order = placed()
    take(told(payment_of(order), bank_reference="SEPAY-9", amount_vnd=150_000), source="sepay")
    second = take(told(payment_of(order), amount_vnd=150_000))
    by = actor(make_administrator())
    assert (second.state, second.reason) == ("ignored", LineReason.REPEATED)

    with transaction():
        line = reopen_line(second.line_id, by=by, now=present.now())

    assert (line.state, line.reason) == ("queued", LineReason.MAYBE_REPEATED)
    assert balances() == (150_000, 150_000)
    with transaction():
        return_line(line.id, "FT900", by=by, now=present.now())
    assert balances() == (150_000, 150_000)
    with pytest.raises(BankLineStateError), transaction():
        reopen_line(line.id, by=by, now=present.now())
    assert violations() == []


def test_two_lines_for_one_order_at_once_pay_it_once(app, db_session):
    order = placed()
    line = told(payment_of(order))
    acts = [
        lambda at=at: take_line(replace(line, bank_reference=f"FT{at}"), source="sepay", now=present.now())
        for at in range(4)
    ]

    ended = at_once(app, acts)

    db_session.rollback()
    assert ended == Counter(done=4)
    assert Counter(db_session.scalars(select(BankLine.state))) == Counter(matched=1, queued=3)
    assert payment_of(order).received_vnd == 155_000
    assert balances() == (620_000, 465_000)
