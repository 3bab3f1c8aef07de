"""Signed states of the log, who cosigned them, and files that prove an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from core.db import db
from transparency.checkpoints import Checkpoint, ProofFile, parse_checkpoint
from transparency.errors import CheckpointAwaitedError, EntryNotFoundError
from transparency.models import LogCheckpoint, LogCosignature, LogHead, LogKey
from transparency.notes import Signature, VerifierKey, parse_note, parse_signatures, parse_verifier_key
from transparency.queries.entries import find_entry
from transparency.queries.proofs import get_root, prove_inclusion


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What one witness vouched for. name: of its key."""

    name: str
    size: int
    cosigned_at: datetime


@dataclass(frozen=True, slots=True)
class LatestCheckpoint:
    """The newest state of the log that can be handed round.

    note: the signed note with everybody's signatures; where nobody signs yet, its three lines alone, signed_at None.
    """

    checkpoint: Checkpoint
    note: str
    signed_at: datetime | None
    row_id: int | None

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


def default_origin(public_base_url: str) -> str:
    """The name of the log of a site: «example.vn/log». Source: C2SP tlog-tiles, the prefix without its scheme."""
    return f"{urlsplit(public_base_url).netloc}/log".lstrip("/")


def latest_checkpoint(public_base_url: str = "") -> LatestCheckpoint:
    """The newest checkpoint; as long as none was signed, the present state of the log, unsigned.

    public_base_url: names the log in an unsigned one; a signed one has its name.
    """
    newest = db.session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.id.desc()).limit(1))
    if newest is None:
        now = get_root()
        unsigned = Checkpoint(default_origin(public_base_url), now.size, now.root)
        return LatestCheckpoint(unsigned, unsigned.text, None, None)
    return LatestCheckpoint(
        parse_checkpoint(parse_note(newest.note).text),
        newest.note + "".join(each.line for each in list_cosignatures(newest.id)),
        newest.signed_at,
        newest.id,
    )


def get_state() -> tuple[int, int, int]:
    """What pages about the log depend on: its size, and the numbers of the last checkpoint and cosignature."""
    newest = select(func.coalesce(func.max(LogCheckpoint.id), 0)).scalar_subquery()
    cosigned = select(func.coalesce(func.max(LogCosignature.id), 0)).scalar_subquery()
    size, checkpoint_id, cosignature_id = db.session.execute(select(LogHead.size, newest, cosigned)).one()
    return size, checkpoint_id, cosignature_id


def short_checkpoint(public_base_url: str = "") -> str:
    """The newest checkpoint in one line for the margin of a printed sheet: «example.vn/log 1234 kX9…»."""
    return latest_checkpoint(public_base_url).checkpoint.short


def list_cosignatures(checkpoint_id: int) -> Sequence[Signature]:
    """The signatures of witnesses under a checkpoint, in the order in which they came."""
    rows = select(LogCosignature.line).where(LogCosignature.checkpoint_id == checkpoint_id)
    return [parse_signatures(line)[0] for line in db.session.scalars(rows.order_by(LogCosignature.id))]


def list_cosigned() -> list[Cosigned]:
    """The last checkpoint that each witness cosigned, the newest first."""
    rows = (
        select(LogCosignature.line, LogCosignature.cosigned_at, LogCheckpoint.size)
        .join(LogCheckpoint, LogCheckpoint.id == LogCosignature.checkpoint_id)
        .order_by(LogCheckpoint.id.desc(), LogCosignature.id)
        .limit(500)
    )
    found: dict[str, Cosigned] = {}
    for line, cosigned_at, size in db.session.execute(rows):
        name = parse_signatures(line)[0].name
        found.setdefault(name, Cosigned(name, size, cosigned_at))
    return list(found.values())


def list_log_keys() -> list[VerifierKey]:
    """The keys that have ever signed this log, the newest last."""
    texts = db.session.scalars(select(LogKey.verifier).order_by(LogKey.id))
    return [parse_verifier_key(text) for text in texts]


def proof_file(kind: str, subject: str, public_base_url: str = "") -> bytes:
    """The proof that an event is in the log, as `.tlog-proof`. Raises EntryNotFoundError, CheckpointAwaitedError."""
    entry = find_entry(kind, subject)
    if entry is None:
        raise EntryNotFoundError(kind=kind, subject=subject)
    return proof_file_of(entry.seq, public_base_url)


def proof_file_of(seq: int, public_base_url: str = "") -> bytes:
    """The proof of entry `seq` in the newest checkpoint. Raises EntryNotFoundError, CheckpointAwaitedError."""
    latest = latest_checkpoint(public_base_url)
    if latest.checkpoint.size <= seq < get_root().size:
        raise CheckpointAwaitedError(seq=seq)
    proof = prove_inclusion(seq, latest.checkpoint.size)
    return ProofFile(seq, proof.hashes, latest.note).text.encode()
