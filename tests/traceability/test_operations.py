"""Lots, runs, withdrawals, recalls, reports: what is recorded and what is refused."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core import clock as present
from core.db import db, transaction
from core.errors import AppError
from core.invariants import check_all
from tests.traceability.conftest import GTIN, OTHER_GTIN, codes_of
from traceability import invariants  # noqa: F401  (registers)
from traceability.errors import (
    InvalidLotError,
    InvalidStampRunError,
    InvalidTextError,
    InvalidTraceEventError,
    LotCodeTakenError,
    LotRecalledError,
    RecallNotFoundError,
    StampNotFoundError,
    StampWithdrawnError,
    TooManyStampsError,
)
from traceability.models import Lot, Stamp, StampKind, StampReport, StampRun, StampWithdrawal, TraceStep
from traceability.operations.lots import record_trace_event
from traceability.operations.recalls import close_recall, recall_lot
from traceability.operations.reports import record_stamp_report
from traceability.operations.stamps import activate_stamps, issue_stamps, unit_stamp_limit, withdraw_stamp

RECALL = {"reason": "Nấm mốc", "instruction": "Trả lại nơi mua", "contact": "0912 345 678"}


def violations() -> list[object]:
    return [result.violations for result in check_all(["I11"]) if result.violations]


def count_of(table) -> int:
    db.session.rollback()  # what others committed meanwhile counts too
    return db.session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"code": ""}, "code"),
        ({"code": "L/1"}, "code"),
        ({"code": "Lô 1"}, "code"),
        ({"code": "X" * 21}, "code"),
        ({"quantity": 0}, "quantity"),
        ({"expires_on": present.today() - timedelta(days=400)}, "dates"),
    ],
)
def test_a_lot_that_cannot_be_is_refused(make_lot, facts, reason):
    with pytest.raises(InvalidLotError) as refused:
        make_lot(**facts)

    assert refused.value.reason == reason
    assert count_of(Lot) == 0


def test_a_service_has_no_lots(make_product, make_lot):
    with pytest.raises(InvalidLotError) as refused:
        make_lot(make_product(group_no=6))

    assert refused.value.reason == "service"


def test_two_lots_of_a_product_have_two_codes(make_product, make_lot):
    product = make_product()
    first = make_lot(product)

    with pytest.raises(LotCodeTakenError) as refused:
        make_lot(product)

    assert refused.value.lot_id == first.id


def test_what_lies_ahead_has_not_happened(make_lot):
    lot = make_lot()

    with pytest.raises(InvalidTraceEventError), transaction():
        record_trace_event(lot, TraceStep.PACKING, present.today() + timedelta(days=1), now=present.now())


def test_codes_of_a_run_are_as_many_as_asked_for_and_share_no_beginning(make_stamps):
    codes = make_stamps(count=105)

    assert len(set(codes)) == 105
    assert len({code[:6] for code in codes}) == 105
    assert violations() == []


def test_a_run_larger_than_a_chunk_is_complete(make_lot, make_stamps):
    codes = make_stamps(make_lot(quantity=12_000), count=12_001)

    assert len(set(codes)) == 12_001
    assert violations() == []


@pytest.mark.parametrize(
    ("quantity", "limit"), [(1, 1), (10, 10), (19, 19), (20, 21), (100, 105), (999, 1048)]
)
def test_spoilage_allows_a_twentieth_more(quantity, limit):
    assert unit_stamp_limit(quantity) == limit


def test_more_codes_than_packs_and_spoilage_are_refused_and_none_is_issued(make_lot, make_stamps):
    lot = make_lot(quantity=100)
    make_stamps(lot, count=100)

    with pytest.raises(TooManyStampsError) as refused:
        make_stamps(lot, count=6)

    assert (refused.value.limit, refused.value.issued, refused.value.wanted) == (105, 100, 6)
    assert count_of(Stamp) == 100
    assert count_of(StampRun) == 1


def test_a_lot_code_is_one_stamp_and_counts_for_no_pack(make_lot, make_stamps):
    lot = make_lot(quantity=1)

    assert len(make_stamps(lot, kind=StampKind.LOT)) == 1
    assert len(make_stamps(lot)) == 1
    with pytest.raises(InvalidStampRunError):
        make_stamps(lot, count=2, kind=StampKind.LOT)


@pytest.mark.parametrize("count", [0, -1])
def test_no_stamp_at_all_cannot_be_issued(make_stamps, count):
    with pytest.raises(InvalidStampRunError):
        make_stamps(count=count)


def test_the_run_keeps_the_gtin_it_is_printed_with(make_product, make_lot):
    lot = make_lot(make_product(gtin=GTIN))

    with transaction():
        run = issue_stamps(lot, 1, now=present.now())
    with pytest.raises(InvalidStampRunError), transaction():
        issue_stamps(lot, 1, now=present.now(), gtin=OTHER_GTIN)

    assert run.gtin == GTIN


def test_nothing_is_issued_for_a_lot_that_is_being_recalled(make_lot, make_stamps):
    lot = make_lot()
    with transaction():
        recall_lot(lot, **RECALL, now=present.now())

    with pytest.raises(LotRecalledError):
        make_stamps(lot)

    assert count_of(Stamp) == 0


def test_only_stamps_that_were_not_withdrawn_are_activated(make_lot):
    lot = make_lot()
    with transaction():
        run = issue_stamps(lot, 3, now=present.now(), is_active=False)
    with transaction():
        withdraw_stamp(codes_of(run)[0], reason="Rách", now=present.now())

    with transaction():
        first, again = activate_stamps(run, now=present.now()), activate_stamps(run, now=present.now())

    assert (first, again) == (2, 0)


def test_a_stamp_is_withdrawn_once(make_stamps):
    code, other = make_stamps(count=2)
    with transaction():
        withdraw_stamp(code, reason="Mất cuộn", now=present.now())

    with pytest.raises(StampWithdrawnError), transaction():
        withdraw_stamp(code, reason="Lần nữa", now=present.now())
    with pytest.raises(StampNotFoundError), transaction():
        withdraw_stamp("7K3QX9M2RVBH8", reason="?", now=present.now())
    with pytest.raises(InvalidTextError), transaction():
        withdraw_stamp(other, reason=" ", now=present.now())

    assert count_of(StampWithdrawal) == 1


def test_a_lot_has_one_recall_open_at_a_time(make_lot):
    lot = make_lot()
    with transaction():
        recall_lot(lot, **RECALL, now=present.now())

    with pytest.raises(LotRecalledError), transaction():
        recall_lot(lot, **RECALL, now=present.now())
    with transaction():
        closed = close_recall(lot, now=present.now())
    with pytest.raises(RecallNotFoundError), transaction():
        close_recall(lot, now=present.now())
    with transaction():
        second = recall_lot(lot, **RECALL, now=present.now())

    assert closed.closed_at == present.now()
    assert second.id != closed.id


@pytest.mark.parametrize("missing", RECALL)
def test_a_recall_says_why_what_to_do_and_whom_to_ask(make_lot, missing):
    lot = make_lot()

    with pytest.raises(InvalidTextError) as refused, transaction():
        recall_lot(lot, **{**RECALL, missing: " \u200b "}, now=present.now())

    assert refused.value.field == missing


def test_a_report_sent_twice_is_kept_once(context):
    report = {"submission_key": "11111111-1111-1111-1111-111111111111", "code": "7K3Q", "message": "Dán đè"}

    for _ in range(2):
        with transaction():
            record_stamp_report(**report, now=present.now())

    assert count_of(StampReport) == 1


def test_a_lost_stamp_is_noticed(make_stamps):
    make_stamps(count=3)
    with transaction():
        db.session.delete(db.session.scalars(select(Stamp)).first())

    assert len(violations()) == 1


@pytest.mark.slow
def test_two_who_issue_for_one_lot_at_once_never_issue_too_many(app, make_lot):
    lot_id = make_lot(quantity=100).id
    outcomes: list[str] = []

    def issue() -> None:
        with app.app_context():
            try:
                with transaction():
                    issue_stamps(db.session.get_one(Lot, lot_id), 30, now=present.now())
                outcomes.append("issued")
            except (AppError, SQLAlchemyError) as error:
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=issue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["TooManyStampsError"] * 3 + ["issued"] * 3
    assert count_of(Stamp) == 90
    assert violations() == []


@pytest.mark.slow
def test_of_many_who_withdraw_one_stamp_one_does(app, make_stamp):
    code = make_stamp()
    outcomes: list[str] = []

    def withdraw() -> None:
        with app.app_context():
            try:
                with transaction():
                    withdraw_stamp(code, reason="Mất cuộn", now=present.now())
                outcomes.append("withdrawn")
            except StampWithdrawnError:
                outcomes.append("before")

    threads = [threading.Thread(target=withdraw) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["before"] * 4 + ["withdrawn"]
    assert count_of(StampWithdrawal) == 1
