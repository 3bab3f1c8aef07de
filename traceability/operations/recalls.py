"""Recalls of lots: opened with what people must know, closed when all is over. Both stay on record."""

from datetime import datetime

from sqlalchemy import select, update

from core.db import db
from traceability.errors import LotRecalledError, RecallNotFoundError
from traceability.models import Lot, Recall
from traceability.operations.texts import required_line, required_text


def recall_lot(lot: Lot, *, reason: str, instruction: str, contact: str, now: datetime) -> Recall:
    """Open a recall of all of `lot`; from then on every stamp of it says so before anything else.

    reason: why. instruction: what to do with the goods. contact: whom to ask.
    Raises InvalidTextError if one is missing, LotRecalledError if a recall is open already.
    """
    lock_lot(lot)
    open_id = find_open_recall_id(lot)
    if open_id is not None:
        raise LotRecalledError(lot_id=lot.id, recall_id=open_id)
    recall = Recall(
        lot=lot,
        reason=required_text("reason", reason),
        instruction=required_text("instruction", instruction),
        contact=required_line("contact", contact),
        opened_at=now,
    )
    db.session.add(recall)
    db.session.flush()
    return recall


def close_recall(lot: Lot, *, now: datetime) -> Recall:
    """Close the open recall of `lot`. Raises RecallNotFoundError if none is open; then nothing has changed."""
    closed_id = db.session.scalar(
        update(Recall)
        .where(Recall.lot_id == lot.id, Recall.closed_at.is_(None))
        .values(closed_at=now)
        .returning(Recall.id)
    )
    if closed_id is None:
        raise RecallNotFoundError(lot_id=lot.id)
    return db.session.get_one(Recall, closed_id, populate_existing=True)


def find_open_recall_id(lot: Lot) -> int | None:
    """Number of the recall of `lot` that is open, or None."""
    return db.session.scalar(select(Recall.id).where(Recall.lot_id == lot.id, Recall.closed_at.is_(None)))


def lock_lot(lot: Lot) -> None:
    """Let others who issue stamps for `lot` or recall it wait. SQLite has one writer and needs no lock."""
    db.session.execute(select(Lot.id).where(Lot.id == lot.id).with_for_update())
