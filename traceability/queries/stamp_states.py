"""What is on record of stamps by the roll: conditions in SQL, ranges of a run, and where one stamp stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from core.db import db
from traceability.models import (
    CloneDecision,
    CloneDoubt,
    CloneOutcome,
    Opening,
    RangeState,
    SheetPrint,
    Stamp,
    StampBinding,
    StampRange,
    StampRun,
    StampWithdrawal,
)
from traceability.stamp_ranges import Range, StampState, StampStory, count_of, state_of

CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """How many stamps of a run got how far; one stamp counts in each state that it has reached."""

    total: int
    printed: int
    activated: int
    display: int
    attached: int
    sold: int
    opened: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class RangeRow:
    """A row of what happened to a run. by_name: None for a command."""

    state: str
    first: int
    last: int
    at: datetime
    by_id: int | None
    reason: str | None

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def is_withdrawn() -> ColumnElement[bool]:
    """SQL of: a stamp is withdrawn, by itself or with its range."""
    own = exists().where(StampWithdrawal.stamp_id == Stamp.id).correlate(Stamp)
    return own | in_range(RangeState.WITHDRAWN)


def is_in_force() -> ColumnElement[bool]:
    """SQL of: a stamp was put in force, by itself or with its range, for sale or as a sample."""
    return Stamp.activated_at.is_not(None) | in_range(RangeState.ACTIVATED) | in_range(RangeState.DISPLAY)


def is_confirmed_copy() -> ColumnElement[bool]:
    """SQL of: the last decision about a stamp is that it was copied."""
    last_id = (
        select(func.max(CloneDecision.id))
        .join(CloneDoubt, CloneDoubt.id == CloneDecision.doubt_id)
        .where(CloneDoubt.stamp_id == Stamp.id)
        .correlate(Stamp)
        .scalar_subquery()
    )
    return exists().where(
        CloneDecision.id == last_id, CloneDecision.outcome == CloneOutcome.CONFIRMED_COPY.value
    )


def is_bound() -> ColumnElement[bool]:
    """SQL of: a stamp is on a pack of an order."""
    return exists().where(StampBinding.stamp_id == Stamp.id).correlate(Stamp)


def in_range(state: RangeState) -> ColumnElement[bool]:
    """SQL of: a range of that state holds the stamp."""
    return (
        exists()
        .where(
            StampRange.run_id == Stamp.run_id,
            StampRange.state == state.value,
            StampRange.first <= Stamp.number,
            StampRange.last >= Stamp.number,
        )
        .correlate(Stamp)
    )


def list_ranges(run_id: int) -> list[RangeRow]:
    """What happened to the run, the newest first."""
    columns = (
        StampRange.state,
        StampRange.first,
        StampRange.last,
        StampRange.at,
        StampRange.by_id,
        StampRange.reason,
    )
    rows = db.session.execute(
        select(*columns).where(StampRange.run_id == run_id).order_by(StampRange.id.desc())
    )
    return [RangeRow(*row) for row in rows]


def list_prints(run_id: int) -> Sequence[SheetPrint]:
    """Sheets of the run that were made, the newest first."""
    found = select(SheetPrint).where(SheetPrint.run_id == run_id).order_by(SheetPrint.id.desc())
    return db.session.scalars(found).all()


def get_counts(run: StampRun) -> RunCounts:
    """How far the stamps of a run got. Six statements, whatever its size."""
    spans: dict[str, list[Range]] = {state.value: [] for state in RangeState}
    for row in list_ranges(run.id):
        spans[row.state].append((row.first, row.last))
    of_run = (Stamp.run_id == run.id,)
    bound = select(func.count(), func.count(StampBinding.shipped_at)).join(
        Stamp, Stamp.id == StampBinding.stamp_id
    )
    attached, sold = db.session.execute(bound.where(*of_run)).one()
    opened = select(func.count()).select_from(Opening).join(Stamp, Stamp.id == Opening.stamp_id)
    return RunCounts(
        total=run.stamp_count,
        printed=count_of(spans[RangeState.PRINTED]),
        activated=_count(*of_run, is_in_force()),
        display=count_of(spans[RangeState.DISPLAY]),
        attached=attached - sold,
        sold=sold,
        opened=db.session.scalar(opened.where(*of_run)) or 0,
        withdrawn=_count(*of_run, is_withdrawn()),
    )


def get_state(stamp: Stamp) -> StampState:
    """Where one stamp stands, from its ranges and its own rows. One statement."""
    row = db.session.execute(
        select(
            in_range(RangeState.PRINTED),
            is_in_force(),
            is_bound(),
            exists()
            .where(StampBinding.stamp_id == Stamp.id, StampBinding.shipped_at.is_not(None))
            .correlate(Stamp),
            exists().where(Opening.stamp_id == Stamp.id).correlate(Stamp),
            is_withdrawn(),
        ).where(Stamp.id == stamp.id)
    ).one()
    names = ("is_printed", "is_activated", "is_attached", "is_sold", "is_opened", "is_withdrawn")
    return state_of(StampStory(**{name: bool(value) for name, value in zip(names, row, strict=True)}))


def count_codes(run_id: int, span: Range) -> int:
    """How many codes `iter_codes` gives for the numbers in `span`."""
    return _count(Stamp.run_id == run_id, Stamp.number.between(*span), ~is_withdrawn())


def iter_codes(run_id: int, span: Range) -> Iterator[str]:
    """The codes of the numbers in `span`, in their order, without those that were withdrawn; never all in memory."""
    first, last = span
    while first <= last:
        found = select(Stamp.number, Stamp.code).where(
            Stamp.run_id == run_id, Stamp.number.between(first, last), ~is_withdrawn()
        )
        rows = db.session.execute(found.order_by(Stamp.number).limit(CHUNK_ROWS)).all()
        if not rows:
            return
        for _number, code in rows:
            yield code
        first = rows[-1][0] + 1


def _count(*which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Stamp).where(*which)) or 0
