"""The stranger's check: the one file that is handed out, over HTTP, against a site that somebody tampered with."""

import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from sqlalchemy import delete, text, update

from catalog.facts import RevocationFacts
from catalog.models import Certification, Revocation
from catalog.operations.certifications import record_revocation
from core import clock as present
from core.db import db, transaction
from tests.factories import make_product
from tests.support.vectors import note_cases, vectors_json
from tests.transparency.logs import certified, rewrite
from traceability.models import Lot, StampRun
from traceability.operations.lots import open_lot
from traceability.operations.stamps import issue_stamps
from transparency.auditing.growing_tree import GrowingTree
from transparency.auditing.main import main
from transparency.auditing.one_file import audit_file
from transparency.auditing.rules import Rules
from transparency.auditing.signatures import ed25519_verify, parse_key, parse_seen
from transparency.checkpoints import Checkpoint
from transparency.jobs import sign_now
from transparency.leaves import leaf_of
from transparency.merkle import EMPTY_ROOT, leaf_hash
from transparency.models import LogEntry, LogHead
from transparency.tiles import Tile, bundled, bundles_of


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        """Nothing on the terminal."""


@pytest.fixture
def site(app):
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def audited(site, tmp_path):
    """Runs the one file against the site, in a Python that has nothing but itself. Answers code and lines."""
    file = tmp_path / "audit.py"
    file.write_text(audit_file(), encoding="utf-8")

    def run(*arguments):
        db.session.rollback()
        command = [sys.executable, "-I", "-S", str(file), "--log", site, *arguments]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return told.returncode, told.stdout.splitlines() + told.stderr.splitlines()

    return run


@pytest.fixture
def history(db_session, runner):
    """Two recognitions, one withdrawn, and a lot with ten stamps; signed."""
    key = runner.invoke(args=["transparency", "create-key", "--name", "ocop.example/log"]).stdout.strip()
    record = certified()
    certified(decision_number="6/QĐ-UBND", stars=3)
    with transaction():
        facts = RevocationFacts(
            decision_number="9/QĐ", revoked_on=date(2026, 1, 2), ground="other", authority_name="UBND"
        )
        record_revocation(db.session.get_one(Certification, record.id), facts, now=present.now())
    product = make_product()
    runner.invoke(args=["transparency", "catch-up"])
    with transaction():
        issue_stamps(open_lot(product, "L1", 10, now=present.now()), 10, now=present.now())
    sign_now()
    return key


TAMPERINGS = {
    "stars": (
        update(Certification).where(Certification.id == 1).values(stars=5),
        "FAULT: certification:1 was altered: stars: 4 in the log, 5 now (entry 0, certification.recorded)",
    ),
    "row deleted": (
        delete(Revocation),
        "FAULT: revocation:1 was taken out: entry 2 says revocation.recorded, no record does",
    ),
    "row added": (
        text(
            "INSERT INTO certification (product_id, record_key, stars, evidence_level, source_id, recorded_at)"
            " SELECT product_id, 'x', 5, 'A', source_id, recorded_at FROM certification WHERE id = 1"
        ),
        "is on record as certification.recorded, but the log has no entry of it",
    ),
    "lot": (
        update(Lot).values(quantity=9_000),
        "FAULT: lot:1 was altered: quantity: 10 in the log, 9000 now",
    ),
    "run": (update(StampRun).values(stamp_count=9), "stamp_count: 10 in the log, 9 now"),
    "code": (
        text("UPDATE stamp SET code = '0000000000000' WHERE id = 1"),
        "FAULT: stamp_run:1 was altered: codes_hash",
    ),
    "entry rewritten": (
        update(LogEntry).where(LogEntry.seq == 1).values(leaf=b"{}", leaf_hash=leaf_hash(b"{}")),
        "FAULT: entry 1 is not written as entries are",
    ),
    "entry deleted": (delete(LogEntry).where(LogEntry.seq == 1), "FAULT: missing in the log: entry 1"),
    "hash of a tile": (
        update(LogEntry).where(LogEntry.seq == 1).values(leaf_hash=bytes(32)),
        "holds other hashes than those of its entries",
    ),
}


def test_a_whole_log_is_found_whole(audited, history, tmp_path):
    first = audited("--key", history, "--save", str(tmp_path / "seen.txt"))
    certified(decision_number="7/QĐ-UBND", stars=3)
    sign_now()
    second = audited("--key", history, "--since", str(tmp_path / "seen.txt"))

    assert (first[0], second[0]) == (0, 0), (first, second)
    assert "0 faults" in second[1][-1]
    assert parse_seen((tmp_path / "seen.txt").read_text()).signers([parse_key(history)])


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_whoever_tampers_is_named(audited, history, tampering):
    statement, expected = TAMPERINGS[tampering]

    rewrite(statement)

    code, told = audited("--key", history)
    assert code == 1, told
    assert any(expected in line for line in told), told


