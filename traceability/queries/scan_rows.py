"""The one statement that finds a stamp and all that is on record of it, asked without a session.

It is the same whether a code exists or not, so that its time tells nothing.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Engine, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from core.db import db
from traceability.models import (
    CloneDecision,
    CloneDoubt,
    Lot,
    Opening,
    RangeState,
    Scan,
    ScanGap,
    Stamp,
    StampBinding,
    StampRange,
    StampRun,
    StampWithdrawal,
)
from traceability.queries.stamp_states import in_range

CODE: Final = "code"


@dataclass(frozen=True, slots=True)
class StampRow:
    """What is on record of one stamp. Columns in the order of the statement; names in `_at` are instants."""

    stamp_id: int
    activated_at: datetime | None
    run_kind: str
    run_gtin: str | None
    issued_at: datetime
    lot_id: int
    product_id: int
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    first_hour_at: datetime | None
    first_province: str | None
    last_gap_at: datetime | None
    run_id: int
    number: int
    doubt_grade: int | None
    doubt_reasons: str | None
    decided_outcome: str | None
    decided_grade: int | None
    decided_at: datetime | None
    seal_kid: int | None
    range_active_at: datetime | None
    range_withdrawn_at: datetime | None
    range_withdrawn_reason: str | None
    is_display: bool
    sold_at: datetime | None
    opened_hour_at: datetime | None
    opened_province: str | None


def _statement() -> "Select[*tuple[Any, ...]]":
    first = aliased(Scan)
    decision = aliased(CloneDecision)
    withdrawn = aliased(StampRange)
    return (
        select(
            Stamp.id,
            Stamp.activated_at,
            StampRun.kind,
            StampRun.gtin,
            StampRun.issued_at,
            StampRun.lot_id,
            Lot.product_id,
            StampWithdrawal.withdrawn_at,
            StampWithdrawal.reason,
            first.scanned_hour_at,
            first.province,
            select(func.max(ScanGap.ended_at)).scalar_subquery(),
            Stamp.run_id,
            Stamp.number,
            CloneDoubt.grade,
            CloneDoubt.reasons,
            decision.outcome,
            decision.grade,
            decision.decided_at,
            StampRun.seal_kid,
            _active_since(),
            withdrawn.at,
            withdrawn.reason,
            in_range(RangeState.DISPLAY),
            StampBinding.shipped_at,
            Opening.claimed_hour_at,
            Opening.province,
        )
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .outerjoin(StampWithdrawal, StampWithdrawal.stamp_id == Stamp.id)
        .outerjoin(first, first.id == _first_look())
        .outerjoin(CloneDoubt, CloneDoubt.stamp_id == Stamp.id)
        .outerjoin(decision, decision.id == _last_decision())
        .outerjoin(withdrawn, withdrawn.id == _withdrawing_range())
        .outerjoin(StampBinding, StampBinding.stamp_id == Stamp.id)
        .outerjoin(Opening, Opening.stamp_id == Stamp.id)
        .where(Stamp.code == bindparam(CODE))
    )


def _first_look() -> Any:
    by_time = select(Scan.id).where(Scan.stamp_id == Stamp.id).order_by(Scan.scanned_hour_at, Scan.id)
    return by_time.limit(1).correlate(Stamp).scalar_subquery()


def _last_decision() -> Any:
    of_doubt = select(func.max(CloneDecision.id)).where(CloneDecision.doubt_id == CloneDoubt.id)
    return of_doubt.correlate(CloneDoubt).scalar_subquery()


def _active_since() -> Any:
    """When the range that put the stamp in force was recorded."""
    return _of_ranges(func.min(StampRange.at), RangeState.ACTIVATED)


def _withdrawing_range() -> Any:
    """The first range with which the stamp was withdrawn."""
    return _of_ranges(func.min(StampRange.id), RangeState.WITHDRAWN)


def _of_ranges(what: Any, state: RangeState) -> Any:
    holds = (StampRange.first <= Stamp.number, StampRange.last >= Stamp.number)
    of_run = (StampRange.run_id == Stamp.run_id, StampRange.state == state.value)
    return select(what).where(*of_run, *holds).correlate(Stamp).scalar_subquery()


class _RawStatement:
    """The statement as the driver takes it: a session and its rows would cost more than the look-up itself."""

    def __init__(self, engine: Engine) -> None:
        compiled = _statement().compile(dialect=engine.dialect)
        self.engine = engine
        self._sql = str(compiled)
        self._fixed = compiled.construct_params({CODE: ""})
        self._order = tuple(compiled.positiontup or ()) if compiled.positional else None

    def find(self, code: str) -> Any:
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            try:
                cursor.execute(self._sql, self._parameters(code))
                return cursor.fetchone()
            finally:
                cursor.close()
        finally:
            connection.close()

    def _parameters(self, code: str) -> Any:
        values = {**self._fixed, CODE: code}
        return values if self._order is None else tuple(values[name] for name in self._order)


_raw: _RawStatement | None = None


def find_row(code: str) -> StampRow | None:
    """The stamp of a code of 13 characters, None if there is none. One statement, the same for each."""
    global _raw
    engine = db.engine
    raw = _raw
    if raw is None or raw.engine is not engine:
        raw = _raw = _RawStatement(engine)
    found = raw.find(code)
    if found is None:
        return None
    values = list(found)
    for index in _INSTANTS:
        values[index] = _instant(values[index])
    return StampRow(*values)


_INSTANTS: Final = tuple(
    index for index, column in enumerate(fields(StampRow)) if column.name.endswith("_at")
)


def _instant(value: datetime | str | None) -> datetime | None:
    """PostgreSQL hands over instants, SQLite its text of UTC without a zone."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
