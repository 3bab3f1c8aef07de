"""Tables of the public log. Entries and nodes are only ever added; triggers refuse anything else (see migrations)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String, UniqueConstraint
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
    """The hash of a complete subtree of 256, 256² … leaves: with the leaves, all that proofs are read from.

    Level 8·n, number k is hash k of the tiles of level n in C2SP tlog-tiles.
    """

    __tablename__ = "log_node"
    __table_args__ = (CheckConstraint("level > 0 AND level % 8 = 0", name="level"),)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    node_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogHead(Model):
    """The end of the log: its one row is locked by whoever appends, so that the log never forks.

    size: entries so far. peaks: hashes of the complete subtrees, 32 bytes each, the largest first.
    caught_up_at: when what was on record before there was a log came into it; None as long as that has not happened.
    """

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigId)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    caught_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