def test_a_log_made_anew_is_found_by_what_was_noted_before(audited, history, tmp_path, runner):
    seen = tmp_path / "seen.txt"
    assert audited("--save", str(seen))[0] == 0
    short = f"ocop.example/log {' '.join(seen.read_text().splitlines()[1:3])}"[:-20]
    rewrite(delete(LogEntry))
    rewrite(text("DELETE FROM log_checkpoint"))
    rewrite(text("DELETE FROM log_key"))
    rewrite(text("DELETE FROM log_kind"))
    rewrite(update(LogHead).values(size=0, peaks=b""))
    rewrite(update(Certification).where(Certification.id == 1).values(score=99))
    runner.invoke(args=["transparency", "catch-up"])
    sign_now()

    alone = audited("--key", history)
    noted = audited("--key", history, "--since", str(seen))
    printed = audited("--key", history, "--printed", short)

    assert alone[0] == 0, alone
    assert (noted[0], printed[0]) == (1, 1)
    assert any("knows another log" in line or "the log has only" in line for line in noted[1]), noted


def test_a_forged_signature_and_a_missing_witness_are_named(audited, history, runner):
    other = runner.invoke(args=["transparency", "create-key", "--witness"]).stdout.strip()
    not_ours = parse_key(history).text.replace("ocop.example", "ocup.example")

    assert audited("--key", history, "--witness", other)[1][0].startswith("FAULT: the witness ")
    with pytest.raises(ValueError, match="not its own"):
        parse_key(not_ours)
    rewrite(
        text("UPDATE log_checkpoint SET note = replace(note, 'ocop.example/log\n', 'ocop.example/lag\n')")
    )
    assert any("forged" in line for line in audited("--key", history)[1])


def test_a_log_without_signatures_is_not_the_one_whose_key_is_known(audited, history, tmp_path, runner):
    seen = tmp_path / "seen.txt"
    assert audited("--key", history, "--save", str(seen))[0] == 0
    signed = seen.read_text()
    witness = runner.invoke(args=["transparency", "create-key", "--witness"]).stdout.strip()
    rewrite(text("DELETE FROM log_checkpoint"))

    for known in (("--key", history), ("--witness", witness)):
        code, told = audited(*known, "--save", str(seen))
        assert (code, told[0][:31]) == (1, "FAULT: the log is not signed: i"), told
    assert seen.read_text() == signed
    code, told = audited()
    assert (code, told[0][:32]) == (0, "remark: the log is not signed: i"), told


def test_what_cannot_be_read_is_no_clean_bill(audited, history):
    assert audited("--log", "http://127.0.0.1:9")[0] == 2
    assert audited("--log", "ftp://x")[0] == 2
    assert audited("--since", "/nowhere")[0] == 2


def told_by_rules(*events):
    told = []
    rules = Rules(lambda weight, sentence: told.append((weight, sentence)))
    for seq, (kind, subject, facts, *at) in enumerate(events):
        rules.take(seq, leaf_of(kind, subject, facts, *(at or [present.now()])))
    rules.end()
    return told


LOT = {"product_id": 1, "quantity": 100, "kind": "goods", "recorded_at": "2026-11-22T02:00:00.000000Z"}
CERTIFIED = {"product_id": 1, "record_key": "5/qd", "decided_on": "2022-01-01", "expires_on": "2025-01-01"}


def test_the_rules_name_what_breaks_them(clock):
    late = present.now().replace(year=2027)
    run = {"lot_id": 1, "kind": "unit", "stamp_count": 106, "issued_at": "2026-11-22T01:00:00.000000Z"}

    told = told_by_rules(
        ("certification.recorded", "certification:1", CERTIFIED),
        ("lot.opened", "lot:1", LOT),
        ("stamp_run.issued", "stamp_run:1", run),
        ("certification.recorded", "certification:2", CERTIFIED | {"stars": 5}),
        ("revocation.recorded", "revocation:1", {"certification_id": 9}),
        ("recall.closed", "recall:1", {"at": "2027-11-22T01:00:00.000000Z"}),
        ("made.up", "thing:1", {}, late),
        ("made.up", "thing:2", {}),
        ("made.up", "thing:1", {}),
    )

    future, now = "2027-11-22T01:00:00.000000Z", "2026-11-22T03:00:00.000000Z"
    assert told == [
        ("fault", "entry 3, certification:2: the same decision as certification:1, altered without an event"),
        ("fault", f"entry 5, recall.closed recall:1: of {future}, but entered before, at {now}"),
        ("fault", f"entry 7 of {now} stands behind one of 2027-11-22T03:00:00.000000Z"),
        ("fault", "entry 8 enters made.up thing:1 again, as entry 6 did"),
        ("fault", "entry 2, stamp_run.issued stamp_run:1: earlier than lot:1, which it is about"),
        ("fault", "entry 4, revocation.recorded revocation:1: certification:9 is not in the log"),
        ("fault", "entry 5, recall.closed recall:1: recall:1 is not in the log"),
        ("fault", "lot:1 has 106 stamps for 100 packs"),
        ("remark", "lot:1 of product 1 was opened when no recognition was in force"),
    ]


