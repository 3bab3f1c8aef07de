"""Comparing the records of lots with each other, and putting down what a person should look at."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import func, select

from catalog.models import Product
from core.db import db
from traceability.diaries import Diary, Doubt, DoubtKind, Entry, same_diaries, same_photos
from traceability.mass_balances import is_overdrawn
from traceability.models import DiaryDoubt, EventPhoto, Lot, LotInput, LotKind, TraceEvent
from traceability.queries.origin import is_valid, mass_balance

ROWS_AT_ONCE: Final = 5_000


def compare_diaries(*, now: datetime) -> int:
    """Compare the records of all lots. Answers how many doubts there are now.

    What is found again stays as it was; what is found no more is marked as gone, because somebody corrected it.
    """
    found = {
        doubt.key: doubt
        for doubts in (same_diaries(_diaries()), same_photos(_lots_of_photos()), _yields(), _overdrawn())
        for doubt in doubts
    }
    known = {each.key: each for each in db.session.scalars(select(DiaryDoubt))}
    for key, row in known.items():
        if key not in found:
            row.gone_at = row.gone_at or now
        elif row.gone_at is not None:
            row.gone_at, row.found_at = None, now
    for key, doubt in found.items():
        if key not in known:
            db.session.add(
                DiaryDoubt(
                    key=key,
                    kind=doubt.kind.value,
                    lot_id=doubt.lot_id,
                    other_lot_id=doubt.other_lot_id,
                    found_at=now,
                )
            )
    db.session.flush()
    return len(found)


def _diaries() -> Iterator[Diary]:
    """The diaries of all lots of goods, read as rows: there may be many."""
    rows: Any = db.session.execute(
        select(
            TraceEvent.lot_id,
            Lot.product_id,
            Product.producer_id,
            TraceEvent.step,
            TraceEvent.happened_on,
            TraceEvent.note,
        )
        .join(Lot, Lot.id == TraceEvent.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(is_valid(), Lot.kind == LotKind.GOODS.value)
        .order_by(TraceEvent.lot_id, TraceEvent.happened_on, TraceEvent.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for (lot_id, product_id, producer_id), events in groupby(rows, key=lambda row: tuple(row[:3])):
        yield Diary(
            lot_id,
            product_id,
            producer_id,
            [Entry(row.step, row.happened_on, row.note or "") for row in events],
        )


def _lots_of_photos() -> dict[str, list[int]]:
    """Photographs that more than one lot shows, with the lots."""
    repeated = (
        select(EventPhoto.key)
        .join(TraceEvent)
        .where(EventPhoto.removed_at.is_(None), is_valid())
        .group_by(EventPhoto.key)
        .having(func.count(func.distinct(TraceEvent.lot_id)) > 1)
    )
    rows = db.session.execute(
        select(EventPhoto.key, TraceEvent.lot_id)
        .join(TraceEvent)
        .where(EventPhoto.key.in_(repeated), EventPhoto.removed_at.is_(None), is_valid())
    )
    lots: dict[str, list[int]] = defaultdict(list)
    for key, lot_id in rows:
        lots[key].append(lot_id)
    return lots


def _yields() -> Iterator[Doubt]:
    """Lots of which more came out than went in; only those with inputs can be told of."""
    with_inputs = select(LotInput.lot_id).distinct()
    for lot in db.session.scalars(
        select(Lot).where(Lot.id.in_(with_inputs), Lot.kind == LotKind.GOODS.value)
    ):
        balance = mass_balance(lot)
        if balance is not None and not balance.is_possible:
            yield Doubt(DoubtKind.IMPOSSIBLE_YIELD, lot.id)


def _overdrawn() -> Iterator[Doubt]:
    """Raw lots of which more was taken than they held."""
    rows = db.session.execute(
        select(Lot.id, Lot.quantity, func.sum(LotInput.quantity))
        .join(LotInput, LotInput.input_lot_id == Lot.id)
        .join(TraceEvent, TraceEvent.id == LotInput.event_id)
        .where(Lot.kind == LotKind.RAW.value, is_valid())
        .group_by(Lot.id, Lot.quantity)
    )
    for lot_id, quantity, used in rows:
        if is_overdrawn(quantity, int(used)):
            yield Doubt(DoubtKind.OVERDRAWN, lot_id)
