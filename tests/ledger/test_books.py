"""The books: posting, balances, looking at them."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from core import clock
from core.db import db, transaction
from ledger.chart import DEBIT_KINDS, AccountKind
from ledger.errors import InvalidPostingError, JournalClashError
from ledger.invariants import overdrawn_accounts, unbalanced_books
from ledger.jobs import verify
from ledger.models import Account, Journal, LedgerCheck, Posting
from ledger.operations import AccountName, Move, post
from ledger.queries import find_last_look, get_balance_vnd, list_balances, list_journals

BANK = AccountName(AccountKind.BANK)
FUNDS = AccountName(AccountKind.BUYER_FUNDS, "order:1")

pytestmark = pytest.mark.usefixtures("db_session")


def posted(key: str = "payment:1:received", amount_vnd: int = 100_000) -> int:
    with transaction():
        return post(key, "payment_received", "order:1", [Move(BANK, FUNDS, amount_vnd)], now=clock.now())


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_posting_grows_both_sides():
    posted()

    assert (get_balance_vnd(AccountKind.BANK), get_balance_vnd(AccountKind.BUYER_FUNDS, "order:1")) == (
        100_000,
        100_000,
    )
    assert get_balance_vnd(AccountKind.COMMISSION) == 0


def test_the_same_journal_twice_is_one_and_another_of_its_key_is_refused():
    first = posted()

    assert posted() == first
    with pytest.raises(JournalClashError):
        posted(amount_vnd=1)
    assert (count(Journal), count(Posting), count(Account)) == (1, 1, 2)


@pytest.mark.parametrize(
    "moves", [[], [Move(BANK, FUNDS, 0)], [Move(BANK, FUNDS, -5)], [Move(BANK, BANK, 5)]], ids=str
)
def test_nothing_is_posted_that_moves_nothing(moves):
    with pytest.raises(InvalidPostingError), transaction():
        post("made:up", "made_up", "order:1", moves, now=clock.now())

    assert count(Journal) == 0


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_posting", "ledger_account"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_nothing_in_the_books_is_changed_or_taken_out(table, change):
    posted()

    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(change.format(table)))

    assert list(unbalanced_books()) == []
    assert count(Posting) == 1


def test_balances_by_kind_in_the_order_of_the_chart():
    posted()
    posted("payment:2:received", 50_000)

    assert [(each.kind.value, each.account_count, each.balance_vnd) for each in list_balances()] == [
        ("bank", 1, 150_000),
        ("buyer_funds", 1, 150_000),
    ]


def test_journals_are_found_by_subject_and_by_the_beginning_of_their_key():
    first, second = posted(), posted("refund:7:sent")

    assert [each.id for each in list_journals(["order:1"], "", before_id=None)] == [second, first]
    assert [each.id for each in list_journals([], "refund:7", before_id=None)] == [second]
    assert [each.id for each in list_journals([], "%", before_id=None)] == []
    assert [each.id for each in list_journals([], "", before_id=second)] == [first]


def test_an_overdrawn_account_of_a_buyer_is_told():
    with transaction():
        post("made:up", "made_up", "order:1", [Move(FUNDS, BANK, 5)], now=clock.now())

    assert list(overdrawn_accounts()) == [{"kind": "buyer_funds", "holder": "order:1", "balance_vnd": -5}]


def test_every_kind_has_its_side():
    assert {kind.value for kind in DEBIT_KINDS} == {
        "bank",
        "card_processor",
        "cash_held",
        "promotion_cost",
        "shipping_cost",
        "processor_fees",
    }


def test_the_look_of_the_night_is_kept(app: Flask) -> None:
    assert find_last_look() is None

    verify()

    look = find_last_look()
    assert look
    assert look.is_whole
    assert {"I5", "I5a", "I5b", "I5c", "I5d", "I19"} <= {check.name for check in look.checks}


def test_the_command_ends_with_one_when_the_books_are_broken(runner: FlaskCliRunner) -> None:
    whole = runner.invoke(args=["ledger", "verify"])
    with transaction():
        post("made:up", "made_up", "order:1", [Move(FUNDS, BANK, 5)], now=clock.now())
    broken = _looked_later(runner)

    assert (whole.exit_code, broken.exit_code) == (0, 1)
    assert "VIOLATED" in broken.output
    counts = db.session.scalars(select(LedgerCheck.violation_count).order_by(LedgerCheck.id)).all()
    assert sum(counts) > 0


def _looked_later(runner: FlaskCliRunner):
    with clock.freeze(clock.now().replace(hour=5)):
        return runner.invoke(args=["ledger", "verify"])
