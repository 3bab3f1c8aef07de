"""Recalls: opened with what people must know, followed step by step, closed with a reason. All of it stays on record.

Of a drill everything is measured and nothing is told: no page, no log, no buyer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Product
from catalog.operations.sale_stops import end_sale_stop, stop_sale
from catalog.permissions.office import can_record_decisions
from core.db import db
from core.jobs.queue import enqueue
from traceability.errors import InvalidRecallError, LotRecalledError, OfficeRecallError, RecallNotFoundError
from traceability.models import (
    Lot,
    Recall,
    RecallLot,
    RecallRange,
    RecallScope,
    RecallStage,
    RecallStep,
    StampRun,
)
from traceability.operations.texts import optional_text, required_line, required_text
from traceability.queries.logged_recalls import KIND_OF, recall_entry, step_entry
from traceability.queries.recalls import is_closable_by_producer, is_of_producer, is_open
from transparency.operations import append

TELL_JOB: Final = "orders.tell_recall"
"""Finds the buyers of the goods and writes to them. Orders stand above lots, so the job is asked for by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallWords:
    """What people who have the goods must know. risk, refund: «» where nothing is to be said."""

    reason: str
    instruction: str
    contact: str
    risk: str = ""
    refund: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallGoods:
    """What is recalled: `lots` of the product, packs by `ranges` (run, first and last number), else all of it."""

    product: Product
    lots: Sequence[Lot] = ()
    ranges: Sequence[tuple[int, int, int]] = ()

    @property
    def scope(self) -> RecallScope:
        if self.ranges:
            return RecallScope.UNITS
        return RecallScope.LOTS if self.lots else RecallScope.PRODUCT


def open_recall(
    goods: RecallGoods,
    words: RecallWords,
    *,
    now: datetime,
    by: Actor | None = None,
    is_drill: bool = False,
    submission_key: str | None = None,
) -> Recall:
    """Open a recall; from then on every stamp of these goods says so before anything else, and none of them is sold.

    The buyers are looked for and written to by a job. The same `submission_key` again gives the recall there is.
    Raises InvalidTextError if words are missing, InvalidRecallError for lots or packs of another product, and
    LotRecalledError if all of these goods are being recalled already; for the office (an officer who decides, an
    administrator, a command) a producer's recall is none, because the producer may close it. Then nothing has changed.
    """
    _lock_product(goods.product)
    if submission_key is not None:
        before = db.session.scalar(select(Recall).where(Recall.submission_key == submission_key))
        if before is not None:
            return before
    lots = _lots_of(goods)
    if not is_drill:
        _require_news(goods, lots, by)
    recall = Recall(
        product=goods.product,
        scope=goods.scope.value,
        is_drill=is_drill,
        reason=required_text("reason", words.reason),
        risk=optional_text("risk", words.risk),
        instruction=required_text("instruction", words.instruction),
        refund=optional_text("refund", words.refund),
        contact=required_line("contact", words.contact),
        submission_key=submission_key,
        opened_at=now,
        opened_by_id=by.user_id if by else None,
        lots=[RecallLot(lot=lot) for lot in lots],
        ranges=[RecallRange(run_id=run_id, first=first, last=last) for run_id, first, last in goods.ranges],
    )
    db.session.add(recall)
    db.session.flush()
    if not is_drill:
        append(KIND_OF[None], *recall_entry(recall), now)
        stop_sale(goods.product.id, f"recall:{recall.id}", now=now)
    _note_act("open", recall, by, now)
    enqueue(TELL_JOB, now=now, key=str(recall.id), recall_id=recall.id)
    return recall


def note_step(
    recall: Recall, stage: RecallStage, *, now: datetime, by: Actor | None = None, reason: str | None = None
) -> bool:
    """Note that `stage` was reached; answers False if it was noted before, and then nothing has changed."""
    try:
        # Two at once: the key decides, and the second finds what the first one noted.
        with db.session.begin_nested():
            db.session.execute(
                insert(RecallStep).values(
                    recall_id=recall.id,
                    stage=stage.value,
                    reason=reason,
                    taken_at=now,
                    by_id=by.user_id if by else None,
                )
            )
    except IntegrityError:
        return False
    db.session.refresh(recall, ["steps"])
    step = recall.step(stage)
    if stage in KIND_OF and not recall.is_drill and step is not None:
        append(KIND_OF[stage], *step_entry(step, recall), now)
    return True


