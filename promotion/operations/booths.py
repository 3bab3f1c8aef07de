"""Laying booths on a fair's floor plan. All of it happens while the fair's row is locked, so that no two overlap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from core.db import db
from promotion.errors.fairs import BoothTakenError, FairNotFoundError, InvalidFairError
from promotion.fair_terms import GRID_MAX
from promotion.floor_plans import FileRow, Spot, fault_of, fits
from promotion.models.fairs import Booth, Fair, FairSession, Participation
from promotion.operations.fair_changes import touch_fair
from promotion.operations.fairs import lock_fair, require_open


def set_plan_size(fair_id: int, columns: int, rows: int, *, now: datetime) -> Fair:
    """Give the plan so many columns and rows.

    Raises InvalidFairError where a booth would lie outside, FairStateError.
    """
    fair = lock_fair(fair_id)
    require_open(fair, now)
    if not (1 <= columns <= GRID_MAX and 1 <= rows <= GRID_MAX):
        raise InvalidFairError(faults={"plan": "size"})
    if not fits(spots_of(fair_id), columns, rows):
        raise InvalidFairError(faults={"plan": "outside"})
    fair.plan_columns, fair.plan_rows = columns, rows
    touch_fair(fair_id, now=now)
    return fair


def add_booth(fair_id: int, spot: Spot, *, now: datetime) -> Booth:
    """Lay a booth. Raises InvalidFairError (`faults`, `other`: the booth it meets), FairStateError."""
    fair = lock_fair(fair_id)
    require_open(fair, now)
    _require_room(fair, spot, spots_of(fair_id))
    booth = Booth(fair_id=fair_id, **_columns(spot))
    db.session.add(booth)
    touch_fair(fair_id, now=now)
    return booth


def change_booth(fair_id: int, booth_id: int, spot: Spot, *, now: datetime) -> Booth:
    """Move, resize or rename a booth. Its code stays while a producer has it: it stands on the card.

    Raises BoothTakenError, InvalidFairError, FairStateError, FairNotFoundError.
    """
    fair = lock_fair(fair_id)
    require_open(fair, now)
    booth = _booth(fair_id, booth_id)
    if spot.code != booth.code and _is_taken(booth_id):
        raise BoothTakenError(code=booth.code)
    _require_room(fair, spot, [other for other in spots_of(fair_id) if other.code != booth.code])
    for name, value in _columns(spot).items():
        setattr(booth, name, value)
    touch_fair(fair_id, now=now)
    return booth


def remove_booth(fair_id: int, booth_id: int, *, now: datetime) -> None:
    """Take an empty booth off the plan. Raises BoothTakenError, FairStateError, FairNotFoundError."""
    fair = lock_fair(fair_id)
    require_open(fair, now)
    booth = _booth(fair_id, booth_id)
    has_session = select(FairSession.id).where(FairSession.booth_id == booth_id).limit(1)
    if _is_taken(booth_id) or db.session.scalar(has_session) is not None:
        raise BoothTakenError(code=booth.code)
    db.session.delete(booth)
    touch_fair(fair_id, now=now)


def add_booths(fair_id: int, rows: Sequence[FileRow], *, now: datetime) -> int:
    """Lay the booths of a file, all or none; how many. Raises InvalidFairError for the first that cannot lie there."""
    fair = lock_fair(fair_id)
    require_open(fair, now)
    laid = spots_of(fair_id)
    for row in rows:
        if row.spot is None:
            raise InvalidFairError(faults={"file": "number"}, line=row.line)
        _require_room(fair, row.spot, laid)
        laid.append(row.spot)
        db.session.add(Booth(fair_id=fair_id, **_columns(row.spot)))
    touch_fair(fair_id, now=now)
    return len(rows)


def spots_of(fair_id: int) -> list[Spot]:
    """The booths of a fair as spots of its plan."""
    rows = db.session.execute(
        select(Booth.code, Booth.left, Booth.top, Booth.width, Booth.height)
        .where(Booth.fair_id == fair_id)
        .order_by(Booth.id)
    )
    return [Spot(*row) for row in rows]


def _require_room(fair: Fair, spot: Spot, others: Sequence[Spot]) -> None:
    fault = fault_of(spot, fair.plan_columns, fair.plan_rows, others)
    if fault is not None:
        raise InvalidFairError(faults={"booth": fault.reason}, other=fault.other, code=spot.code)


def _booth(fair_id: int, booth_id: int) -> Booth:
    booth = db.session.scalar(select(Booth).where(Booth.id == booth_id, Booth.fair_id == fair_id))
    if booth is None:
        raise FairNotFoundError(fair_id=fair_id, booth_id=booth_id)
    return booth


def _is_taken(booth_id: int) -> bool:
    taken = select(func.count()).select_from(Participation).where(Participation.booth_id == booth_id)
    return bool(db.session.scalar(taken))


def _columns(spot: Spot) -> dict[str, str | int]:
    return {
        "code": spot.code,
        "left": spot.left,
        "top": spot.top,
        "width": spot.width,
        "height": spot.height,
    }
