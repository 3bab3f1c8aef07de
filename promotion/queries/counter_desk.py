"""The page of a booth in the workspace: what lies there, what was sold today, what waits for a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from catalog.models import Product, Variant
from core.db import ID_MAX, db
from orders.models.slices import StockSlice
from orders.queries.slices import find_last_carried, list_slices
from promotion.booth_terms.items import Buyer, ItemFaultError, SoldItem, parse_item
from promotion.booth_terms.rules import Notice
from promotion.errors.counter import BoothNotFoundError
from promotion.models.counter import BoothDevice, BoothItem, DayEnd, Outcome
from promotion.models.fairs import Participation
from promotion.queries.counter import list_devices, place_of
from promotion.queries.counter_days import DaySums, get_day, list_day_ends


@dataclass(frozen=True, slots=True)
class AllotableGoods:
    """A pack that may be taken along. available: packs in the shop that nobody has reserved."""

    variant_id: int
    name: str
    name_en: str | None
    pack: str
    pack_en: str | None
    available: int


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A sale that waits for a word. lines: name and packs; total_vnd: what was taken for it.

    buyer: to whom the goods go, where the address cannot be right; None where goods are missing.
    """

    item: BoothItem
    lines: tuple[tuple[str, int], ...]
    total_vnd: int
    buyer: Buyer | None = None


@dataclass(frozen=True, slots=True)
class CounterPage:
    """All that the page shows.

    synced_at: when the booth's telephone last told what it did. carried_id: the last row of packs carried there.
    """

    slices: Sequence[StockSlice]
    goods: Sequence[AllotableGoods]
    devices: Sequence[BoothDevice]
    today: DaySums
    conflicts: Sequence[OpenItem]
    refused: Sequence[BoothItem]
    day_ends: Sequence[DayEnd]
    synced_at: datetime | None
    carried_id: int

    @property
    def left(self) -> int:
        return sum(each.left for each in self.slices)


def get_counter_page(booth: Participation, *, on: date) -> CounterPage:
    """The page of a booth on a day in Vietnam."""
    devices = list_devices(booth.id)
    return CounterPage(
        slices=list_slices(place_of(booth.id)),
        goods=list_allotable(booth.producer_id),
        devices=devices,
        today=get_day(booth.id, on),
        conflicts=[_open(each) for each in _items(booth.id, Outcome.CONFLICT)],
        refused=_items(booth.id, Outcome.REFUSED)[-20:],
        day_ends=list_day_ends(booth.id)[:20],
        synced_at=max((each.synced_at for each in devices if each.synced_at), default=None),
        carried_id=find_last_carried(place_of(booth.id)).id,
    )


def list_allotable(producer_id: int) -> list[AllotableGoods]:
    """Packs of the producer that are offered, with what is free of each."""
    variant, product = Variant.__table__.c, Product.__table__.c
    rows = db.session.execute(
        select(
            variant.id,
            product.name,
            product.name_en,
            variant.label,
            variant.label_en,
            (variant.on_hand - variant.reserved).label("available"),
        )
        .select_from(Variant.__table__)
        .join(Product.__table__, product.id == variant.product_id)
        .where(product.producer_id == producer_id, variant.withdrawn_at.is_(None), product.is_listed)
        .order_by(product.name, variant.position, variant.id)
    )
    return [AllotableGoods(*row) for row in rows]


def get_own_day_end(participation_id: int, day_end_id: int) -> DayEnd:
    """A count of the booth. Raises BoothNotFoundError."""
    found = db.session.get(DayEnd, day_end_id) if 0 < day_end_id <= ID_MAX else None
    if found is None or found.participation_id != participation_id:
        raise BoothNotFoundError(day_end_id=day_end_id)
    return found


def _items(participation_id: int, outcome: Outcome) -> Sequence[BoothItem]:
    return db.session.scalars(
        select(BoothItem)
        .where(BoothItem.participation_id == participation_id, BoothItem.outcome == outcome.value)
        .order_by(BoothItem.received_at, BoothItem.id)
        .execution_options(populate_existing=True)
    ).all()


def _open(item: BoothItem) -> OpenItem:
    try:
        what: Any = parse_item(item.payload).what
    except ItemFaultError:
        return OpenItem(item, (), 0)
    if not isinstance(what, SoldItem):
        return OpenItem(item, (), 0)
    names = {
        row.id: f"{row.name}, {row.label}"
        for row in db.session.execute(
            select(Variant.id, Product.name, Variant.label)
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.id.in_([line.variant_id for line in what.lines]))
        )
    }
    lines = tuple((names.get(line.variant_id, ""), line.quantity) for line in what.lines)
    is_address = any(name == Notice.ADDRESS for name, _facts in item.told)
    return OpenItem(item, lines, what.total_vnd, what.buyer if is_address else None)
