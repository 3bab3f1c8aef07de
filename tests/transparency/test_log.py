"""The log: gap-free, provable, the same as what is on record, and found out when somebody rewrites it."""

import threading
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from catalog.facts import CertificationFacts, RevocationFacts
from catalog.models import Certification, Revocation
from catalog.operations.certifications import record_certification, record_revocation
from catalog.operations.renewals import file_renewal, refuse_renewal
from core import clock as present
from core.db import db, transaction
from tests.factories import make_product, make_register_entry
from transparency.errors import ContradictingEntryError, EntryNotFoundError, InvalidRangeError
from transparency.leaves import LEAF_MAX_BYTES, leaf_of
from transparency.merkle import EMPTY_ROOT, is_consistent, is_included, leaf_hash
from transparency.models import LogEntry, LogHead, LogNode
from transparency.operations import append
from transparency.queries.entries import get_entry, get_size
from transparency.queries.proofs import get_root, prove_consistency, prove_inclusion


def enter(count, kind="made.up", start=0):
    with transaction():
        for number in range(start, start + count):
            append(kind, f"thing:{number}", {"number": number}, present.now())


def append_in_vain():
    with suppress(ZeroDivisionError), transaction():
        append("made.up", "thing:2", {}, present.now())
        raise ZeroDivisionError


def certified(**facts):
    product = make_register_entry(certification=None)
    values = {
        "stars": 4,
        "decision_number": "5/QĐ-UBND",
        "decided_on": date(2025, 6, 1),
        "expiry_basis": "law",
        "authority_level": "province",
        "authority_name": "UBND tỉnh Bến Tre",
        "evidence_level": "B",
    }
    with transaction():
        return record_certification(
            product, CertificationFacts(**(values | facts)), now=present.now(), source=product.source
        )


