"""Adding to the public log. Like every operation these never commit and never read the clock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import CursorResult, Executable, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from transparency.checkpoints import Checkpoint, MalformedCheckpointError, WitnessQuestion, parse_checkpoint
from transparency.errors import (
    ContradictingEntryError,
    ForkedLogError,
    SplitViewError,
    UnknownLogError,
    UnsignedCheckpointError,
    WitnessedSizeError,
)
from transparency.leaves import canonical, leaf_of
from transparency.merkle import EMPTY_ROOT, Peaks, add_leaf, is_consistent, leaf_hash
from transparency.models import (
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogHead,
    LogKey,
    LogKind,
    LogNode,
    LogWitnessed,
)
from transparency.notes import (
    Note,
    Signature,
    SigningKey,
    UnverifiedNoteError,
    VerifierKey,
    WrongSignatureError,
    cosigned_seconds,
    parse_note,
    sign_note,
    verify_note,
)
from transparency.queries.entries import Entry, find_entry
from transparency.queries.logged import LOG_KEY, log_key_entry
from transparency.queries.proofs import KEPT_LEVELS, Root, get_root, split_hashes
from transparency.sources import lasting, list_kinds, list_recorded

HEAD_ID: Final = 1
SIZE_MAX: Final = 2**62
"""No log gets there; a larger number would not go into the database."""

_ENTRIES: Final[Any] = LogEntry.__table__
_HEADS: Final[Any] = LogHead.__table__
_ADD_ENTRY: Final[Mapping[str, Executable]] = {
    name: dialect.insert(_ENTRIES)
    .on_conflict_do_nothing(index_elements=["kind", "subject"])
    .returning(_ENTRIES.c.seq)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_COSIGNATURES: Final[Any] = LogCosignature.__table__
_ADD_COSIGNATURE: Final[Mapping[str, Executable]] = {
    name: dialect.insert(_COSIGNATURES).on_conflict_do_nothing(index_elements=["checkpoint_id", "witness"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_ADD_WITNESSED: Final[Mapping[str, Executable]] = {
    name: dialect.insert(LogWitnessed.__table__).on_conflict_do_nothing(index_elements=["origin"])
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_NEWEST_CHECKPOINT: Final = select(LogCheckpoint).order_by(LogCheckpoint.id.desc()).limit(1)
_INSERT_NODE: Final = insert(LogNode)
_LOCK_END: Final = (
    select(_HEADS.c.size, _HEADS.c.peaks, _HEADS.c.last_at).where(_HEADS.c.id == HEAD_ID).with_for_update()
)
_MOVE_END: Final = (
    update(_HEADS)
    .where(_HEADS.c.id == HEAD_ID)
    .values(size=bindparam("new_size"), peaks=bindparam("new_peaks"), last_at=bindparam("new_at"))
)


def append(kind: str, subject: str, payload: Mapping[str, Any], now: datetime) -> Entry:
    """Enter a public fact, in the caller's transaction: in the log if and only if it is on record.

    kind: «certification.recorded»; subject: the row that the event is, «certification:12». payload: text, whole
    numbers, yes and no, nothing, lists and objects of these; **nothing that tells who a private person is**: an entry
    can never be taken out. now: aware; an entry never tells an earlier instant than the one before it, also where
    clocks differ or a long transaction ends late. The same event again gives the entry there is. One append waits for
    the transaction of the other. Where an act also goes into the audit trail, append first: both in one order never
    wait for each other.
    Raises ContradictingEntryError if the event is there with other facts, ValueError for a payload that has no
    canonical writing (`transparency.leaves`); nothing has changed then.
    """
    size, peaks, last_at = _locked_end()
    at = now if last_at is None else max(now, last_at)
    leaf = leaf_of(kind, subject, payload, at)
    hashed = leaf_hash(leaf)
    row = {
        "seq": size,
        "kind": kind,
        "subject": subject,
        "leaf": leaf,
        "leaf_hash": hashed,
        "recorded_at": at,
    }
    if not _is_added(row):
        return _known(kind, subject, payload)
    peaks, made = add_leaf(peaks, size, hashed)
    for (level, number), value in made:
        if level % KEPT_LEVELS == 0:
            _run(_INSERT_NODE, {"level": level, "number": number, "node_hash": value})
    _run(_MOVE_END, {"new_size": size + 1, "new_peaks": b"".join(peaks), "new_at": at})
    return Entry(size, kind, subject, at, leaf, hashed, payload)


def catch_up(now: datetime) -> int | None:
    """Enter what was on record before the log knew its kind, once for each kind that is known.

    Returns how many entries; None if nothing was left to do. What of a kind is in the log already stays as it is.
    Only once: from then on a row without its entry is a fault, which checking finds and which nothing heals silently.
    """
    size_before = _locked_end()[0]
    done = set(db.session.scalars(select(LogKind.kind)))
    kinds = [kind for kind in list_kinds() if kind not in done]
    if not kinds:
        return None
    for kind, subject, facts in list_recorded(kinds):
        append(kind, subject, facts, now)
    db.session.add_all(LogKind(kind=kind, caught_up_at=now) for kind in kinds)
    db.session.flush()
    return _locked_end()[0] - size_before


def sign_checkpoint(keys: Sequence[SigningKey], now: datetime) -> LogCheckpoint | None:
    """Sign the present state of the log with all of `keys`; the first one's name is that of the log.

    A key that is used for the first time is entered into the log before, so that whoever trusts the key before it sees
    it come. Returns None if the newest checkpoint says the same already.
    Raises ForkedLogError if the log does not begin with what was signed last; nothing is signed then.
    """
    _locked_end()  # two workers at once sign one after the other
    for key in keys:
        _add_key(key.verifier, now)
    end = get_root()
    newest = db.session.scalar(_NEWEST_CHECKPOINT)
    if newest is not None:
        _require_grown(parse_checkpoint(parse_note(newest.note).text), end)
    note = sign_note(Checkpoint(keys[0].name, end.size, end.root).text, *keys).signed_text
    if newest is not None and newest.note == note:
        return None
    signed = LogCheckpoint(size=end.size, note=note, signed_at=now)
    db.session.add(signed)
    db.session.flush()
    return signed


def add_cosignatures(
    checkpoint: LogCheckpoint,
    signatures: Iterable[Signature],
    witnesses: Sequence[VerifierKey],
    now: datetime,
) -> list[VerifierKey]:
    """Keep of `signatures` those of `witnesses`, each once. Returns who has signed.

    Others are passed over. Raises WrongSignatureError if one names a witness and is not its own.
    """
    note = parse_note(checkpoint.note)
    given = tuple(signatures)
    signed = verify_note(Note(note.text, given), witnesses)
    for key in signed:
        signature = next(each for each in given if (each.name, each.key_id) == (key.name, key.key_id))
        _run(
            _ADD_COSIGNATURE[db.session.connection().dialect.name],
            {
                "checkpoint_id": checkpoint.id,
                "witness": f"{key.name}+{key.key_id.hex()}",
                "line": signature.line,
                "cosigned_at": _told_time(signature, now),
            },
        )
    return list(signed)


def witness_checkpoint(
    question: WitnessQuestion, logs: Sequence[VerifierKey], key: SigningKey, now: datetime
) -> Signature:
    """Cosign somebody else's checkpoint, if their log only grew since the last one that we cosigned.

    logs: keys of the logs that we witness; key: ours. The state is kept before the signature is handed out, and two
    questions at once wait for each other: we never cosign two histories. Source: C2SP tlog-witness, add-checkpoint.
    Raises UnknownLogError, UnsignedCheckpointError, WitnessedSizeError if the log does not start from what we know,
    SplitViewError if it then tells another history; nothing is kept then. ValueError for what is malformed.
    """
    note = parse_note(question.note)
    told = parse_checkpoint(note.text)
    known = [each for each in logs if each.name == told.origin]
    if not known:
        raise UnknownLogError(origin=told.origin)
    try:
        verify_note(note, known)
    except (UnverifiedNoteError, WrongSignatureError):
        raise UnsignedCheckpointError(origin=told.origin) from None
    if question.old_size > told.size or told.size > SIZE_MAX:
        raise MalformedCheckpointError("the old size is larger than the new one")
    before = _locked_witnessed(told.origin, now)
    if before.size != question.old_size:
        raise WitnessedSizeError(origin=told.origin, size=before.size)
    _require_same_history(before, told, question.hashes)
    before.size, before.root, before.note, before.witnessed_at = told.size, told.root, question.note, now
    db.session.flush()
    return sign_note(note.text, key, at=now).signatures[0]


def _locked_witnessed(origin: str, now: datetime) -> LogWitnessed:
    """What we know of a log, which nobody else changes before this transaction ends; size 0 if it is nothing."""
    nothing = {"origin": origin, "size": 0, "root": EMPTY_ROOT, "note": "", "witnessed_at": now}
    _run(_ADD_WITNESSED[db.session.connection().dialect.name], nothing)
    row = select(LogWitnessed).where(LogWitnessed.origin == origin).with_for_update()
    return db.session.scalars(row.execution_options(populate_existing=True)).one()


def _require_same_history(before: LogWitnessed, told: Checkpoint, hashes: Sequence[bytes]) -> None:
    if before.size == 0:
        is_same = not hashes and (told.size > 0 or told.root == EMPTY_ROOT)
    else:
        is_same = is_consistent(before.size, before.root, told.size, told.root, hashes)
    if not is_same:
        raise SplitViewError(origin=told.origin, size=told.size, is_same_size=before.size == told.size)


def _add_key(key: VerifierKey, now: datetime) -> None:
    if db.session.scalar(select(LogKey.id).where(LogKey.verifier == key.text)) is not None:
        return
    row = LogKey(verifier=key.text, added_at=now)
    db.session.add(row)
    db.session.flush()
    append(LOG_KEY, *log_key_entry(row), now)


def _require_grown(signed: Checkpoint, end: Root) -> None:
    if signed.size > end.size or get_root(signed.size).root != signed.root:
        raise ForkedLogError(size=signed.size)


def _told_time(signature: Signature, now: datetime) -> datetime:
    """When a witness says that it signed, but never later than now."""
    return datetime.fromtimestamp(min(cosigned_seconds(signature), int(now.timestamp())), UTC)


def _locked_end() -> tuple[int, Peaks, datetime | None]:
    """Size, peaks and last instant of the log, which nobody else moves before this transaction ends."""
    end = _run(_LOCK_END).one()
    return end.size, split_hashes(end.peaks), end.last_at


def _is_added(row: Mapping[str, Any]) -> bool:
    """Add the entry unless its event is in the log already. Whether it was added."""
    return _run(_ADD_ENTRY[db.session.connection().dialect.name], row).first() is not None


def _known(kind: str, subject: str, payload: Mapping[str, Any]) -> Entry:
    known = find_entry(kind, subject)
    if known is None or canonical(lasting(known.facts)) != canonical(lasting(payload)):
        raise ContradictingEntryError(kind=kind, subject=subject)
    return known


def _run(statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
    """Straight to the tables: an import appends tens of thousands of entries, and nothing of them is changed later."""
    return db.session.connection().execute(statement, values)
