"""Whoever rewrites what was recorded, or the log itself, is found."""

from datetime import date

import pytest
from sqlalchemy import delete, text, update

from catalog.facts import RevocationFacts
from catalog.models import Certification, Revocation
from catalog.operations.certifications import record_revocation
from core import clock as present
from core.db import db, transaction
from tests.factories import make_product
from tests.transparency.logs import certified, enter, rewrite, verified
from transparency import sources
from transparency.merkle import leaf_hash
from transparency.models import LogEntry, LogHead
from transparency.operations import append
from transparency.queries.entries import get_size

TAMPERINGS = {
    "stars": (
        update(Certification).where(Certification.id == 1).values(stars=5),
        ["seq 0, subject certification:1, fault on record otherwise: stars"],
    ),
    "product": (
        update(Certification).where(Certification.id == 1).values(product_id=2),
        ["seq 0, subject certification:1, fault on record otherwise: product_id"],
    ),
    "row deleted": (
        delete(Revocation),
        ["seq 2, subject revocation:1, fault in the log, but not on record: revocation.recorded"],
    ),
    "row added": (
        text(
            "INSERT INTO certification (product_id, record_key, stars, evidence_level, source_id, recorded_at)"
            " SELECT product_id, 'x', 5, 'A', source_id, recorded_at FROM certification WHERE id = 1"
        ),
        ["subject certification:3, fault on record, but not in the log: certification.recorded"],
    ),
    "entry rewritten": (
        update(LogEntry).where(LogEntry.seq == 0).values(leaf=b"{}"),
        [
            "seq 0, fault not the hash of the entry",
            "seq 0, fault the columns say something else than the entry",
        ],
    ),
    "leaf and hash rewritten": (
        update(LogEntry).where(LogEntry.seq == 1).values(leaf=b"no JSON", leaf_hash=leaf_hash(b"no JSON")),
        ["seq 1, fault no JSON"],
    ),
    "root": (update(LogHead).values(peaks=bytes(64)), ["fault the entries give"]),
    "entry deleted": (
        delete(LogEntry).where(LogEntry.seq == 1),
        ["seq 1, fault missing: the next entry is 2"],
    ),
    "head": (update(LogHead).values(size=9), ["size 9, fault the log has 3 entries"]),
    "kind": (
        update(LogEntry).where(LogEntry.seq == 2).values(kind="a.b"),
        ["seq 2, fault the columns say something else than the entry"],
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_whoever_rewrites_the_past_is_found(db_session, runner, tampering):
    statement, expected = TAMPERINGS[tampering]
    record = certified()
    certified(decision_number="6/QĐ-UBND", stars=3)
    with transaction():
        facts = RevocationFacts(
            decision_number="9/QĐ", revoked_on=date(2026, 1, 2), ground="other", authority_name="UBND"
        )
        record_revocation(db.session.get_one(Certification, record.id), facts, now=present.now())
    assert verified(runner)[0] == 0
    assert runner.invoke(args=["verify", "--only", "I13"]).exit_code == 0

    rewrite(statement)

    code, told = verified(runner)
    assert code == 1
    for line in expected:
        assert any(line in each for each in told), told
    assert runner.invoke(args=["verify", "--only", "I13"]).exit_code == 1


def test_a_later_name_of_a_product_is_no_rewriting(db_session, runner):
    record = certified()
    with transaction():
        db.session.get_one(Certification, record.id).product.name = "Kẹo dừa mới"

    assert verified(runner)[0] == 0


def test_who_rewrites_everything_is_found_by_a_root_noted_elsewhere(db_session, runner):
    enter(3)
    noted = runner.invoke(args=["transparency", "root"]).output.strip()
    assert verified(runner, "--noted", noted)[0] == 0

    rewrite(delete(LogEntry))
    rewrite(update(LogHead).values(size=0, peaks=b""))
    shorter = verified(runner, "--noted", noted)
    enter(1, kind="forged.kind")
    enter(3, start=1)
    forged = verified(runner, "--noted", noted)

    assert verified(runner)[0] == 0, "by itself a log that was made anew is whole"
    assert shorter[0] == forged[0] == 1
    assert shorter[1][0] == "size 3, fault the log has only 0 entries"
    assert forged[1][0].startswith("size 3, fault the root is")


def test_a_root_that_is_none_is_refused(runner):
    told = runner.invoke(args=["transparency", "verify", "--noted", "12:xyz"])

    assert told.exit_code == 2
    assert "is not a size and a root" in told.output


def test_what_was_on_record_before_comes_in_once(db_session, runner):
    make_product()
    make_product(certification={"revoked_on": date(2026, 1, 2)})
    make_product(certification={"filed_on": date(2026, 1, 2)})
    assert verified(runner)[0] == 1

    first = runner.invoke(args=["transparency", "catch-up"])
    again = runner.invoke(args=["transparency", "catch-up"])

    assert (first.output, again.output) == ("Entries added: 5\n", "Done before: nothing was entered.\n")
    assert get_size() == 5
    assert verified(runner)[0] == 0


def test_a_row_that_somebody_slips_in_later_is_not_taken_for_an_old_one(db_session, runner):
    runner.invoke(args=["transparency", "catch-up"])
    make_product()

    again = runner.invoke(args=["transparency", "catch-up"])

    assert again.output == "Done before: nothing was entered.\n"
    assert get_size() == 0
    assert verified(runner)[1][0] == (
        "subject certification:1, fault on record, but not in the log: certification.recorded"
    )


def test_a_kind_that_the_log_learns_later_is_caught_up_with_once(db_session, runner, monkeypatch):
    make_product()
    runner.invoke(args=["transparency", "catch-up"])
    with transaction():
        append("thing.made", "thing:2", {"number": 2}, present.now())
    things = [("thing:1", {"number": 1}), ("thing:2", {"number": 2})]
    monkeypatch.setitem(sources._sources, "thing.made", lambda: things)

    first = runner.invoke(args=["transparency", "catch-up"])
    things.append(("thing:3", {"number": 3}))
    again = runner.invoke(args=["transparency", "catch-up"])

    assert (first.output, again.output) == ("Entries added: 1\n", "Done before: nothing was entered.\n")
    told = verified(runner)
    assert told[1][:1] == ["subject thing:3, fault on record, but not in the log: thing.made"]
    assert get_size() == 3
