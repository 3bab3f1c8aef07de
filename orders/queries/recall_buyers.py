"""Whose orders held goods that are recalled: by the codes bound to them, and by the lots that their packs came from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select

from catalog.models import Variant
from core.db import db
from orders.models.news import OrderNews
from orders.models.orders import Order, OrderLine, SellerOrder
from orders.models.returns import ReturnLine
from orders.models.slices import CounterUndo
from orders.models.stock import HoldState, LineLot, StockHold
from orders.states import Fulfilment
from traceability.models import Lot, Recall, RecallRange, RecallScope, Stamp, StampRun
from traceability.models.bindings import StampBinding

IN_HOUSE: Final = frozenset({Fulfilment.UNFULFILLED, Fulfilment.PACKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedOrder:
    """A parcel with recalled goods. packs: by code of the lot; codes: of the packs whose code was bound to it.

    packs_without_lot: of no recorded lot, where the whole product is recalled.
    is_certain: False where only some packs of the lot are recalled and nobody bound the codes of this parcel.
    has_left: it is not in the producer's house any more. told_at: when the buyer was written to of this recall.
    name, phone, email are empty once the order's personal data were erased.
    """

    order_id: int
    seller_order_id: int
    code: str
    placed_at: datetime
    fulfilment: str
    name: str
    phone: str
    email: str | None
    language: str
    province: str | None
    commune: str | None
    is_erased: bool
    told_at: datetime | None
    packs: Mapping[str, int]
    packs_without_lot: int
    codes: tuple[str, ...]
    is_certain: bool

    @property
    def pack_count(self) -> int:
        return max(sum(self.packs.values()) + self.packs_without_lot, len(self.codes))

    @property
    def has_left(self) -> bool:
        return self.fulfilment not in IN_HOUSE


def recall_buyers(recall: Recall) -> list[AffectedOrder]:
    """Every parcel that held goods of `recall`, oldest first, told or not."""
    packs, codes, all_bound = _packs_by_lot(recall), _bound_codes(recall), _lines_with_codes(recall)
    by_parcel: dict[int, dict[str, int]] = defaultdict(dict)
    codes_of: dict[int, list[str]] = defaultdict(list)
    certain: set[int] = set()
    for line_id, parcel_id, lot_code, count in packs:
        if line_id in all_bound:
            # Its codes are known: they tell whether it holds one of the recalled packs.
            continue
        of_lots = by_parcel[parcel_id]
        of_lots[lot_code] = of_lots.get(lot_code, 0) + count
    for parcel_id, code in codes:
        codes_of[parcel_id].append(code)
        certain.add(parcel_id)
    without_lot = _packs_without_lot(recall)
    found = by_parcel.keys() | codes_of.keys() | without_lot.keys()
    is_of_units = recall.scope == RecallScope.UNITS
    return [
        _order(
            row,
            by_parcel[row.id],
            without_lot.get(row.id, 0),
            codes_of[row.id],
            is_certain=not is_of_units or row.id in certain,
        )
        for row in _parcels(found, recall)
    ]


def _order(
    row: Any, packs: Mapping[str, int], without_lot: int, codes: Sequence[str], *, is_certain: bool
) -> AffectedOrder:
    return AffectedOrder(
        order_id=row.order_id,
        seller_order_id=row.id,
        code=row.code,
        placed_at=row.placed_at,
        fulfilment=row.fulfilment,
        name=row.name,
        phone=row.phone,
        email=row.email,
        language=row.language,
        province=row.province,
        commune=row.commune,
        is_erased=row.erased_at is not None,
        told_at=row.told_at,
        packs=packs,
        packs_without_lot=without_lot,
        codes=tuple(codes),
        is_certain=is_certain,
    )


def news_key(recall_id: int) -> str:
    """Under what `order_news` notes that a buyer was told of a recall."""
    return f"recall:{recall_id}"


def _of_lots(recall: Recall, lot_id: Any) -> ColumnElement[bool]:
    if recall.scope == RecallScope.PRODUCT:
        return Lot.product_id == recall.product_id
    named = [each.lot_id for each in recall.lots]
    return lot_id.in_(named) if named else false()


def _packs_by_lot(recall: Recall) -> Sequence[Any]:
    kept = LineLot.quantity - LineLot.returned_quantity
    return db.session.execute(
        select(OrderLine.id, OrderLine.seller_order_id, Lot.code, kept)
        .join(LineLot, LineLot.line_id == OrderLine.id)
        .join(Lot, Lot.id == LineLot.lot_id)
        .where(kept > 0, _of_lots(recall, LineLot.lot_id))
    ).all()


def _packs_without_lot(recall: Recall) -> dict[int, int]:
    """Packs that no lot on record gave, by number of the parcel, where the whole product is recalled.

    A producer may keep no lots, or sell more than the lots on record had left (decision 0032). What came back and is
    sold again lowered the lots first (`orders.operations.lots`).
    """
    if recall.scope != RecallScope.PRODUCT:
        return {}
    held = _sum(StockHold.quantity, StockHold.line_id, StockHold.state != HoldState.RELEASED.value)
    of_lots = _sum(LineLot.quantity - LineLot.returned_quantity, LineLot.line_id)
    back = _sum(ReturnLine.sellable_quantity, ReturnLine.line_id)
    undone = exists().where(CounterUndo.seller_order_id == OrderLine.seller_order_id)
    packs = held - of_lots - back
    rows = db.session.execute(
        select(OrderLine.seller_order_id, packs)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .where(
            Variant.product_id == recall.product_id,
            SellerOrder.fulfilment != Fulfilment.RETURNED.value,
            ~undone,
            packs > 0,
        )
    )
    of_parcels: dict[int, int] = defaultdict(int)
    for parcel_id, count in rows:
        of_parcels[parcel_id] += count
    return of_parcels


def _sum(packs: Any, line_id: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """SQL of: packs of the line in the rows of a table, 0 where it has none."""
    asked = select(func.coalesce(func.sum(packs), 0)).where(line_id == OrderLine.id, *conditions)
    return asked.correlate(OrderLine).scalar_subquery()


def _bound_codes(recall: Recall) -> Sequence[Any]:
    in_range = exists().where(
        RecallRange.recall_id == recall.id,
        RecallRange.run_id == Stamp.run_id,
        Stamp.number.between(RecallRange.first, RecallRange.last),
    )
    recalled = in_range if recall.scope == RecallScope.UNITS else _of_lots(recall, Lot.id)
    bound: Select[Any] = select(OrderLine.seller_order_id, Stamp.code)  # type: ignore[assignment]
    return db.session.execute(
        bound.join(StampBinding, StampBinding.order_line_id == OrderLine.id)
        .join(Stamp, Stamp.id == StampBinding.stamp_id)
        .join(StampRun, StampRun.id == Stamp.run_id)
        .join(Lot, Lot.id == StampRun.lot_id)
        .where(recalled)
        .order_by(OrderLine.seller_order_id, Stamp.run_id, Stamp.number)
    ).all()


def _lines_with_codes(recall: Recall) -> frozenset[int]:
    """Lines of which every pack has a code of its own that is on record."""
    if recall.scope != RecallScope.UNITS:
        return frozenset()
    lot_ids = [each.lot_id for each in recall.lots]
    asked = (
        select(StampBinding.order_line_id, OrderLine.quantity - OrderLine.cancelled_quantity, func.count())
        .join(OrderLine, OrderLine.id == StampBinding.order_line_id)
        .where(exists().where(LineLot.line_id == OrderLine.id, LineLot.lot_id.in_(lot_ids)))
        .group_by(StampBinding.order_line_id, OrderLine.quantity, OrderLine.cancelled_quantity)
    )
    return frozenset(line_id for line_id, packs, count in db.session.execute(asked) if count >= packs)


def _parcels(parcel_ids: Iterable[int], recall: Recall) -> Iterator[Any]:
    wanted = sorted(parcel_ids)
    for first in range(0, len(wanted), 500):
        yield from db.session.execute(
            select(
                SellerOrder.id,
                SellerOrder.order_id,
                SellerOrder.code,
                SellerOrder.placed_at,
                SellerOrder.fulfilment,
                Order.name,
                Order.phone,
                Order.email,
                Order.language,
                Order.province,
                Order.commune,
                Order.erased_at,
                OrderNews.told_at,
            )
            .join(Order, Order.id == SellerOrder.order_id)
            .outerjoin(
                OrderNews,
                and_(OrderNews.order_id == Order.id, OrderNews.key == news_key(recall.id)),
            )
            .where(SellerOrder.id.in_(wanted[first : first + 500]))
            .order_by(SellerOrder.id)
        )
