"""What lies at places of sale, and what may be taken along."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog.models import Variant
from core.db import db
from orders.models.slices import SliceMove, SliceMovement, StockSlice


@dataclass(frozen=True, slots=True)
class Carried:
    """Packs that one person carried to a place at once. id: of the last of its rows, 0 where nobody ever did."""

    id: int = 0
    by_id: int | None = None
    packs: Mapping[int, int] = field(default_factory=dict)


def list_slices(place: str) -> Sequence[StockSlice]:
    """All slices of a place, with their packs and products, in the order of the variants' numbers."""
    return db.session.scalars(
        select(StockSlice)
        .where(StockSlice.place == place)
        .options(joinedload(StockSlice.variant).joinedload(Variant.product))
        .order_by(StockSlice.variant_id)
        .execution_options(populate_existing=True)
    ).all()


def left_at(place: str, variant_ids: Collection[int]) -> dict[int, int]:
    """Packs left in the slices of a place, by number of the variant; 0 where nothing was taken along."""
    rows = db.session.execute(
        select(StockSlice.variant_id, StockSlice.allotted - StockSlice.sold - StockSlice.returned).where(
            StockSlice.place == place, StockSlice.variant_id.in_(sorted(variant_ids))
        )
    ).all()
    return {**dict.fromkeys(variant_ids, 0), **{int(number): int(packs) for number, packs in rows}}


def carried_since(place: str, variant_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Packs that came to a place (above 0) or left it (below 0) unsold after an instant, by number of the variant.

    Only of variants that somebody carried there or back; with them what was allotted for orders meanwhile.
    """
    net = func.sum(SliceMovement.allotted - SliceMovement.returned)
    rows = db.session.execute(
        select(StockSlice.variant_id, net)
        .join(StockSlice, StockSlice.id == SliceMovement.slice_id)
        .where(
            StockSlice.place == place,
            StockSlice.variant_id.in_(sorted(variant_ids)),
            SliceMovement.kind.in_([SliceMove.ALLOT.value, SliceMove.BACK.value]),
            SliceMovement.moved_at > since,
        )
        .group_by(StockSlice.variant_id)
        .having(func.count() > func.count(SliceMovement.subject))
    ).all()
    return {int(number): int(packs) for number, packs in rows}


def find_last_carried(place: str) -> Carried:
    """What was carried to a place last; not what was allotted there for an order."""
    carried = (
        select(SliceMovement, StockSlice.variant_id)
        .join(StockSlice, StockSlice.id == SliceMovement.slice_id)
        .where(
            StockSlice.place == place,
            SliceMovement.kind == SliceMove.ALLOT.value,
            SliceMovement.subject.is_(None),
        )
    )
    last = db.session.scalar(carried.order_by(SliceMovement.id.desc()).limit(1))
    if last is None:
        return Carried()
    together = db.session.execute(
        carried.where(
            SliceMovement.moved_at == last.moved_at, SliceMovement.by_id.is_not_distinct_from(last.by_id)
        )
    )
    return Carried(last.id, last.by_id, {variant_id: move.allotted for move, variant_id in together})


def list_slice_movements(place: str, limit: int) -> Sequence[tuple[SliceMovement, int]]:
    """The latest movements of a place, each with the number of its variant, the newest first."""
    rows = db.session.execute(
        select(SliceMovement, StockSlice.variant_id)
        .join(StockSlice, StockSlice.id == SliceMovement.slice_id)
        .where(StockSlice.place == place)
        .order_by(SliceMovement.id.desc())
        .limit(limit)
    ).all()
    return [(movement, int(variant_id)) for movement, variant_id in rows]
