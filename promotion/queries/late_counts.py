"""What happened around a count of a booth's goods, in the order of the telephones' clocks and not of arrival."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, literal, or_, select

from core.db import db
from orders.models.orders import SellerOrder
from orders.models.slices import CounterSale, CounterUndo, SliceMove, SliceMovement, StockSlice
from promotion.models.counter import BoothItem, DayEnd, ItemKind

_SOLD = (SliceMove.SALE.value, SliceMove.PARCEL.value)


def sold_since(
    place: str, variant_ids: Collection[int], since: datetime, *, carried: Collection[int] = ()
) -> dict[int, int]:
    """Packs that sales (below 0) and undoings (above 0) after an instant changed the books by, by variant.

    carried: variants whose packs allotted for orders are counted elsewhere (`orders.queries.slices.carried_since`).
    """
    undone_at = func.coalesce(BoothItem.happened_at, CounterUndo.undone_at)
    rows = db.session.execute(
        select(
            StockSlice.variant_id,
            SliceMovement.kind,
            SliceMovement.subject,
            (SliceMovement.allotted - SliceMovement.sold - SliceMovement.returned).label("net"),
            (CounterSale.sold_at > since).label("is_sold_since"),
            (undone_at > since).label("is_undone_since"),
        )
        .join(StockSlice, StockSlice.id == SliceMovement.slice_id)
        .join(SellerOrder, literal("order:") + SellerOrder.code == SliceMovement.subject)
        .join(CounterSale, CounterSale.seller_order_id == SellerOrder.id)
        .outerjoin(CounterUndo, CounterUndo.seller_order_id == SellerOrder.id)
        .outerjoin(
            BoothItem,
            and_(BoothItem.order_id == SellerOrder.order_id, BoothItem.kind == ItemKind.UNDO.value),
        )
        .where(
            StockSlice.place == place,
            StockSlice.variant_id.in_(sorted(variant_ids)),
            CounterSale.place == place,
            or_(CounterSale.sold_at > since, undone_at > since),
        )
        .order_by(SliceMovement.id)
    )
    net: dict[int, int] = {}
    taken: set[tuple[str, int]] = set()
    for row in rows:
        key = (row.subject, row.variant_id)
        # Packs that came after those of the sale had gone are those of its undoing.
        is_since = row.is_undone_since if key in taken else row.is_sold_since
        if row.kind in _SOLD:
            taken.add(key)
        if is_since and not (row.kind == SliceMove.ALLOT and row.variant_id in carried):
            net[row.variant_id] = net.get(row.variant_id, 0) + row.net
    return net


def counted_since(participation_id: int, variant_ids: Collection[int], since: datetime) -> set[int]:
    """Variants whose books a count that was made after an instant has set."""
    rows = db.session.scalars(
        select(DayEnd.counts)
        .outerjoin(BoothItem, BoothItem.id == DayEnd.item_id)
        .where(
            DayEnd.participation_id == participation_id,
            func.coalesce(BoothItem.happened_at, DayEnd.closed_at) > since,
        )
    )
    set_there = {each["variant_id"] for counts in rows for each in counts if not each.get("is_moved")}
    return set_there & set(variant_ids)
