"""Tables of the public log. Entries and nodes are only ever added; triggers refuse anything else (see migrations)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime

BigId = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


class LogEntry(Model):
    """One entry. seq: its place in the tree, 0, 1, 2 … without a gap.

    leaf: the bytes that are hashed, canonical JSON (`transparency.leaves`); the other columns say the same for reading.
    An event is entered once: subject names the row that the event is, «revocation:3».
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("kind", "subject", name="uq_log_entry_event"),
        CheckConstraint("seq >= 0", name="seq"),
    )
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(81))
    subject: Mapped[str] = mapped_column(String(105))
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogNode(Model):
    """The hash of a complete subtree of 16, 256, 4096 … leaves: with the leaves, all that proofs are read from.

    Level 8·n, number k is hash k of the tiles of level n in C2SP tlog-tiles.
    """

    __tablename__ = "log_node"
    __table_args__ = (CheckConstraint("level > 0 AND level % 4 = 0", name="level"),)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    node_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogHead(Model):
    """The end of the log: its one row is locked by whoever appends, so that the log never forks.

    size: entries so far. peaks: hashes of the complete subtrees, 32 bytes each, the largest first. last_at: of the last
    entry, before which the next one does not come; None in an empty log.
    """

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigId)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LogKind(Model):
    """A kind of entry that the log has caught up with: from then on a row of it without an entry is a fault."""

    __tablename__ = "log_kind"
    kind: Mapped[str] = mapped_column(String(81), primary_key=True)
    caught_up_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogKey(Model):
    """A key that has signed the log: whoever checks an old checkpoint needs the key of its day.

    verifier: the public key as C2SP signed-note writes it, «example.vn/log+530d903a+AekyeR…».
    """

    __tablename__ = "log_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    verifier: Mapped[str] = mapped_column(String(500), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogCheckpoint(Model):
    """A state of the log that was signed. Only ever added: what was signed cannot be taken back.

    note: the whole signed note (C2SP tlog-checkpoint) as the log signed it, without those who cosigned later.
    """

    __tablename__ = "log_checkpoint"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    size: Mapped[int] = mapped_column(BigId)
    note: Mapped[str] = mapped_column(Text, unique=True)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogCosignature(Model):
    """That a witness saw the log grow up to a checkpoint without a change (C2SP tlog-cosignature).

    witness: the name and id of its key, «name+id»; line: its signature as it stands under the checkpoint;
    cosigned_at: when it says that it signed.
    """

    __tablename__ = "log_cosignature"
    __table_args__ = (UniqueConstraint("checkpoint_id", "witness", name="uq_log_cosignature_witness"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.id"))
    witness: Mapped[str] = mapped_column(String(400))
    line: Mapped[str] = mapped_column(Text)
    cosigned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogWitnessed(Model):
    """How far somebody else's log was seen to grow without a change, where we are the witness. One row per log."""

    __tablename__ = "log_witnessed"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)
    origin: Mapped[str] = mapped_column(String(400), primary_key=True)
    size: Mapped[int] = mapped_column(BigId)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    witnessed_at: Mapped[datetime] = mapped_column(UtcDateTime)