def end_recall(
    recall: Recall, *, reason: str, now: datetime, by: Actor | None = None, for_producer: bool = False
) -> None:
    """Close a recall: its goods are good again, and are sold again. It stays on record with its reason.

    for_producer: in the producer's workspace, where only what its own people opened is closed.
    Raises OfficeRecallError if it is not theirs, InvalidTextError without a reason, RecallNotFoundError if it was
    closed before; then nothing has changed.
    """
    if for_producer and not is_closable_by_producer(recall):
        raise OfficeRecallError(recall_id=recall.id)
    stated = required_text("reason", reason)
    if not note_step(recall, RecallStage.CLOSED, now=now, by=by, reason=stated):
        raise RecallNotFoundError(lot_id=None, recall_id=recall.id)
    end_sale_stop(f"recall:{recall.id}", now=now)
    _note_act("close", recall, by, now, stated)


def recall_lot(lot: Lot, *, reason: str, instruction: str, contact: str, now: datetime) -> Recall:
    """Open a recall of all of `lot`. Raises as `open_recall`."""
    words = RecallWords(reason=reason, instruction=instruction, contact=contact)
    return open_recall(RecallGoods(product=lot.product, lots=(lot,)), words, now=now)


def close_recall(lot: Lot, *, now: datetime, reason: str = "Kết thúc thu hồi") -> Recall:
    """Close the open recall that names `lot`. Raises RecallNotFoundError if none is open; then nothing has changed."""
    lock_lot(lot)
    recall_id = find_open_recall_id(lot)
    recall = db.session.get(Recall, recall_id) if recall_id is not None else None
    if recall is None or recall.scope == RecallScope.PRODUCT:
        raise RecallNotFoundError(lot_id=lot.id)
    end_recall(recall, reason=reason, now=now)
    return recall


def find_open_recall_id(lot: Lot, *conditions: ColumnElement[bool]) -> int | None:
    """Number of the open recall of all of `lot`, or of its whole product; None if only packs or nothing is recalled.

    conditions: SQL of what else must be true of it.
    """
    named = Recall.id.in_(select(RecallLot.recall_id).where(RecallLot.lot_id == lot.id))
    by_lot = (Recall.scope == RecallScope.LOTS.value) & named
    covering = by_lot | (Recall.scope == RecallScope.PRODUCT.value)
    asked = select(Recall.id).where(Recall.product_id == lot.product_id, is_open(), covering, *conditions)
    return db.session.scalar(asked.order_by((Recall.scope == RecallScope.PRODUCT.value), Recall.id).limit(1))


def lock_lot(lot: Lot) -> None:
    """Let others who issue stamps for `lot` or recall it wait. SQLite has one writer and needs no lock."""
    db.session.execute(select(Lot.id).where(Lot.id == lot.id).with_for_update())


def _lock_product(product: Product) -> None:
    # The lots are locked too, in the order of their numbers: those who issue stamps lock them.
    db.session.execute(select(Product.id).where(Product.id == product.id).with_for_update())
    db.session.execute(select(Lot.id).where(Lot.product_id == product.id).order_by(Lot.id).with_for_update())


def _lots_of(goods: RecallGoods) -> list[Lot]:
    """The lots that the recall names, in the order of their numbers."""
    lots = {lot.id: lot for lot in goods.lots}
    for run_id, first, last in goods.ranges:
        run = db.session.get(StampRun, run_id)
        if run is None or not 1 <= first <= last <= run.stamp_count:
            raise InvalidRecallError(field="units", value=f"{run_id}: {first}-{last}", reason="range")
        lots[run.lot_id] = run.lot
    for lot in lots.values():
        if lot.product_id != goods.product.id:
            raise InvalidRecallError(field="lots", value=lot.code, reason="lot")
    return [lots[number] for number in sorted(lots)]


def _require_news(goods: RecallGoods, lots: Sequence[Lot], by: Actor | None) -> None:
    """Raises LotRecalledError if an open recall covers all of these goods, for the office one that holds."""
    is_office = by is None or by.is_administrator or can_record_decisions(by)
    holds = (is_open(), ~is_of_producer()) if is_office else (is_open(),)
    if goods.scope is RecallScope.PRODUCT:
        whole = (Recall.product_id == goods.product.id, Recall.scope == RecallScope.PRODUCT.value)
        open_id = db.session.scalar(select(Recall.id).where(*whole, *holds).limit(1))
        if open_id is not None:
            raise LotRecalledError(lot_id=None, recall_id=open_id)
        return
    open_ids = [find_open_recall_id(lot, *holds) for lot in lots]
    if all(open_ids):
        raise LotRecalledError(lot_id=lots[0].id, recall_id=open_ids[0])


def _note_act(verb: str, recall: Recall, by: Actor | None, now: datetime, reason: str | None = None) -> None:
    record_act(
        f"traceability.{verb}_recall",
        by=by,
        subject=f"recall:{recall.id}",
        now=now,
        after={
            "scope": recall.scope,
            "is_drill": recall.is_drill,
            "lots": [each.lot_id for each in recall.lots],
        },
        reason=reason,
        producer_id=recall.product.producer_id,
    )
