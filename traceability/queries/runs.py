"""Runs of stamps, for those who issue and print them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from traceability.errors import StampNotFoundError, StampRunNotFoundError
from traceability.models import Lot, RangeState, Stamp, StampKind, StampRange, StampRun
from traceability.queries.stamp_states import is_withdrawn


def get_run(run_id: int) -> StampRun:
    """The run with its lot and product. Raises StampRunNotFoundError."""
    run = db.session.scalar(
        select(StampRun)
        .where(StampRun.id == run_id)
        .options(joinedload(StampRun.lot).joinedload(Lot.product))
    )
    if run is None:
        raise StampRunNotFoundError(run_id=run_id)
    return run


def get_stamp(code: str) -> Stamp:
    """The stamp with its run, lot and product. Raises StampNotFoundError."""
    stamp = db.session.scalar(
        select(Stamp)
        .where(Stamp.code == code)
        .options(joinedload(Stamp.run).joinedload(StampRun.lot).joinedload(Lot.product))
    )
    if stamp is None:
        raise StampNotFoundError(code=code)
    return stamp


def list_codes(run_id: int) -> list[str]:
    """The codes of a run in the order of issue, without those that were withdrawn."""
    rows = db.session.scalars(
        select(Stamp.code).where(Stamp.run_id == run_id, ~is_withdrawn()).order_by(Stamp.number)
    )
    return list(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in a list."""

    id: int
    kind: str
    stamp_count: int
    issued_at: datetime
    is_sealed: bool
    is_printed: bool


def list_runs(lot_id: int) -> list[RunLine]:
    """The runs of a lot, the newest first. One statement."""
    printed = (
        exists()
        .where(StampRange.run_id == StampRun.id, StampRange.state == RangeState.PRINTED)
        .correlate(StampRun)
    )
    rows = db.session.execute(
        select(StampRun, printed).where(StampRun.lot_id == lot_id).order_by(StampRun.id.desc())
    )
    return [
        RunLine(
            id=run.id,
            kind=run.kind,
            stamp_count=run.stamp_count,
            issued_at=run.issued_at,
            is_sealed=run.is_sealed,
            is_printed=bool(is_printed),
        )
        for run, is_printed in rows
    ]


def get_run_of_lot(lot_id: int, run_id: int) -> StampRun:
    """A run of this very lot. Raises StampRunNotFoundError."""
    run = get_run(run_id)
    if run.lot_id != lot_id:
        raise StampRunNotFoundError(run_id=run_id)
    return run


def find_number(run_id: int, code: str) -> int | None:
    """The number of a code in its run, None if it is of another."""
    return db.session.scalar(select(Stamp.number).where(Stamp.code == code, Stamp.run_id == run_id))


def count_issued(lot_id: int) -> int:
    """Unit codes that were issued for a lot."""
    counted = select(func.coalesce(func.sum(StampRun.stamp_count), 0)).where(
        StampRun.lot_id == lot_id, StampRun.kind == StampKind.UNIT
    )
    return int(db.session.scalar(counted) or 0)
