"""What happens to stamps by the roll: in force, lost, shown at a fair, printed. One row for a range, however long.

Ranges are numbers of a run, from first to last, both included.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from core.db import db
from traceability.errors import InvalidStampRangeError, InvalidTextError, StampsBoundError
from traceability.models import RangeState, SheetPrint, Stamp, StampRange, StampRun
from traceability.operations.texts import LINE_MAX, optional_line, required_line
from traceability.queries.stamp_states import in_range, is_bound, is_withdrawn
from traceability.stamp_ranges import Range


def record_order(run: StampRun, *, by_id: int | None, now: datetime) -> None:
    """Note that all stamps of a new run were ordered."""
    _add(run, (1, run.stamp_count), RangeState.ORDERED, by_id=by_id, now=now)


def activate_range(run: StampRun, span: Range, *, by_id: int | None, now: datetime) -> int:
    """Put the stamps of `span` in force. Answers how many were not yet; none of them is written to.

    Harmless when repeated: without a new one no row is added. Raises InvalidStampRangeError.
    """
    lock_run(run, span)
    count = _count(run, span, Stamp.activated_at.is_(None), ~in_range(RangeState.ACTIVATED), ~is_withdrawn())
    if count:
        _add(run, span, RangeState.ACTIVATED, by_id=by_id, now=now)
    return count


def withdraw_range(run: StampRun, span: Range, *, reason: str, by_id: int | None, now: datetime) -> int:
    """Take the stamps of `span` out of circulation (a lost roll): their pages tell `reason` from then on.

    Answers how many were not yet withdrawn; without one no row is added. Raises InvalidStampRangeError,
    InvalidTextError without a reason, StampsBoundError while some are on goods of an order: these are recalled instead.
    """
    told = required_line("reason", reason)
    lock_run(run, span)
    _require_not_bound(run, span)
    count = _count(run, span, ~is_withdrawn())
    if count:
        _add(run, span, RangeState.WITHDRAWN, by_id=by_id, now=now, reason=told)
    return count


def declare_display(run: StampRun, span: Range, *, fair: str, by_id: int | None, now: datetime) -> int:
    """The stamps of `span` are on samples that everybody scans at a fair; they are in force, and never sold.

    fair: where, in a few words. Answers how many that are. Raises InvalidStampRangeError, InvalidTextError,
    StampsBoundError.
    """
    told = required_line("fair", fair)
    lock_run(run, span)
    _require_not_bound(run, span)
    count = _count(run, span, ~in_range(RangeState.DISPLAY), ~is_withdrawn())
    if count:
        _add(run, span, RangeState.DISPLAY, by_id=by_id, now=now, reason=told)
    return count


def record_print(run: StampRun, sheet: SheetPrint, *, by_id: int | None, now: datetime) -> SheetPrint:
    """Note that labels were made for printing.

    sheet: its facts, not yet stored. Raises InvalidStampRangeError, InvalidTextError (see `reason_to_print`).
    """
    span = (sheet.first, sheet.last)
    lock_run(run, span)
    sheet.reason = reason_to_print(run, span, sheet.reason)
    sheet.run_id, sheet.by_id, sheet.printed_at = run.id, by_id, now
    db.session.add(sheet)
    _add(run, span, RangeState.PRINTED, by_id=by_id, now=now)
    return sheet


def reason_to_print(run: StampRun, span: Range, reason: str | None) -> str | None:
    """`reason` as one clean line, None without one.

    Raises InvalidTextError (`again`) without one where labels of the range were made before, or if it is too long.
    """
    stated = optional_line("reason", reason)
    if stated is None and was_printed(run, span):
        raise InvalidTextError(field="reason", limit=LINE_MAX, reason="again")
    return stated


def was_printed(run: StampRun, span: Range) -> bool:
    """Whether labels of some stamp in `span` were made before."""
    found = select(StampRange.id).where(
        StampRange.run_id == run.id,
        StampRange.state == RangeState.PRINTED,
        StampRange.first <= span[1],
        StampRange.last >= span[0],
    )
    return db.session.scalar(found.limit(1)) is not None


def lock_run(run: StampRun, span: Range) -> None:
    """Let others who change states of the run wait. Raises InvalidStampRangeError for numbers that it has not."""
    db.session.execute(select(StampRun.id).where(StampRun.id == run.id).with_for_update())
    if not 1 <= span[0] <= span[1] <= run.stamp_count:
        raise InvalidStampRangeError(run_id=run.id, first=span[0], last=span[1], stamp_count=run.stamp_count)


def _count(run: StampRun, span: Range, *which: Any) -> int:
    of_span = (Stamp.run_id == run.id, Stamp.number.between(*span))
    return db.session.scalar(select(func.count()).select_from(Stamp).where(*of_span, *which)) or 0


def _require_not_bound(run: StampRun, span: Range) -> None:
    bound = _count(run, span, is_bound())
    if bound:
        raise StampsBoundError(run_id=run.id, count=bound)


def _add(
    run: StampRun,
    span: Range,
    state: RangeState,
    *,
    by_id: int | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    row = StampRange(
        run_id=run.id, first=span[0], last=span[1], state=state.value, at=now, by_id=by_id, reason=reason
    )
    db.session.add(row)
    db.session.flush()
