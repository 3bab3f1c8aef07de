"""What is wrong with the log: against itself, and against the rows that it speaks of."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select

from core.db import db
from transparency.checkpoints import parse_checkpoint
from transparency.leaves import FORMAT, canonical, instant
from transparency.merkle import EMPTY_ROOT, Peaks, Subtree, add_leaf, leaf_hash, root_of
from transparency.models import LogCheckpoint, LogEntry, LogHead, LogNode
from transparency.notes import parse_note, verify_note
from transparency.queries.checkpoints import list_log_keys
from transparency.queries.entries import facts_of
from transparency.queries.proofs import KEPT_LEVELS, get_root, split_hashes
from transparency.sources import lasting, list_kinds, list_recorded

Fault = Mapping[str, object]
ROWS_AT_ONCE: Final = 2_000


def list_faults() -> Iterator[Fault]:
    """Everything that is not as it must be: altered, missing or added entries, nodes, head, and rows on record."""
    yield from tree_faults()
    yield from record_faults()


def tree_faults() -> Iterator[Fault]:
    """All hashes computed anew from the entries, and compared with what is kept and what was signed."""
    signed = {row.id: row for row in db.session.execute(_CHECKPOINTS)}
    roots = dict.fromkeys((row.size for row in signed.values()), EMPTY_ROOT)
    peaks: Peaks = ()
    made: dict[Subtree, bytes] = {}
    size = 0
    rows = select(*_COLUMNS).order_by(LogEntry.seq).execution_options(yield_per=ROWS_AT_ONCE)
    found = db.session.execute(rows)
    for row in found:
        if row.seq != size:
            yield {"seq": size, "fault": f"missing: the next entry is {row.seq}"}
            found.close()
            return
        yield from _entry_faults(row)
        peaks, nodes = add_leaf(peaks, size, leaf_hash(row.leaf))
        made |= {subtree: value for subtree, value in nodes if subtree.level % KEPT_LEVELS == 0}
        size += 1
        if size in roots:
            roots[size] = root_of(peaks)
    yield from _checkpoint_faults(signed.values(), roots, size)
    kept = {Subtree(each.level, each.number): each.node_hash for each in db.session.execute(_NODES)}
    for subtree in sorted(made.keys() | kept.keys()):
        if made.get(subtree) != kept.get(subtree):
            yield {"level": subtree.level, "number": subtree.number, "fault": "not the hash of its entries"}
    head = db.session.execute(select(LogHead.size, LogHead.peaks)).one()
    if head.size != size:
        yield {"size": head.size, "fault": f"the log has {size} entries"}
    elif split_hashes(head.peaks) != peaks:
        yield {
            "root": root_of(split_hashes(head.peaks)).hex(),
            "fault": f"the entries give {root_of(peaks).hex()}",
        }


def record_faults() -> Iterator[Fault]:
    """Entries whose row is gone or says something else, and rows without their entry."""
    kinds = list_kinds()
    rows = select(LogEntry.seq, LogEntry.kind, LogEntry.subject, LogEntry.leaf).where(
        LogEntry.kind.in_(kinds)
    )
    entered = {(row.kind, row.subject): (row.seq, row.leaf) for row in db.session.execute(rows)}
    for kind, subject, facts in list_recorded():
        seq, leaf = entered.pop((kind, subject), (None, b""))
        if seq is None:
            yield {"subject": subject, "fault": f"on record, but not in the log: {kind}"}
            continue
        changed = _differing(_told(leaf), lasting(facts))
        if changed:
            yield {"seq": seq, "subject": subject, "fault": f"on record otherwise: {', '.join(changed)}"}
    for (kind, subject), (seq, _leaf) in entered.items():
        yield {"seq": seq, "subject": subject, "fault": f"in the log, but not on record: {kind}"}


def root_fault(size: int, root: bytes) -> Fault | None:
    """What is wrong if the log once had `size` entries and `root`, noted down elsewhere. None if it begins so still.

    Raises RootNotFoundError if the log has fewer entries now, which is a fault as well.
    """
    found = get_root(size).root
    return None if found == root else {"size": size, "fault": f"the root is {found.hex()}, not {root.hex()}"}


def _checkpoint_faults(rows: Iterable[Any], roots: Mapping[int, bytes], size: int) -> Iterator[Fault]:
    """Checkpoints that no key of the log signed, or that the entries do not lead to."""
    keys = list_log_keys()
    for row in rows:
        try:
            note = parse_note(row.note)
            verify_note(note, keys)
            told = parse_checkpoint(note.text)
        except ValueError as error:
            yield {"checkpoint": row.id, "fault": f"not signed by a key of the log: {error}"}
            continue
        if told.size != row.size:
            yield {
                "checkpoint": row.id,
                "fault": f"its row says {row.size} entries, what was signed {told.size}",
            }
        elif told.size > size:
            yield {"checkpoint": row.id, "fault": f"signed at {told.size} entries, the log has only {size}"}
        elif roots[told.size] != told.root:
            yield {"checkpoint": row.id, "fault": f"at {told.size} entries another root was signed"}


def _entry_faults(row: Any) -> Iterator[Fault]:
    if leaf_hash(row.leaf) != row.leaf_hash:
        yield {"seq": row.seq, "fault": "not the hash of the entry"}
    try:
        told = json.loads(row.leaf)
    except ValueError:
        yield {"seq": row.seq, "fault": "no JSON"}
        return
    said = {"at": instant(row.recorded_at), "kind": row.kind, "subject": row.subject, "v": FORMAT}
    if canonical(told) != row.leaf or {name: told.get(name) for name in said} != said:
        yield {"seq": row.seq, "fault": "the columns say something else than the entry"}


def _told(leaf: bytes) -> dict[str, Any]:
    try:
        return lasting(facts_of(leaf))
    except (ValueError, LookupError):
        return {}


def _differing(entered: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[str]:
    names = sorted(entered.keys() | recorded.keys())
    return [name for name in names if entered.get(name, _NOTHING) != recorded.get(name, _NOTHING)]


_NOTHING: Final = object()
_COLUMNS: Final = (
    LogEntry.seq,
    LogEntry.kind,
    LogEntry.subject,
    LogEntry.leaf,
    LogEntry.leaf_hash,
    LogEntry.recorded_at,
)
_CHECKPOINTS: Final = select(LogCheckpoint.id, LogCheckpoint.size, LogCheckpoint.note).order_by(
    LogCheckpoint.id
)
_NODES: Final = select(LogNode.level, LogNode.number, LogNode.node_hash)
