"""What must always be true of lots and stamps."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.invariants import Facts, invariant
from traceability.models import Lot, SheetPrint, Stamp, StampKind, StampRange, StampRun
from traceability.operations.stamps import unit_stamp_limit


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
