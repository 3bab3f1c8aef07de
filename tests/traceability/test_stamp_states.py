"""Stamps by the roll: a million change their state by one row, one stamp's state follows from all rows."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from core import clock
from core.db import db, transaction
from core.invariants import check_all
from tests.traceability.conftest import Make
from traceability import invariants as _invariants  # noqa: F401 (registers I24)
from traceability.errors import (
    InvalidStampRangeError,
    InvalidStampRunError,
    InvalidTextError,
    StampsBoundError,
)
from traceability.models import Lot, LotKind, RangeState, SheetPrint, Stamp, StampRange, StampRun
from traceability.operations import stamps as issuing
from traceability.operations.openings import claim_opening
from traceability.operations.scans import Look
from traceability.operations.stamps import RunOrder, issue_run, withdraw_stamp
from traceability.operations.states import activate_range, declare_display, record_print, withdraw_range
from traceability.queries.logged_stamps import stamp_runs
from traceability.queries.scan import get_scan_page
from traceability.queries.stamp_states import get_counts, get_state, iter_codes, list_ranges
from traceability.stamp_codes import hash_of_codes
from traceability.stamp_ranges import StampState, StampStory, count_of, is_in, merged, state_of, without
from transparency.models import LogEntry


@pytest.fixture
def run(make_lot: Make) -> StampRun:
    """Ten stamps that are not in force."""
    lot = make_lot()
    with transaction():
        return issue_run(lot, 10, RunOrder(is_active=False), by_id=None, now=clock.now())


def stamps(run: StampRun) -> list[Stamp]:
    db.session.rollback()
    return list(db.session.scalars(select(Stamp).where(Stamp.run_id == run.id).order_by(Stamp.number)))


def states(run: StampRun) -> str:
    """The first letter of the state of each stamp, in the order of numbers."""
    return "".join(get_state(stamp).value[0] for stamp in stamps(run))


def verdict(stamp: Stamp) -> str:
    return get_scan_page(stamp.code, on=clock.today(), now=clock.now()).verdict.value


def facts(**more: int) -> SheetPrint:
    return SheetPrint(
        **{"first": 1, "last": 10, "layout": "3x8", "start": 1, "spoiled": 0, "label_count": 10, **more}
    )


def test_ranges_join_and_leave_gaps() -> None:
    assert merged([(5, 7), (1, 2), (3, 3), (6, 9)]) == [(1, 3), (5, 9)]
    assert count_of([(1, 3), (2, 4), (9, 9)]) == 5
    assert without((1, 10), [(3, 4), (10, 12), (0, 1)]) == [(2, 2), (5, 9)]
    assert without((1, 3), []) == [(1, 3)]
    assert [is_in(number, [(2, 3)]) for number in (1, 2, 3, 4)] == [False, True, True, False]


def test_the_furthest_state_counts_and_withdrawn_ends_it() -> None:
    steps = ("is_printed", "is_activated", "is_attached", "is_sold", "is_opened", "is_withdrawn")
    reached = [state_of(StampStory(**dict.fromkeys(steps[:count], True))) for count in range(7)]

    assert reached == list(StampState)


def test_stamps_are_numbered_and_ordered_from_the_start(run: StampRun) -> None:
    assert [stamp.number for stamp in stamps(run)] == list(range(1, 11))
    assert states(run) == "oooooooooo"
    assert [(row.state, row.first, row.last) for row in list_ranges(run.id)] == [("ordered", 1, 10)]


def test_ranges_change_states_without_a_write_to_any_stamp(run: StampRun) -> None:
    now = clock.now()
    with transaction():
        record_print(run, facts(first=2, last=9), by_id=None, now=now)
        activated = activate_range(run, (3, 8), by_id=None, now=now)
        again = activate_range(run, (3, 8), by_id=None, now=now)
        more = activate_range(run, (7, 9), by_id=None, now=now)
        withdrawn = withdraw_range(run, (8, 10), reason="Cuộn tem rơi mất", by_id=None, now=now)

    assert (activated, again, more, withdrawn) == (6, 0, 1, 3)
    assert states(run) == "opaaaaawww"
    assert [stamp.activated_at for stamp in stamps(run)] == [None] * 10
    assert [row.state for row in list_ranges(run.id)] == [
        "withdrawn",
        "activated",
        "activated",
        "printed",
        "ordered",
    ]
    assert list(iter_codes(run.id, (7, 10))) == [stamps(run)[6].code]


def test_the_page_tells_the_reason_of_a_lost_roll(run: StampRun) -> None:
    with transaction():
        activate_range(run, (1, 5), by_id=None, now=clock.now())
        withdraw_range(run, (5, 6), reason="Cuộn tem rơi mất", by_id=None, now=clock.now())
    every = stamps(run)

    page = get_scan_page(every[4].code, on=clock.today(), now=clock.now())

    assert [verdict(stamp) for stamp in every[:6]] == ["valid_first"] * 4 + ["withdrawn"] * 2
    assert verdict(every[6]) == "not_activated"
    assert (page.withdrawn_reason, page.withdrawn_at) == ("Cuộn tem rơi mất", clock.now())


def test_declared_samples_are_told_as_such(run: StampRun) -> None:
    with transaction():
        declare_display(run, (1, 2), fair="Hội chợ OCOP Hà Nội", by_id=None, now=clock.now())

    assert [verdict(stamp) for stamp in stamps(run)[:3]] == ["display_sample"] * 2 + ["not_activated"]


@pytest.mark.parametrize("span", [(0, 3), (3, 11), (5, 4), (11, 11), (-2, -1)])
def test_numbers_beyond_the_run_are_refused_and_change_nothing(run: StampRun, span: tuple[int, int]) -> None:
    now = clock.now()
    for act in (
        lambda: activate_range(run, span, by_id=None, now=now),
        lambda: withdraw_range(run, span, reason="Mất", by_id=None, now=now),
        lambda: declare_display(run, span, fair="Hội chợ", by_id=None, now=now),
        lambda: record_print(run, facts(first=span[0], last=span[1]), by_id=None, now=now),
    ):
        with pytest.raises(InvalidStampRangeError), transaction():
            act()

    assert len(list_ranges(run.id)) == 1


def test_a_loss_needs_a_reason_and_a_second_print_too(run: StampRun) -> None:
    now = clock.now()
    with pytest.raises(InvalidTextError), transaction():
        withdraw_range(run, (1, 2), reason=" ", by_id=None, now=now)
    with transaction():
        record_print(run, facts(last=4), by_id=None, now=now)
    with pytest.raises(InvalidTextError), transaction():
        record_print(run, facts(first=4), by_id=None, now=now)
    with transaction():
        record_print(run, facts(first=5), by_id=None, now=now)
        record_print(run, facts(first=1, last=1, reason="Máy in kẹt giấy"), by_id=None, now=now)

    assert [row.reason for row in db.session.scalars(select(SheetPrint).order_by(SheetPrint.id))] == [
        None,
        None,
        "Máy in kẹt giấy",
    ]


def test_what_happened_is_never_rewritten(run: StampRun) -> None:
    row = db.session.scalars(select(StampRange)).one()
    row.last = 3
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.scalars(select(StampRange)).one())
    with pytest.raises(DatabaseError):
        db.session.flush()
    db.session.rollback()


def test_one_withdrawn_stamp_and_an_opened_one_have_states_of_their_own(run: StampRun) -> None:
    first, second = stamps(run)[:2]
    with transaction():
        activate_range(run, (1, 10), by_id=None, now=clock.now())
        withdraw_stamp(first.code, reason="Rách", now=clock.now())
        claim_opening(Look(second.id, clock.now(), None, b"x" * 16))

    counts = get_counts(run)

    assert states(run)[:3] == "woa"
    assert get_state(second) is StampState.OPENED
    assert (counts.total, counts.activated, counts.withdrawn, counts.opened) == (10, 10, 1, 1)


def test_who_opened_first_counts_and_the_same_telephone_may_repeat(run: StampRun) -> None:
    stamp, now = stamps(run)[0], clock.now()
    with transaction():
        first = claim_opening(Look(stamp.id, now, "Tỉnh Vĩnh Long", b"a" * 16))
        same = claim_opening(Look(stamp.id, now, "Tỉnh Vĩnh Long", b"a" * 16))
        other = claim_opening(Look(stamp.id, now, "Thành phố Hà Nội", b"b" * 16))
        told = (other.first.province, other.first.id == first.first.id)

    assert (first.is_own, same.is_own, other.is_own, told) == (True, True, False, ("Tỉnh Vĩnh Long", True))


def test_goods_on_orders_are_not_withdrawn_by_the_roll(
    run: StampRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traceability.operations.states.is_bound", lambda: Stamp.number == 4)

    with pytest.raises(StampsBoundError) as refused, transaction():
        withdraw_range(run, (3, 5), reason="Mất", by_id=None, now=clock.now())

    assert refused.value.count == 1
    assert len(list_ranges(run.id)) == 1


def test_raw_material_gets_no_stamps(make_lot: Make) -> None:
    lot = Lot(
        product=make_lot().product,
        code="N1",
        quantity=5_000,
        kind=LotKind.RAW.value,
        unit="g",
        material="Măng cụt tươi",
        recorded_at=clock.now(),
    )
    with transaction():
        db.session.add(lot)
    with pytest.raises(InvalidStampRunError) as refused:
        issue_run(lot, 1, RunOrder(), by_id=None, now=clock.now())
    db.session.rollback()

    assert refused.value.reason == "raw"
    assert db.session.scalar(select(func.count()).select_from(StampRun)) == 0


def test_a_large_run_is_added_in_pieces_and_stands_in_the_log(
    make_lot: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "CHUNK_ROWS", 7)
    lot: Lot = make_lot(quantity=100)
    with transaction():
        run = issue_run(lot, 100, RunOrder(), by_id=None, now=clock.now())
    every = stamps(run)
    codes = [stamp.code for stamp in every]

    ((subject, told),) = stamp_runs()

    assert [stamp.number for stamp in every] == list(range(1, 101))
    assert len(set(codes)) == 100
    assert subject == f"stamp_run:{run.id}"
    assert told["codes_hash"] == hash_of_codes(run.code_salt or b"", reversed(codes))
    assert (told["stamp_count"], told["lot_id"], told["kind"]) == (100, lot.id, "unit")
    entry = db.session.scalars(select(LogEntry).where(LogEntry.kind == "stamp_run.issued")).one()
    assert told["codes_hash"].encode() in entry.leaf
    assert not any(code.encode() in entry.leaf for code in codes)
    with transaction():
        every[3].code = "0000000000ZZZ"
    ((_subject, changed),) = stamp_runs()
    assert changed["codes_hash"] != told["codes_hash"]


def test_the_hash_of_codes_is_the_one_that_is_promised() -> None:
    assert hash_of_codes(b"", []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hash_of_codes(b"salt", ["B", "A"]) == hash_of_codes(b"salt", ["A", "B"])
    assert hash_of_codes(b"salt", ["A"]) != hash_of_codes(b"tlas", ["A"])


def test_the_books_notice_a_range_beyond_its_run(run: StampRun) -> None:
    with transaction():
        db.session.add(
            StampRange(run_id=run.id, first=9, last=11, state=RangeState.PRINTED.value, at=clock.now())
        )
    assert [each.violations for each in check_all(["I24"])] == [
        ({"row_id": 2, "run_id": run.id, "last": 11},)
    ]
