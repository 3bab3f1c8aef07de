"""Signing: once for each state, never of a log that was changed; tiles and proofs as others read them."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core import clock as present
from core.db import db
from core.jobs.models import Job
from core.jobs.worker import Worker
from core.log_settings import WitnessAddress
from tests.support.receivers import Receiver
from tests.transparency.logs import certified, enter, rewrite, verified
from transparency.checkpoints import parse_checkpoint, parse_proof, parse_question
from transparency.errors import CheckpointAwaitedError, EntryNotFoundError, ForkedLogError
from transparency.jobs import ask_witness, sign_now
from transparency.key_files import read_keys
from transparency.merkle import is_consistent, is_included, leaf_hash
from transparency.models import LogCheckpoint, LogCosignature, LogEntry, LogHead
from transparency.notes import KeyKind, new_key, parse_note, parse_verifier_key, sign_note, verify_note
from transparency.queries.checkpoints import (
    latest_checkpoint,
    list_cosigned,
    list_log_keys,
    proof_file,
    short_checkpoint,
)
from transparency.queries.proofs import get_root
from transparency.tiles import unbundled

WITNESS = new_key("so-nong-nghiep.example", KeyKind.COSIGNATURE)


def key_made(runner):
    told = runner.invoke(args=["transparency", "create-key", "--name", "ocop.example/log"])
    assert told.exit_code == 0, told.output
    return parse_verifier_key(told.stdout.strip())


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_key_is_made_once_and_only_its_owner_reads_it(app, db_session, runner):
    file = app.extensions["settings"].log.log_key_file

    key = key_made(runner)
    again = runner.invoke(args=["transparency", "create-key"])

    assert (again.exit_code, "exists already" in again.output) == (1, True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.verifier for each in read_keys(file)] == [key]
    file.write_text("nothing\n")
    assert runner.invoke(args=["transparency", "sign"]).exit_code == 1


def test_without_a_key_nothing_is_signed_and_everything_works(client, db_session, runner):
    enter(3)

    assert sign_now() is None
    told = client.get("/log/checkpoint").text
    assert told == parse_checkpoint(told).text
    assert parse_checkpoint(told).root == get_root().root
    assert client.get("/log/proof/1.tlog-proof").status_code == 200
    assert runner.invoke(args=["transparency", "sign"]).exit_code == 1
    assert count(LogCheckpoint) == 0


def test_a_checkpoint_is_signed_once_for_each_state(client, db_session, runner):
    key = key_made(runner)
    enter(3)

    assert [sign_now(), sign_now()] == [4, None]
    enter(1, start=3)
    assert [sign_now(), sign_now()] == [5, None]

    note = parse_note(client.get("/log/checkpoint").data)
    assert verify_note(note, [key]) == (key,)
    signed = parse_checkpoint(note.text)
    assert (signed.origin, signed.size, signed.root) == ("ocop.example/log", 5, get_root().root)
    assert short_checkpoint() == f"ocop.example/log 5 {note.text.splitlines()[2][:22]}"
    assert list_log_keys() == [key]
    assert verified(runner)[0] == 0


def test_an_old_key_signs_beside_a_new_one_until_it_is_taken_out(app, db_session, runner):
    old = key_made(runner)
    sign_now()
    new = parse_verifier_key(runner.invoke(args=["transparency", "create-key", "--add"]).stdout.strip())
    sign_now()
    both = parse_note(latest_checkpoint().note)
    file = app.extensions["settings"].log.log_key_file
    file.write_text(file.read_text().splitlines()[-1])
    enter(1)
    sign_now()

    assert verify_note(both, [old, new]) == (old, new)
    assert (new.name, new.public != old.public) == (old.name, True)
    assert verify_note(parse_note(latest_checkpoint().note), [old, new]) == (new,)
    assert list_log_keys() == [old, new]
    assert verified(runner)[0] == 0


def test_a_log_that_was_made_anew_is_not_signed(db_session, runner):
    key_made(runner)
    enter(3)
    sign_now()
    forged = {"leaf": b"{}", "leaf_hash": leaf_hash(b"{}")}
    rewrite(update(LogEntry).where(LogEntry.seq == 1).values(**forged))
    enter(1, start=9)

    with pytest.raises(ForkedLogError) as refused:
        sign_now()

    assert refused.value.size == 4
    assert count(LogCheckpoint) == 1
    assert runner.invoke(args=["transparency", "sign"]).exit_code == 1


def test_who_shortens_or_rebuilds_a_signed_log_is_found(db_session, runner):
    key_made(runner)
    enter(3)
    sign_now()
    size = get_root(2).size
    peaks = b"".join([get_root(2).root])
    rewrite(delete(LogEntry).where(LogEntry.seq >= 2))
    rewrite(update(LogHead).values(size=size, peaks=peaks))

    told = verified(runner)

    assert told[0] == 1
    assert "checkpoint 1, fault signed at 4 entries, the log has only 2" in told[1]


def test_a_log_of_other_entries_below_an_old_signature_is_found(db_session, runner):
    key_made(runner)
    enter(3)
    sign_now()
    rewrite(delete(LogEntry))
    rewrite(update(LogHead).values(size=0, peaks=b""))
    enter(4, kind="forged.kind")

    assert "checkpoint 1, fault at 4 entries another root was signed" in verified(runner)[1]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"size": 2}, "its row says 2 entries, what was signed 4"),
        ({"note": "x\n"}, "not signed by a key of the log"),
    ],
)
def test_a_checkpoint_that_was_altered_is_found(db_session, runner, values, fault):
    key_made(runner)
    enter(3)
    sign_now()

    rewrite(update(LogCheckpoint).values(**values))

    told = verified(runner)
    assert told[0] == 1
    assert any(fault in line for line in told[1]), told


def test_checkpoints_and_cosignatures_are_only_added(db_session, runner):
    key_made(runner)
    sign_now()

    for statement in (update(LogCheckpoint).values(size=9), delete(LogCheckpoint)):
        with pytest.raises(IntegrityError, match="only ever added to"), db.engine.begin() as connection:
            connection.execute(statement)

    assert count(LogCheckpoint) == 1


def test_two_workers_at_once_sign_one_state_once(app, db_session, runner):
    key_made(runner)
    enter(5)

    def sign():
        with app.app_context():
            sign_now()

    workers = [threading.Thread(target=sign) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(30)

    assert count(LogCheckpoint) == 1
    assert verified(runner)[0] == 0


def test_tiles_and_bundles_hold_the_log(client, db_session):
    enter(5)

    hashes = client.get("/log/tile/0/000.p/5")
    entries = client.get("/log/tile/entries/000.p/5")

    leaves = unbundled(entries.data)
    assert b"".join(leaf_hash(each) for each in leaves) == hashes.data
    assert len(leaves) == 5
    assert hashes.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert hashes.headers["Access-Control-Allow-Origin"] == "*"
    assert hashes.content_type == "application/octet-stream"
    for path in ("0/000", "0/000.p/6", "entries/000", "entries/001.p/1", "1/000.p/1", "x", "63/000.p/1"):
        refused = client.get(f"/log/tile/{path}")
        assert (refused.status_code, "immutable" in refused.headers.get("Cache-Control", "")) == (404, False)


def test_the_proof_of_an_entry_holds_without_us(client, db_session, runner):
    key = key_made(runner)
    certified()
    enter(6)
    sign_now()
    leaf = db.session.get_one(LogEntry, 0).leaf
    enter(1, start=6)

    file = proof_file("certification.recorded", "certification:1")
    answer = client.get("/log/proof/0.tlog-proof")

    assert answer.data == file
    proof = parse_proof(file.decode())
    note = parse_note(proof.checkpoint)
    verify_note(note, [key])
    signed = parse_checkpoint(note.text)
    assert is_included(leaf_hash(leaf), proof.index, signed.size, proof.hashes, signed.root)
    assert not is_included(leaf_hash(leaf), 1, signed.size, proof.hashes, signed.root)
    with pytest.raises(CheckpointAwaitedError):
        proof_file("made.up", "thing:6")
    with pytest.raises(EntryNotFoundError):
        proof_file("made.up", "thing:77")
    assert client.get("/log/proof/8.tlog-proof").status_code == 404
    assert client.get("/log/proof/99999999999999999999.tlog-proof").status_code == 404


def witnessed(app, receiver, *keys):
    settings = app.extensions["settings"]
    witnesses = tuple(WitnessAddress(key.text, receiver.url) for key in keys)
    app.extensions["settings"] = replace(settings, log=replace(settings.log, log_witnesses=witnesses))


def test_a_witness_is_sent_what_it_needs_and_its_signature_is_kept(app, client, db_session, runner):
    key = key_made(runner)
    enter(3)
    sign_now()
    old_root = get_root().root
    enter(5, start=3)
    with Receiver() as receiver:
        witnessed(app, receiver, WITNESS.verifier)
        sign_now()
        checkpoint = db.session.get_one(LogCheckpoint, 2)
        text = parse_note(checkpoint.note).text
        line = sign_note(text, WITNESS, at=present.now()).signatures[0].line
        receiver.plan, receiver.said = [409], b"4\n"
        ask_witness(0)
        receiver.said = f"{sign_note(text, new_key('x')).signatures[0].line}{line}".encode()
        ask_witness(0)
        ask_witness(0)

    first, second = (parse_question(body.decode()) for _path, _headers, body in receiver.heard[:2])
    assert (first.old_size, first.hashes, first.note) == (0, (), checkpoint.note)
    signed = parse_checkpoint(text)
    assert is_consistent(4, old_root, signed.size, signed.root, second.hashes)
    note = parse_note(client.get("/log/checkpoint").data)
    assert verify_note(note, [key, WITNESS.verifier]) == (key, WITNESS.verifier)
    assert [(each.name, each.size) for each in list_cosigned()] == [(WITNESS.name, 9)]
    assert count(LogCosignature) == 1


@pytest.mark.parametrize("step", ["drop", 503])
def test_a_witness_that_is_away_is_asked_for_the_newest_checkpoint_later(
    app, db_session, runner, clock, step
):
    """A job for each checkpoint would keep the worker waiting for one witness all day long."""
    key_made(runner)
    with Receiver() as receiver:
        witnessed(app, receiver, WITNESS.verifier)
        receiver.plan = [step] * 3
        for size in range(3):
            enter(1, start=size)
            sign_now()
            Worker().run_until_empty()
            clock.move(timedelta(seconds=3))
        (asked,) = db.session.scalars(select(Job).where(Job.name == "transparency.ask_witness"))
        assert (len(receiver.heard), asked.state, asked.attempts) == (1, "pending", 1)

        clock.move(timedelta(minutes=1))
        Worker().run_until_empty()

    notes = [parse_question(body.decode()).note for _, _, body in receiver.heard]
    assert [parse_checkpoint(parse_note(note).text).size for note in notes] == [2, 4]


@pytest.mark.parametrize("said", [b"", b"\xff\n", b"nonsense\n", "other text", "forged"])
def test_what_is_no_signature_of_the_witness_is_not_kept(app, db_session, runner, said):
    key_made(runner)
    enter(3)
    with Receiver() as receiver:
        witnessed(app, receiver, WITNESS.verifier)
        sign_now()
        if said == "other text":
            said = sign_note("a\n1\nAA==\n", WITNESS, at=present.now()).signatures[0].line.encode()
        elif said == "forged":
            said = sign_note("a\n", new_key(WITNESS.name, KeyKind.COSIGNATURE), at=present.now())
            said = said.signatures[0].line.encode()
        receiver.said = said
        ask_witness(0)
        ask_witness(7)

    assert count(LogCosignature) == 0
