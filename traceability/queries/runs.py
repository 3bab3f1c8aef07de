"""Runs of stamps, for those who issue and print them."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from traceability.errors import StampNotFoundError, StampRunNotFoundError
from traceability.models import Lot, Stamp, StampRun, StampWithdrawal


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
        select(Stamp.code)
        .outerjoin(StampWithdrawal, StampWithdrawal.stamp_id == Stamp.id)
        .where(Stamp.run_id == run_id, StampWithdrawal.id.is_(None))
        .order_by(Stamp.id)
    )
    return list(rows)
