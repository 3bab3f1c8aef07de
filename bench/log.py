"""The public log with a million entries: proofs from kept hashes, tiles, signing, and the stranger's check.

python -m bench.log FOLDER [COUNT]
"""

import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert, update

from core import clock
from core.cli import upgrade_database
from core.db import db, transaction
from storefront.app import create_app
from transparency.auditing.growing_tree import GrowingTree
from transparency.auditing.one_file import audit_file
from transparency.checkpoints import Checkpoint
from transparency.leaves import leaf_of
from transparency.merkle import add_leaf, is_included, leaf_hash
from transparency.models import LogEntry, LogHead, LogNode
from transparency.notes import new_key, sign_note
from transparency.operations import append, sign_checkpoint
from transparency.queries.entries import get_entry
from transparency.queries.proofs import KEPT_LEVELS, prove_consistency, prove_inclusion
from transparency.queries.tiles import get_bundle, get_tile
from transparency.tiles import WIDTH, Bundle, Tile, bundled

MILLION, AT_ONCE = 1_000_000, 40 * WIDTH
PROOFS, APPENDS, TILES = 2_000, 500, 300
COLUMNS = ("seq", "kind", "subject", "leaf", "leaf_hash", "recorded_at")
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else MILLION
    os.environ["INSTANCE_DIR"] = str(folder / "log")  # a million entries that no other figure needs
    app = create_app()
    upgrade_database(app)
    with app.app_context():
        fill(count, folder / "copy")
        measure_proofs(count)
        measure_growing()
    measure_audit(folder / "copy")


def fill(count: int, copy: Path) -> None:
    """A log of `count` made-up recognitions and events in the database, and as the files of a mirror in `copy`."""
    begun = perf_counter()
    tiles = copy / "log" / "tile"

    def keep(level: int, number: int, hashes: list[bytes]) -> None:
        write(tiles / Tile(level, number, len(hashes)).path, b"".join(hashes))

    tree = GrowingTree(keep)
    peaks: tuple[bytes, ...] = ()
    for start in range(0, count, AT_ONCE):
        rows: list[dict[str, Any]] = []
        nodes: list[dict[str, Any]] = []
        for seq in range(start, min(count, start + AT_ONCE)):
            kind, subject, facts, at = event(seq)
            leaf = leaf_of(kind, subject, facts, at)
            columns = (seq, kind, subject, leaf, leaf_hash(leaf), at)
            rows.append(dict(zip(COLUMNS, columns, strict=True)))
            peaks, made = add_leaf(peaks, seq, rows[-1]["leaf_hash"])
            for (level, number), value in made:
                if level % KEPT_LEVELS == 0:
                    nodes.append({"level": level, "number": number, "node_hash": value})
        with transaction():
            db.session.execute(insert(LogEntry), rows)
            if nodes:
                db.session.execute(insert(LogNode), nodes)
            db.session.execute(update(LogHead).values(size=start + len(rows), peaks=b"".join(peaks)))
        for first in range(0, len(rows), WIDTH):
            some = rows[first : first + WIDTH]
            write(
                tiles / Bundle((start + first) // WIDTH, len(some)).path, bundled(row["leaf"] for row in some)
            )
            tree.add([row["leaf_hash"] for row in some])
    tree.end()
    key = new_key("bench.example/log")
    note = sign_note(Checkpoint(key.name, count, tree.root()).text, key)
    write(copy / "log" / "checkpoint", note.signed_text.encode())
    write(copy / "key", key.verifier.text.encode())
    sys.stderr.write(f"a log of {count} entries made in {perf_counter() - begun:.0f} s\n")


def event(seq: int) -> tuple[str, str, dict[str, object], datetime]:
    """Every tenth a recognition, else the hash of an event."""
    at = BEGUN + timedelta(seconds=seq)
    told = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if seq % 10:
        return "trace_event.recorded", f"trace_event:{seq}", {"hash": f"{seq:064x}", "recorded_at": told}, at
    facts = {
        "product_id": seq,
        "record_key": f"{seq}/qd-ubnd|2026",
        "stars": 3 + seq % 3,
        "score": "85.00",
        "decision_number": f"{seq}/QĐ-UBND",
        "decided_on": "2026-01-01",
        "authority_level": "province",
        "authority_name": "UBND tỉnh Vĩnh Long",
        "expires_on": "2029-01-01",
        "evidence_level": "A",
        "recorded_at": told,
        "called": {"product": f"Kẹo dừa {seq}", "slug": f"keo-dua-{seq}"},
    }
    return "certification.recorded", f"certification:{seq}", facts, at


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def measure_proofs(count: int) -> None:
    """Inclusion and consistency proofs at random places, each proved before it counts."""
    random = Random(5)
    places = [random.randrange(count) for _ in range(PROOFS)]
    for seq in places[:20]:
        proof = prove_inclusion(seq)
        assert is_included(leaf_hash(get_entry(seq).leaf), seq, count, proof.hashes, proof.root)
    db.session.rollback()
    times, busy = [], process_time()
    for seq in places:
        begun = perf_counter()
        prove_inclusion(seq)
        times.append(perf_counter() - begun)
    report("log_inclusion_proof_cpu", (process_time() - busy) / PROOFS * 1000, "ms")
    times.sort()
    report("log_inclusion_proof_median", times[len(times) // 2] * 1000, "ms")
    report("log_inclusion_proof_p95", times[len(times) * 95 // 100] * 1000, "ms")
    begun = perf_counter()
    for seq in places[:500]:
        prove_consistency(seq + 1)
    report("log_consistency_proof", (perf_counter() - begun) / 500 * 1000, "ms")
    begun = perf_counter()
    tiles = min(TILES, count // WIDTH)
    for number in range(tiles):
        get_tile(Tile(0, number))
        get_bundle(Bundle(number))
    report("log_tile_and_bundle", (perf_counter() - begun) / tiles * 1000, "ms")


def measure_growing() -> None:
    """Entering one event in a transaction of its own, and signing what there is."""
    begun = process_time()
    for number in range(APPENDS):
        with transaction():
            append("made.up", f"bench:{number}", {"number": number}, clock.now())
    report("log_append_cpu", (process_time() - begun) / APPENDS * 1000, "ms")
    key = new_key("bench.example/log")
    begun = perf_counter()
    with transaction():
        sign_checkpoint([key], clock.now())
    report("log_sign_checkpoint", (perf_counter() - begun) * 1000, "ms")


def measure_audit(copy: Path) -> None:
    """The one file, in a process of its own, over the copy."""
    program = copy / "audit.py"
    program.write_text(audit_file(), encoding="utf-8")
    key = (copy / "key").read_text()
    command = [
        sys.executable,
        "-I",
        "-S",
        str(program),
        "--log",
        copy.as_uri(),
        "--data",
        "none",
        "--key",
        key,
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stderr.write(told)
    size = int(told.split(": ")[1].split(" entries")[0])
    report(
        "log_audit_cpu",
        size / (used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime),
        "entries/s",
    )
    report("log_audit_memory", used.ru_maxrss / 1024, "MiB")


def report(name: str, value: float, unit: str) -> None:
    sys.stdout.write(json.dumps({"name": name, "value": round(value, 3), "unit": unit}) + "\n")


if __name__ == "__main__":
    main()
