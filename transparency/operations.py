"""Adding to the public log. Like every operation these never commit and never read the clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from core.db import db
from transparency.errors import ContradictingEntryError
from transparency.leaves import canonical, leaf_of
from transparency.merkle import add_leaf, leaf_hash
from transparency.models import LogEntry, LogHead, LogNode
from transparency.queries.entries import facts_of
from transparency.queries.proofs import KEPT_LEVELS, split_hashes
from transparency.sources import lasting, list_recorded

HEAD_ID: Final = 1


def append(kind: str, subject: str, payload: Mapping[str, Any], now: datetime) -> LogEntry:
    """Enter a public fact, in the caller's transaction: in the log if and only if it is on record.

    kind: «certification.recorded»; subject: the row that the event is, «certification:12». payload: text, whole
    numbers, yes and no, nothing, lists and objects of these; **nothing that tells who a private person is**: an entry
    can never be taken out. The same event again gives the entry there is. One append waits for the transaction of the
    other. Where an act also goes into the audit trail, append first: both in one order never wait for each other.
    Raises ContradictingEntryError if the event is there with other facts, ValueError for a payload that has no
    canonical writing (`transparency.leaves`); nothing has changed then.
    """
    leaf = leaf_of(kind, subject, payload, now)
    head = _locked_head()
    known = db.session.scalar(select(LogEntry).where(LogEntry.kind == kind, LogEntry.subject == subject))
    if known is not None:
        if canonical(lasting(facts_of(known.leaf))) != canonical(lasting(payload)):
            raise ContradictingEntryError(kind=kind, subject=subject)
        return known
    entry = LogEntry(
        seq=head.size, kind=kind, subject=subject, leaf=leaf, leaf_hash=leaf_hash(leaf), recorded_at=now
    )
    db.session.add(entry)
    peaks, made = add_leaf(split_hashes(head.peaks), head.size, entry.leaf_hash)
    for (level, number), value in made:
        if level % KEPT_LEVELS == 0:
            db.session.add(LogNode(level=level, number=number, node_hash=value))
    head.size, head.peaks = head.size + 1, b"".join(peaks)
    db.session.flush()
    return entry


def catch_up(now: datetime) -> int | None:
    """Enter what was on record before there was a log, once. Returns how many entries; None if that was done before.

    Only once: from then on a row without its entry is a fault, which checking finds and which nothing heals silently.
    """
    head = _locked_head()
    if head.caught_up_at is not None:
        return None
    size_before = head.size
    for kind, subject, facts in list_recorded():
        append(kind, subject, facts, now)
    head.caught_up_at = now
    db.session.flush()
    return head.size - size_before


def _locked_head() -> LogHead:
    return db.session.scalars(select(LogHead).where(LogHead.id == HEAD_ID).with_for_update()).one()
