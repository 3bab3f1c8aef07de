"""What there is to say of a code: one statement finds the stamp, the rest comes from what is kept of its lot.

The statement is the same whether a code exists or not, so that its time tells nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import Engine, Select, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from catalog.queries.columns import get_columns
from core.db import db
from core.text import clean_line
from traceability.clone_evidence import GRADE_TOLD
from traceability.errors import CouldNotCheckError
from traceability.models import (
    CloneDecision,
    CloneDoubt,
    CloneOutcome,
    Lot,
    Scan,
    ScanGap,
    Stamp,
    StampKind,
    StampRun,
    StampWithdrawal,
)
from traceability.queries.lots import get_lot_page
from traceability.queries.recently_read import RecentlyRead
from traceability.queries.view_models import FirstLook, LotPage, RecallView, ScanPage
from traceability.scan_months import complete_since
from traceability.stamp_codes import CodeStatus, parse
from traceability.verdicts import StampFacts, Verdict, verdict_of

TYPED_KEPT_CHARS: Final = 40
CODE: Final = "code"


class UnsavedLooks(Protocol):
    """What this process knows of looks that are not in the database yet."""

    def find_first(self, stamp_id: int) -> FirstLook | None:
        """The first look at a stamp that waits to be saved, or None."""
        ...

    def is_behind(self) -> bool:
        """Whether looks cannot be saved at present or were lost, so that no record is complete."""
        ...


class NoUnsavedLooks:
    """For those who record nothing: commands and tests."""

    def find_first(self, stamp_id: int) -> FirstLook | None:
        return None

    def is_behind(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class _StampRow:
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


def get_scan_page(
    typed: str,
    path_gtin: str | None = None,
    path_lot: str | None = None,
    *,
    on: date,
    now: datetime,
    looks: UnsavedLooks | None = None,
) -> ScanPage:
    """What to say of a code as typed or scanned, judged for `on` (Vietnam) at `now`.

    path_gtin, path_lot: what the address named beside the code; the code decides, so that a GTIN (14 digits) or lot
    that is not its own gives `unknown`, never a verdict on goods. looks: this process's unsaved ones.
    One statement, and the six of `get_lot_page` when the lot or its product has changed or the day is new.
    Raises CouldNotCheckError when the database does not answer: that is no verdict.
    """
    parsed = parse(typed)
    if parsed.status is not CodeStatus.OK or parsed.code is None:
        return ScanPage(verdict=Verdict.MISTYPED, code=clean_line(typed)[:TYPED_KEPT_CHARS])
    try:
        row = _find_row(parsed.code)
        lot = _read_lot(row.lot_id, row.product_id, on) if row else None
    except (SQLAlchemyError, db.engine.dialect.loaded_dbapi.Error) as error:
        raise CouldNotCheckError(code=parsed.code) from error
    if row is None or lot is None or not _is_own_path(row, lot, path_gtin, path_lot):
        return ScanPage(verdict=Verdict.UNKNOWN, code=parsed.code)
    return _judge(parsed.code, row, lot, (on, now), looks or NoUnsavedLooks())


def _judge(
    code: str, row: _StampRow, lot: LotPage, moment: tuple[date, datetime], looks: UnsavedLooks
) -> ScanPage:
    on, now = moment
    first_look, scanned_before = _earlier_looks(row, now, looks)
    recall = _recall_of(row, lot)
    doubt = _doubt_of(row)
    facts = StampFacts(
        is_unit=row.run_kind == StampKind.UNIT,
        is_activated=row.activated_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
        is_recalled=recall is not None,
        has_rank_lapsed=lot.has_rank_lapsed,
        expires_on=lot.expires_on,
        scanned_before=scanned_before,
        is_confirmed_copy=row.decided_outcome == CloneOutcome.CONFIRMED_COPY,
        is_doubtful=doubt is not None,
    )
    return ScanPage(
        verdict=verdict_of(facts, on),
        code=code,
        stamp_id=row.stamp_id,
        is_unit=facts.is_unit,
        lot=lot,
        scanned_before=scanned_before,
        first_look=first_look,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
        recall=recall,
        doubt=doubt,
        copied_at=row.decided_at if facts.is_confirmed_copy else None,
    )


def _recall_of(row: _StampRow, lot: LotPage) -> RecallView | None:
    """The open recall of this very pack: that of all of its lot, else one that names it."""
    if lot.recall is not None:
        return lot.recall
    return next((each for each in lot.unit_recalls if each.covers(row.run_id, row.number)), None)


def _doubt_of(row: _StampRow) -> tuple[str, ...] | None:
    """Why whoever scans this stamp is asked to look twice; None where nothing speaks for it or a person cleared it."""
    grade = row.doubt_grade or 0
    if grade < GRADE_TOLD or (
        row.decided_outcome == CloneOutcome.CLEARED and grade <= (row.decided_grade or 0)
    ):
        return None
    return tuple((row.doubt_reasons or "").split())


def _earlier_looks(
    row: _StampRow, now: datetime, looks: UnsavedLooks
) -> tuple[FirstLook | None, bool | None]:
    """The first look if it is certain, and whether there was any: None if some may be missing from the record."""
    kept_from = complete_since(now=now)
    is_complete = row.issued_at >= kept_from and (row.last_gap_at is None or row.last_gap_at < row.issued_at)
    if row.first_hour_at is not None:
        return FirstLook(row.first_hour_at, row.first_province) if is_complete else None, True
    waiting = looks.find_first(row.stamp_id)
    if waiting is not None:
        return waiting if is_complete and not looks.is_behind() else None, True
    return None, False if is_complete and not looks.is_behind() else None


def _is_own_path(row: _StampRow, lot: LotPage, path_gtin: str | None, path_lot: str | None) -> bool:
    if path_gtin is not None and path_gtin != row.run_gtin and path_gtin not in lot.gtins:
        return False
    # Our stamps print capitals; a phone may have made them small, and the code decides anyway.
    return path_lot is None or path_lot.casefold() == lot.code.casefold()


_lots: Final = RecentlyRead[tuple[Engine, int, int, date], LotPage](max_count=1_000)


def _read_lot(lot_id: int, product_id: int, on: date) -> LotPage:
    """The lot's page as of the last change of its product; kept until the next change or midnight."""
    key = (db.engine, lot_id, get_columns().version_of(product_id), on)
    return _lots.get(key, lambda: get_lot_page(lot_id, on))


def _statement() -> "Select[*tuple[Any, ...]]":
    first = aliased(Scan)
    first_id = (
        select(Scan.id)
        .where(Scan.stamp_id == Stamp.id)
        .order_by(Scan.scanned_hour_at, Scan.id)
        .limit(1)
        .correlate(Stamp)
        .scalar_subquery()
    )
    decision = aliased(CloneDecision)
    decision_id = (
        select(func.max(CloneDecision.id))
        .where(CloneDecision.doubt_id == CloneDoubt.id)
        .correlate(CloneDoubt)
        .scalar_subquery()
    )
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
        )
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .outerjoin(StampWithdrawal, StampWithdrawal.stamp_id == Stamp.id)
        .outerjoin(first, first.id == first_id)
        .outerjoin(CloneDoubt, CloneDoubt.stamp_id == Stamp.id)
        .outerjoin(decision, decision.id == decision_id)
        .where(Stamp.code == bindparam(CODE))
    )


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


def _find_row(code: str) -> _StampRow | None:
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
    return _StampRow(*values)


_INSTANTS: Final = (1, 4, 7, 9, 11, 18)


def _instant(value: datetime | str | None) -> datetime | None:
    """PostgreSQL hands over instants, SQLite its text of UTC without a zone."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
