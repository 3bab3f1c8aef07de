"""Doubts about codes: computed from new looks only, kept, told, and taken back where nothing is left of them."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from traceability.clone_evidence import assess
from traceability.jobs.looks import assess_new_looks, assess_stamp
from traceability.models import (
    CloneDoubt,
    CloneProgress,
    LaterOpening,
    Opening,
    Scan,
    Stamp,
    StampKind,
    StampRun,
)
from traceability.operations.doubts import assess_stamps, declare_markets, find_new_looks, note_looks
from traceability.operations.openings import claim_opening
from traceability.operations.scans import Look, record_scans, summarise_scans
from traceability.operations.states import declare_display
from traceability.queries.scan import get_scan_page
from traceability.queries.unit_facts import LOOKS_OF_ONE, list_unit_facts


def stamp_of(code: str) -> Stamp:
    return db.session.scalars(select(Stamp).where(Stamp.code == code)).one()


def look_for_weeks(code: str, provinces=("Cà Mau", "Đà Nẵng"), count: int = 12) -> None:
    """Looks by so many telephones, one every three days."""
    with transaction():
        stamp_id = stamp_of(code).id
        record_scans(
            [
                Look(
                    stamp_id,
                    present.now() - timedelta(days=3 * number),
                    provinces[number % len(provinces)],
                    number.to_bytes(16),
                )
                for number in range(count)
            ]
        )


def run_job() -> None:
    """What one run saw, the next one assesses."""
    for _twice in range(2):
        assess_new_looks()
    db.session.rollback()


def doubts() -> list[tuple[int, str]]:
    rows = select(CloneDoubt).order_by(CloneDoubt.id)
    return [(each.grade, each.reasons) for each in db.session.scalars(rows)]


def page_of(code: str):
    return get_scan_page(code, on=present.today(), now=present.now())


def test_a_code_scanned_in_two_places_for_weeks_is_told_to_whoever_scans_it(make_stamps):
    copied, fine = make_stamps(count=2)
    look_for_weeks(copied)
    look_for_weeks(fine, ("Cà Mau",), 2)

    run_job()

    assert doubts() == [(2, "many_provinces")]
    assert (page_of(copied).verdict, page_of(copied).doubt) == ("check_further", ("many_provinces",))
    assert page_of(fine).verdict == "valid_again"


def flood(code: str, count: int, *, days_ago: int) -> None:
    """So many telephones within one hour, all in one province."""
    with transaction():
        stamp_id, at = stamp_of(code).id, present.now() - timedelta(days=days_ago)
        record_scans([Look(stamp_id, at, "Huế", (1 << 64 | number).to_bytes(16)) for number in range(count)])


def test_who_floods_one_code_hides_nothing_about_another(make_stamps):
    flooded, copied = make_stamps(count=2)
    flood(flooded, 20_001, days_ago=60)
    look_for_weeks(copied)

    found = assess_stamps([stamp_of(flooded).id, stamp_of(copied).id])

    assert found[stamp_of(flooded).id].grade == 0
    assert found[stamp_of(copied).id].reasons == ("many_provinces",)


@pytest.mark.parametrize("days_ago", [0, 60])
def test_who_floods_a_copied_code_hides_neither_what_came_before_nor_what_comes_after(make_stamp, days_ago):
    copied = make_stamp()
    look_for_weeks(copied)
    flood(copied, 3 * LOOKS_OF_ONE, days_ago=days_ago)

    facts = list_unit_facts([stamp_of(copied).id])[stamp_of(copied).id]

    assert len(facts.looks) == LOOKS_OF_ONE
    assert {look.province for look in facts.looks} == {"Cà Mau", "Đà Nẵng", "Huế"}
    assert assess(facts).reasons == ("many_provinces",)


def test_looks_at_codes_of_lots_and_at_samples_are_not_read(make_stamps):
    lot_code, sample = make_stamps(kind=StampKind.LOT)[0], make_stamps()[0]
    with transaction():
        run = db.session.get_one(StampRun, stamp_of(sample).run_id)
        declare_display(run, (1, 1), fair="Phiên chợ", by_id=None, now=present.now())
    look_for_weeks(lot_code)
    look_for_weeks(sample)

    facts = list_unit_facts([stamp_of(lot_code).id, stamp_of(sample).id])

    assert {number: (len(unit.looks), unit.is_sample) for number, unit in facts.items()} == {
        stamp_of(sample).id: (0, True)
    }


def test_only_stamps_with_new_looks_are_asked(make_stamps):
    first, second = make_stamps(count=2)
    look_for_weeks(first)
    run_job()
    look_for_weeks(second, ("Huế",), 1)
    assess_new_looks()

    done_id, until_id, stamp_ids = find_new_looks()

    assert stamp_ids == [stamp_of(second).id]
    assert until_id == done_id + 1 == db.session.scalar(select(func.max(Scan.id)))


def test_of_two_runs_at_once_one_moves_on(make_stamp):
    look_for_weeks(make_stamp(), count=3)
    assess_new_looks()
    done_id, until_id, _ = find_new_looks()

    with transaction():
        moved = [note_looks(done_id, until_id), note_looks(done_id, until_id)]

    assert moved == [True, False]
    assert db.session.get_one(CloneProgress, 1).done_scan_id == until_id


def test_a_look_costs_one_statement_whatever_is_known_of_the_code(make_stamp):
    code = make_stamp()
    look_for_weeks(code)
    run_job()
    page_of(code)
    seen: list[str] = []
    engine = db.engine

    def note(conn, cursor, statement, *rest) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        page_of(code)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    # The look-up goes past the events of SQLAlchemy; nothing beside it asks the database but for what has changed.
    assert [statement for statement in seen if "clone_" in statement] == []


def test_a_declared_sample_has_no_doubt_and_loses_the_one_it_had(make_stamp):
    code = make_stamp()
    look_for_weeks(code)
    run_job()
    assert len(doubts()) == 1

    with transaction():
        run = db.session.get_one(StampRun, stamp_of(code).run_id)
        declare_display(run, (1, 1), fair="Phiên chợ", by_id=None, now=present.now())
    assess_stamp(stamp_of(code).id)
    db.session.rollback()

    assert doubts() == []
    assert page_of(code).verdict == "display_sample"


def test_a_doubt_stays_when_its_looks_are_forgotten(make_stamp, clock):
    code = make_stamp()
    look_for_weeks(code)
    run_job()

    clock.move(timedelta(days=460))
    with transaction():
        summarise_scans(now=present.now())
    assess_stamp(stamp_of(code).id)
    db.session.rollback()

    assert doubts() == [(2, "many_provinces")]


def test_the_first_who_opens_a_pack_is_believed_and_later_ones_raise_a_doubt(make_stamp):
    stamp_id = stamp_of(make_stamp()).id
    looks = [
        Look(stamp_id, present.now(), "Hà Nội", b"a" * 16),
        Look(stamp_id, present.now(), "Hà Nội", b"a" * 16),
        Look(stamp_id, present.now(), "Cà Mau", b"b" * 16),
        Look(stamp_id, present.now(), "Cà Mau", b"b" * 16),
        Look(stamp_id, present.now(), None, None),
    ]
    claims = []
    for look in looks:
        with transaction():
            claim = claim_opening(look)
            claims.append((claim.is_own, claim.first.province))

    assert claims == [(True, "Hà Nội")] * 2 + [(False, "Hà Nội")] * 3
    assert db.session.scalar(select(func.count()).select_from(LaterOpening)) == 2
    assert db.session.scalar(select(func.count()).where(Job.name == "traceability.assess_stamp")) == 1
    assess_stamp(stamp_id)
    db.session.rollback()
    assert doubts() == [(3, "opened_twice")]


def test_after_thirteen_months_nothing_tells_who_opened_a_pack(make_stamp, clock):
    stamp_id = stamp_of(make_stamp()).id
    for place, device in (("Hà Nội", b"a"), ("Huế", b"b")):
        with transaction():
            claim_opening(Look(stamp_id, present.now(), place, device * 16))

    clock.move(timedelta(days=460))
    with transaction():
        summarise_scans(now=present.now())

    opening = db.session.scalars(select(Opening)).one()
    assert (opening.province, opening.device_hash) == (None, None)
    assert db.session.scalar(select(func.count()).select_from(LaterOpening)) == 0


def test_looks_outside_of_where_a_lot_is_sold_add_to_a_doubt(make_lot, make_stamp):
    lot = make_lot()
    code = make_stamp(lot)
    with transaction():
        declare_markets(db.session.merge(lot), ["01"], now=present.now())
    look_for_weeks(code)

    run_job()

    assert doubts() == [(3, "out_of_area many_provinces")]


@pytest.mark.parametrize(
    "table", ["scan", "opening", "later_opening", "scan_key", "scan_month", "clone_doubt"]
)
def test_no_table_of_looks_holds_what_tells_who_looked(app, db_session, table):
    columns = {column.name for column in db.metadata.tables[table].columns}

    assert not {
        name for name in columns if any(word in name for word in ("ip", "agent", "address", "user", "cookie"))
    }
    assert columns <= {
        "id", "stamp_id", "scanned_hour_at", "claimed_hour_at", "province", "device_hash", "day_on", "key",
        "product_id", "month_on", "scan_count", "grade", "reasons", "opened_at", "assessed_at",
    }  # fmt: skip
