"""Entries as they were made, and how many there are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.db import db
from transparency.errors import EntryNotFoundError
from transparency.models import LogEntry, LogHead


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry for reading. leaf: the bytes whose hash stands in the tree; facts: what they say of the event."""

    seq: int
    kind: str
    subject: str
    recorded_at: datetime
    leaf: bytes
    leaf_hash: bytes
    facts: Mapping[str, Any]


def get_size() -> int:
    """How many entries the log has."""
    return db.session.scalars(select(LogHead.size)).one()


def get_entry(seq: int) -> Entry:
    """Entry number `seq`, from 0. Raises EntryNotFoundError."""
    found = db.session.get(LogEntry, seq) if seq < 1 << 62 else None
    if found is None:
        raise EntryNotFoundError(seq=seq)
    return _entry(found)


def find_entry(kind: str, subject: str) -> Entry | None:
    """The entry of an event, None if it is not in the log."""
    found = db.session.scalar(select(LogEntry).where(LogEntry.kind == kind, LogEntry.subject == subject))
    return _entry(found) if found else None


def list_entries(start: int, count: int) -> list[Entry]:
    """Up to `count` entries from number `start` on, the oldest first."""
    rows = select(LogEntry).where(LogEntry.seq >= start, LogEntry.seq < start + count).order_by(LogEntry.seq)
    return [_entry(row) for row in db.session.scalars(rows)]


def facts_of(leaf: bytes) -> Any:
    """What an entry says of its event."""
    return json.loads(leaf)["facts"]


def _entry(row: LogEntry) -> Entry:
    return Entry(row.seq, row.kind, row.subject, row.recorded_at, row.leaf, row.leaf_hash, facts_of(row.leaf))