def rewrite(statement):
    """Change rows as somebody with the database in hand would: triggers switched off first."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in [each for each in names if "_refuses_" in each]:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(statement)
    db.session.rollback()


def verified(runner, *arguments):
    db.session.rollback()
    told = runner.invoke(args=["transparency", "verify", *arguments])
    return told.exit_code, told.output.splitlines()


def test_an_entry_is_written_in_one_way_only(db_session):
    with transaction():
        append("made.up", "thing:7", {"name": "Kẹo dừa «7»", "count": 3, "a": [None, True]}, present.now())

    entry = get_entry(0)
    assert entry.leaf.decode() == (
        '{"at":"2026-11-22T03:00:00.000000Z","facts":{"a":[null,true],"count":3,"name":"Kẹo dừa «7»"},'
        '"kind":"made.up","subject":"thing:7","v":1}'
    )
    assert entry.leaf_hash == leaf_hash(entry.leaf)
    assert (entry.kind, entry.subject, entry.recorded_at) == ("made.up", "thing:7", present.now())


@pytest.mark.parametrize(
    "facts",
    [
        {"share": 0.5},
        {"points": Decimal("1.00")},
        {"day": date(2026, 1, 1)},
        {"count": 2**53},
        {"Upper": 1},
        {7: 1},
        {"in": [{"x": {1, 2}}]},
        {"text": "x" * LEAF_MAX_BYTES},
        {"half": "\ud800"},
    ],
)
def test_what_has_no_single_writing_is_refused(db_session, facts):
    with pytest.raises(ValueError, match=r"no value|no name|at most|surrogates"), transaction():
        append("made.up", "thing:1", facts, present.now())

    assert get_size() == 0


@pytest.mark.parametrize(
    ("kind", "subject"), [("made", "thing:1"), ("made.up", "thing"), ("Made.up", "a:b c")]
)
def test_kind_and_subject_have_their_form(kind, subject):
    with pytest.raises(ValueError, match="no kind and subject"):
        leaf_of(kind, subject, {}, present.now())


def test_the_same_event_is_entered_once_and_never_otherwise(db_session):
    enter(1)
    enter(1)
    with pytest.raises(ContradictingEntryError), transaction():
        append("made.up", "thing:0", {"number": 8}, present.now())

    assert get_size() == 1


def test_what_is_given_up_leaves_no_entry_and_no_gap(db_session):
    enter(2)
    append_in_vain()
    enter(1, start=5)

    assert [get_entry(seq).subject for seq in range(3)] == ["thing:0", "thing:1", "thing:5"]
    with pytest.raises(EntryNotFoundError):
        get_entry(3)


def test_writers_at_once_never_fork_the_log(app, db_session, runner):
    def write(name):
        with app.app_context():
            for number in range(8):
                with transaction():
                    append("made.up", f"{name}:{number}", {}, present.now())

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c", "d")]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)

    assert get_size() == 32
    assert verified(runner)[0] == 0


def test_every_entry_is_proved_at_every_size_and_every_size_begins_the_next(db_session):
    roots = [get_root().root]
    for number in range(20):
        enter(1, start=number)
        roots.append(get_root().root)

    assert roots[0] == EMPTY_ROOT
    for size in range(1, 21):
        assert get_root(size).root == roots[size]
        for seq in range(size):
            proof = prove_inclusion(seq, size)
            assert is_included(proof.leaf_hash, seq, size, proof.hashes, roots[size])
        for old_size in range(1, size + 1):
            proof = prove_consistency(old_size, size)
            assert is_consistent(old_size, roots[old_size], size, roots[size], proof.hashes)


@pytest.mark.slow
def test_a_log_of_more_than_a_tile_keeps_one_hash_of_each_full_one(db_session, runner):
    enter(520)

    nodes = db.session.execute(select(LogNode.level, LogNode.number).order_by(LogNode.number)).all()
    assert [tuple(each) for each in nodes] == [(8, 0), (8, 1)]
    for seq, size in ((0, 520), (255, 520), (256, 257), (300, 512), (519, 520), (511, 513)):
        proof = prove_inclusion(seq, size)
        assert is_included(proof.leaf_hash, seq, size, proof.hashes, proof.root)
    for old_size, size in ((1, 520), (256, 512), (255, 520), (300, 519), (520, 520)):
        proof = prove_consistency(old_size, size)
        assert is_consistent(old_size, proof.old_root, size, proof.root, proof.hashes)
    assert verified(runner)[0] == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda: get_root(4),
        lambda: get_root(-1),
        lambda: prove_inclusion(1, 4),
        lambda: prove_inclusion(2, 2),
        lambda: prove_consistency(0),
        lambda: prove_consistency(3, 2),
        lambda: prove_consistency(1, 4),
    ],
)
def test_there_is_no_proof_for_what_never_was(db_session, ask):
    enter(3)

    with pytest.raises(InvalidRangeError):
        ask()


def test_recognition_withdrawal_and_renewal_are_entered_with_their_facts(db_session, runner):
    record = certified(score=Decimal("85.125"))
    with transaction():
        record = db.session.get_one(Certification, record.id)
        facts = RevocationFacts(
            decision_number="9/QĐ", revoked_on=date(2026, 1, 2), ground="other", authority_name="UBND"
        )
        record_revocation(record, facts, now=present.now())
    renewed = certified(decided_on=date(2024, 1, 5), decision_number="6/QĐ-UBND")
    with transaction():
        renewed = db.session.get_one(Certification, renewed.id)
        dossier = file_renewal(renewed, reference="PĐK-1", filed_on=date(2026, 9, 1), now=present.now())
        refuse_renewal(dossier, refused_on=date(2026, 10, 1), decision_number=None, now=present.now())

    told = [get_entry(seq) for seq in range(get_size())]
    assert [(each.kind, each.subject) for each in told] == [
        ("certification.recorded", "certification:1"),
        ("revocation.recorded", "revocation:1"),
        ("certification.recorded", "certification:2"),
        ("renewal.filed", "renewal_dossier:1"),
        ("renewal.refused", "renewal_refusal:1"),
    ]
    slug = record.product.slug
    assert told[0].facts == {
        "authority_level": "province",
        "authority_name": "UBND tỉnh Bến Tre",
        "called": {"product": "Kẹo dừa", "slug": slug},
        "criteria_version": None,
        "decided_on": "2025-06-01",
        "decision_number": "5/QĐ-UBND",
        "document": None,
        "evidence_level": "B",
        "expires_on": "2028-06-01",
        "expiry_basis": "law",
        "product_id": record.product_id,
        "recognised_year": 2025,
        "record_key": "5/qd-ubnd|2025",
        "recorded_at": "2026-11-22T03:00:00.000000Z",
        "score": "85.13",
        "source": record.source.key,
        "stars": 4,
    }
    assert verified(runner)[0] == 0


def test_recording_the_same_again_enters_nothing(db_session):
    record = certified()
    with transaction():
        record = db.session.get_one(Certification, record.id)
        facts = RevocationFacts(
            decision_number="9/QĐ", revoked_on=date(2026, 1, 2), ground="other", authority_name="UBND"
        )
        record_revocation(record, facts, now=present.now())
        record_revocation(record, facts, now=present.now())

    assert get_size() == 2


def test_entries_and_nodes_can_be_neither_changed_nor_taken_out(db_session):
    enter(1)
    with transaction():
        db.session.add(LogNode(level=8, number=0, node_hash=bytes(32)))

    for statement in (
        update(LogEntry).values(kind="x.y"),
        delete(LogEntry),
        update(LogNode).values(node_hash=b"x" * 32),
        delete(LogNode),
    ):
        with pytest.raises(IntegrityError, match="only ever added to"), db.engine.begin() as connection:
            connection.execute(statement)

    assert get_entry(0).kind == "made.up"


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
