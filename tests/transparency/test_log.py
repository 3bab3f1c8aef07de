"""The log: gap-free, provable, the same as what is on record, and found out when somebody rewrites it."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from catalog.facts import RevocationFacts
from catalog.models import Certification
from catalog.operations.certifications import record_revocation
from catalog.operations.renewals import file_renewal, refuse_renewal
from core import clock as present
from core.db import db, transaction
from tests.transparency.logs import append_in_vain, certified, enter, verified
from transparency.errors import ContradictingEntryError, EntryNotFoundError, RootNotFoundError
from transparency.leaves import LEAF_MAX_BYTES, leaf_of
from transparency.merkle import EMPTY_ROOT, is_consistent, is_included, leaf_hash
from transparency.models import LogEntry, LogNode
from transparency.operations import append
from transparency.queries.entries import get_entry, get_size
from transparency.queries.proofs import get_root, prove_consistency, prove_inclusion


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


def test_an_entry_never_tells_an_earlier_instant_than_the_one_before(db_session, clock, runner):
    enter(1)
    clock.set(datetime(2026, 11, 20, tzinfo=UTC))
    enter(1, start=1)
    clock.set(datetime(2026, 11, 23, tzinfo=UTC))
    enter(1, start=2)

    days = [get_entry(seq).recorded_at.day for seq in range(3)]
    assert days == [22, 22, 23]
    assert b'"at":"2026-11-22T03:00:00.000000Z"' in get_entry(1).leaf
    assert verified(runner)[0] == 0


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

    nodes = db.session.execute(select(LogNode.level, LogNode.number)).all()
    assert {tuple(each) for each in nodes} == {(8, 0), (8, 1), *((4, number) for number in range(32))}
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

    with pytest.raises(RootNotFoundError):
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
