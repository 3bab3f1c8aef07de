"""What must always be true of stock, of what orders hold of it and of what was taken along (invariants I1, I2, I30)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Subquery, func, or_, select

from catalog.models import Variant
from catalog.models.listings import StockMovement, StockReason
from core.db import db
from core.invariants import Facts, invariant
from orders.models.slices import SliceMove, SliceMovement, StockSlice
from orders.models.stock import HoldState, LineLot, LotTake, StockHold
from orders.operations.stock import LIVE
from traceability.models import Lot


@invariant("I1", "0 <= reserved <= on_hand, reserved is what orders hold, and movements sum to what is there")
def stock_that_does_not_add_up() -> Iterator[Facts]:
    """Packs of which stock, holds and movements contradict each other."""
    held = _sums(StockHold.variant_id, StockHold.quantity, StockHold.state.in_(LIVE))
    difference = StockMovement.on_hand_after - StockMovement.on_hand_before
    moved = _sums(StockMovement.variant_id, difference)
    held_packs, moved_packs = func.coalesce(held.c.packs, 0), func.coalesce(moved.c.packs, 0)
    rows = db.session.execute(
        select(
            Variant.id,
            Variant.on_hand,
            Variant.reserved,
            held_packs.label("held"),
            moved_packs.label("moved"),
        )
        .outerjoin(held, held.c.of == Variant.id)
        .outerjoin(moved, moved.c.of == Variant.id)
        .where(
            or_(
                ~Variant.reserved.between(0, Variant.on_hand),
                Variant.reserved != held_packs,
                Variant.on_hand != moved_packs,
            )
        )
        .order_by(Variant.id)
    )
    for row in rows:
        yield {
            "variant_id": row.id,
            "on_hand": row.on_hand,
            "reserved": row.reserved,
            "held": int(row.held),
            "moved": int(row.moved),
        }


@invariant("I2", "of no lot and of no pack more is sold than there was")
def more_sold_than_there_was() -> Iterator[Facts]:
    """Lots of which more is promised than was made or than lines say, and packs of which more left than came."""
    given = _sums(LineLot.lot_id, LineLot.quantity - LineLot.returned_quantity)
    given_packs = func.coalesce(given.c.packs, 0)
    lots = db.session.execute(
        select(Lot.id, Lot.quantity, LotTake.taken, given_packs.label("given"))
        .join(LotTake, LotTake.lot_id == Lot.id)
        .outerjoin(given, given.c.of == Lot.id)
        .where(or_(LotTake.taken > Lot.quantity, LotTake.taken != given_packs))
        .order_by(Lot.id)
    )
    for lot in lots:
        yield {"lot_id": lot.id, "quantity": lot.quantity, "taken": lot.taken, "given": int(lot.given)}
    shipped = _sums(StockHold.variant_id, StockHold.quantity, StockHold.state == HoldState.SHIPPED.value)
    left = StockMovement.on_hand_before - StockMovement.on_hand_after
    sold = _sums(StockMovement.variant_id, left, StockMovement.reason == StockReason.SALE.value)
    # What was sold over a counter left the shelf before, when it was taken along.
    at_counter = _sums(
        StockSlice.variant_id,
        SliceMovement.sold,
        SliceMovement.slice_id == StockSlice.id,
        SliceMovement.kind == SliceMove.SALE.value,
    )
    shipped_packs = func.coalesce(shipped.c.packs, 0)
    sold_packs = func.coalesce(sold.c.packs, 0) + func.coalesce(at_counter.c.packs, 0)
    variants = db.session.execute(
        select(Variant.id, shipped_packs.label("shipped"), sold_packs.label("sold"))
        .outerjoin(shipped, shipped.c.of == Variant.id)
        .outerjoin(sold, sold.c.of == Variant.id)
        .outerjoin(at_counter, at_counter.c.of == Variant.id)
        .where(shipped_packs != sold_packs)
        .order_by(Variant.id)
    )
    for row in variants:
        yield {"variant_id": row.id, "shipped": int(row.shipped), "sold": int(row.sold)}


@invariant(
    "I30",
    "a slice is what its movements say, allotted = sold + returned + left, and what left the shop is there",
)
def slices_that_do_not_add_up() -> Iterator[Facts]:
    """Slices that differ from their movements, and packs taken along that the shop's movements do not tell of."""
    names = ("allotted", "sold", "returned")
    sums = (
        select(
            SliceMovement.slice_id, *(func.sum(getattr(SliceMovement, name)).label(name) for name in names)
        )
        .group_by(SliceMovement.slice_id)
        .subquery()
    )
    differs = or_(*(getattr(StockSlice, name) != func.coalesce(sums.c[name], 0) for name in names))
    too_much = StockSlice.sold + StockSlice.returned > StockSlice.allotted
    wrong = select(StockSlice.id).outerjoin(sums, sums.c.slice_id == StockSlice.id).where(differs | too_much)
    for number in db.session.scalars(wrong.order_by(StockSlice.id)):
        yield {"slice_id": number}
    out = _sums(StockSlice.variant_id, StockSlice.allotted - StockSlice.returned)
    left = StockMovement.on_hand_before - StockMovement.on_hand_after
    along = _sums(
        StockMovement.variant_id,
        left,
        StockMovement.reason.in_((StockReason.ALLOT.value, StockReason.BACK.value)),
    )
    taken, told = func.coalesce(out.c.packs, 0), func.coalesce(along.c.packs, 0)
    rows = db.session.execute(
        select(Variant.id, taken.label("taken"), told.label("told"))
        .outerjoin(out, out.c.of == Variant.id)
        .outerjoin(along, along.c.of == Variant.id)
        .where(taken != told)
        .order_by(Variant.id)
    )
    for row in rows:
        yield {"variant_id": row.id, "taken_along": int(row.taken), "movements": int(row.told)}


def _sums(of: Any, packs: Any, *conditions: Any) -> Subquery:
    """Packs by what they are counted of."""
    return select(of.label("of"), func.sum(packs).label("packs")).where(*conditions).group_by(of).subquery()