ENTRY = leaf_of("a.b", "c:1", {}, datetime(2026, 11, 22, tzinfo=UTC))
NO_ENTRIES = (
    b"",
    b"{",
    b"\xff",
    b"[]",
    b"{}",
    b'{"v":1}',
    b"9" * 5000,
    b"[" * 60_000,
    ENTRY + b" ",
    ENTRY.replace(b'"v":1', b'"v":2'),
    ENTRY.replace(b"{}", b"[]"),
    ENTRY.replace(b'"a.b"', b"7"),
)


@pytest.mark.parametrize("leaf", NO_ENTRIES)
def test_what_is_no_entry_is_named(leaf):
    told = []
    Rules(lambda weight, sentence: told.append((weight, sentence))).take(7, leaf)

    assert told == [("fault", "entry 7 is not written as entries are")]


def test_published_cases_of_signatures():
    groups = vectors_json("ed25519-wycheproof", "ed25519_test.json")["testGroups"]

    wrong, run = [], 0
    for group in groups:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            run += 1
            found = ed25519_verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if found != (case["result"] == "valid"):
                wrong.append(case["tcId"])
    note_cases("ed25519-wycheproof", run)
    assert (wrong, run) == ([], 151)


@pytest.fixture
def copy(tmp_path):
    """A copy of a log of 300 entries as files, as mirrors keep them; answers its folder."""
    leaves = [leaf_of("made.up", f"thing:{number}", {}, present.now()) for number in range(300)]

    def keep(level, number, hashes):
        write(tmp_path / "log" / "tile" / Tile(level, number, len(hashes)).path, b"".join(hashes))

    tree = GrowingTree(keep)
    for bundle in bundles_of(300):
        some = leaves[bundle.number * 256 :][: bundle.width]
        write(tmp_path / "log" / "tile" / bundle.path, bundled(some))
        tree.add([leaf_hash(each) for each in some])
    tree.end()
    write(tmp_path / "log" / "checkpoint", Checkpoint("a.example", 300, tree.root()).text.encode())
    return tmp_path


def write(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def read(folder, capsys, *arguments):
    code = main(["--log", folder.as_uri(), "--data", "none", *arguments])
    return code, capsys.readouterr().out


def test_a_copy_is_read_as_the_site_is(copy, capsys):
    code, told = read(copy, capsys)

    assert (code, "300 entries" in told, "0 faults" in told) == (0, True, True)


@pytest.mark.parametrize(
    ("path", "cut", "code", "expected"),
    [
        ("tile/0/000", 32, 1, "/log/tile/0/000 holds other hashes"),
        ("tile/1/000.p/1", 1, 1, "/log/tile/1/000.p/1 holds other hashes"),
        ("tile/entries/001.p/44", 5, 2, ""),
        ("checkpoint", 3, 2, ""),
    ],
)
def test_files_that_break_off_are_named(copy, capsys, path, cut, code, expected):
    file = copy / "log" / path
    file.write_bytes(file.read_bytes()[:-cut])

    found = read(copy, capsys)

    assert found[0] == code
    assert expected in found[1]


def test_who_is_shown_another_log_finds_out(copy, capsys):
    other = copy / "other.txt"
    other.write_text(Checkpoint("a.example", 300, bytes(32)).text, encoding="utf-8")
    longer = copy / "longer.txt"
    longer.write_text(Checkpoint("a.example", 301, bytes(32)).text, encoding="utf-8")

    same = read(copy, capsys, "--since", str(copy / "log" / "checkpoint"), "--noted", f"0:{EMPTY_ROOT.hex()}")
    split = read(copy, capsys, "--since", str(other))
    rolled_back = read(copy, capsys, "--since", str(longer))
    early = read(copy, capsys, "--noted", f"7:{'0' * 64}")

    assert same[0] == 0
    assert [split[0], rolled_back[0], early[0]] == [1, 1, 1]
    assert "other.txt knows another log: at 300 entries" in split[1]
    assert "longer.txt knows 301 entries, the log has only 300" in rolled_back[1]
    assert "knows another log: at 7 entries" in early[1]
