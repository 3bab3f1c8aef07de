"""What must always be true of lots and stamps."""

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, or_, select

from catalog.models.listings import SaleStop
from core.db import db
from core.invariants import Facts, invariant
from traceability.epcis.event_hash import hash_id
from traceability.models import (
    CloneDoubt,
    LaterOpening,
    Lot,
    Opening,
    Recall,
    RecallLot,
    RecallRange,
    SheetPrint,
    Stamp,
    StampKind,
    StampRange,
    StampRun,
    TraceEvent,
)
from traceability.models.epcis import EpcisEvent
from traceability.operations.stamps import unit_stamp_limit
from traceability.queries.logged_events import hash_uri
from traceability.queries.recalls import is_open

ROWS_AT_ONCE: Final = 1_000


@invariant("I11", "a run has as many stamps as it says, and a lot no more unit codes than packs and spoilage")
def check_stamp_counts() -> Iterable[Facts]:
    """Runs that have lost or gained stamps, and lots with too many. That a code is unique, the table itself says."""
    rows = db.session.execute(
        select(StampRun.id, StampRun.stamp_count, func.count(Stamp.id))
        .outerjoin(Stamp, Stamp.run_id == StampRun.id)
        .group_by(StampRun.id)
        .having(func.count(Stamp.id) != StampRun.stamp_count)
    )
    for run_id, said, found in rows:
        yield {"run_id": run_id, "stamp_count": said, "stamps": found}
    lots = db.session.execute(
        select(Lot.id, Lot.quantity, func.sum(StampRun.stamp_count))
        .join(StampRun, StampRun.lot_id == Lot.id)
        .where(StampRun.kind == StampKind.UNIT)
        .group_by(Lot.id)
    )
    for lot_id, quantity, issued in lots:
        if issued > unit_stamp_limit(quantity):
            yield {"lot_id": lot_id, "quantity": quantity, "issued": issued}


@invariant("I24", "ranges and sheets of stamps lie within their runs, and stamps are numbered without a gap")
def check_stamp_ranges() -> Iterable[Facts]:
    """Ranges beyond their run, and runs whose numbers are not 1 to their count. Each number once the table says."""
    for table in (StampRange, SheetPrint):
        rows = select(table.id, table.run_id, table.last).join(StampRun, StampRun.id == table.run_id)
        for row_id, run_id, last in db.session.execute(rows.where(table.last > StampRun.stamp_count)):
            yield {"row_id": row_id, "run_id": run_id, "last": last}
    numbers = select(StampRun.id, func.min(Stamp.number), func.max(Stamp.number)).join(
        Stamp, Stamp.run_id == StampRun.id
    )
    wrong = (func.min(Stamp.number) != 1) | (func.max(Stamp.number) != StampRun.stamp_count)
    for run_id, first, last in db.session.execute(
        numbers.group_by(StampRun.id, StampRun.stamp_count).having(wrong)
    ):
        yield {"run_id": run_id, "first": first, "last": last}


@invariant("I25", "every event has its copy for asking, and each copy the hash of what it says")
def check_event_copies() -> Iterable[Facts]:
    """Trace events without a copy, and copies that say something else than their hash."""
    copied = select(EpcisEvent.trace_event_id).where(
        EpcisEvent.trace_event_id.is_not(None), ~EpcisEvent.is_error
    )
    for number in db.session.scalars(select(TraceEvent.id).where(TraceEvent.id.not_in(copied))):
        yield {"trace_event_id": number}
    rows = select(EpcisEvent.id, EpcisEvent.event_hash, EpcisEvent.document).order_by(EpcisEvent.id)
    for number, digest, document in db.session.execute(rows.execution_options(yield_per=ROWS_AT_ONCE)):
        if _hash_of(document) != hash_uri(digest):
            yield {"epcis_event_id": number, "event_hash": digest}


def _hash_of(document: str) -> str:
    try:
        return hash_id(json.loads(document))
    except ValueError:
        return ""


@invariant(
    "I26",
    "the sale of a product is stopped by each of its open recalls and by no other, and goods are its own",
)
def check_recalls() -> Iterable[Facts]:
    """Open recalls without a stop of sale, stops of closed ones or of drills; lots and packs of another product."""
    stopped = select(SaleStop.subject).where(SaleStop.ended_at.is_(None))
    stops = {subject for subject in db.session.scalars(stopped) if subject.startswith("recall:")}
    open_ones = {f"recall:{number}" for number in db.session.scalars(select(Recall.id).where(is_open()))}
    for subject in sorted(stops ^ open_ones):
        yield {"subject": subject, "is_stopped": subject in stops}
    foreign = (
        select(Recall.id, Lot.id)
        .join(RecallLot, RecallLot.recall_id == Recall.id)
        .join(Lot, Lot.id == RecallLot.lot_id)
        .where(Lot.product_id != Recall.product_id)
    )
    for recall_id, lot_id in db.session.execute(foreign):
        yield {"recall_id": recall_id, "lot_id": lot_id}
    outside = (
        select(Recall.id, RecallRange.run_id)
        .join(RecallRange, RecallRange.recall_id == Recall.id)
        .join(StampRun, StampRun.id == RecallRange.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(or_(RecallRange.last > StampRun.stamp_count, Lot.product_id != Recall.product_id))
    )
    for recall_id, run_id in db.session.execute(outside):
        yield {"recall_id": recall_id, "run_id": run_id}


@invariant(
    "I27", "only codes of single packs are in doubt, and a pack was opened first before it was opened again"
)
def check_doubts() -> Iterable[Facts]:
    """Doubts about codes of whole lots; later claims of having opened without a first one."""
    of_lots = (
        select(CloneDoubt.id)
        .join(Stamp, Stamp.id == CloneDoubt.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .where(StampRun.kind != StampKind.UNIT)
    )
    for doubt_id in db.session.scalars(of_lots):
        yield {"doubt_id": doubt_id}
    first = select(Opening.stamp_id)
    for stamp_id in db.session.scalars(
        select(LaterOpening.stamp_id).where(LaterOpening.stamp_id.not_in(first)).distinct()
    ):
        yield {"stamp_id": stamp_id}
