"""Goods as other shelves need them, block by block, however many there are: about a dozen statements for each block.

Everything that depends on the day is judged for the day handed in. Plain rows are read and let go, so that a walk
through the whole shop holds no more than one block in memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Place, Producer, Product, Variant
from catalog.models.listings import ProductLabel, ProductSeason
from catalog.models.pictures import Picture, ProductPicture
from catalog.queries.addresses import place_line, place_view
from catalog.queries.pictures import PictureView
from catalog.queries.recognitions import recognition_facts
from catalog.queries.sale_days import away_until, is_stopped, sale_days
from catalog.queries.sale_terms import UNRULED, GoodsTerms, list_sale_terms
from catalog.stars import RecognitionFacts, effective, last_day_on, stars_on
from core.db import db
from core.rows import RowParts
from orders.models.delivery import PackWeight
from promotion.models.channels import ChannelExclusion, PlatformCategory
from traceability.models import CloneDecision, CloneDoubt, CloneOutcome, Lot, Stamp, StampRun
from traceability.queries.recalls import recalled_products

BLOCK_SIZE: Final = 250
PICTURES_MOST: Final = 9
COPIED_DAYS: Final = 90
"""How long goods stay off other shelves after a person confirmed that one of their codes was copied. Our own rule:
by then what carried it is mostly sold (docs/decisions/0055)."""

_PRODUCT, _PRODUCER = Product.__table__.c, Producer.__table__.c
_PLACE, _VARIANT = Place.__table__.c, Variant.__table__.c
_LABEL, _SEASON = ProductLabel.__table__.c, ProductSeason.__table__.c
_SHOWN, _PICTURE = ProductPicture.__table__.c, Picture.__table__.c
_WEIGHT = PackWeight.__table__.c
_IDS: Final[BindParameter[Any]] = bindparam("product_ids", expanding=True)
_PARTS: Final = RowParts(
    (
        _PRODUCT.id,
        _PRODUCT.slug,
        _PRODUCT.name,
        _PRODUCT.group_no,
        _PRODUCT.criteria_set,
        _PRODUCT.summary,
        _PRODUCT.story,
        _PRODUCT.ingredients,
        _PRODUCT.storage,
        _PRODUCT.is_listed,
        _PRODUCT.is_for_sale,
        _PRODUCT.is_demonstration,
        _PRODUCT.illustration,
    ),
    (_PRODUCER.id, _PRODUCER.name, _PRODUCER.kind),
    _PLACE,
    (_LABEL.product_id, _LABEL.origin, _LABEL.shelf_life_days),
)
_GOODS: Final = (
    select(*_PARTS.columns, _SEASON.months, away_until, is_stopped)
    .select_from(Product.__table__)
    .join(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
    .outerjoin(ProductLabel.__table__, _LABEL.product_id == _PRODUCT.id)
    .outerjoin(ProductSeason.__table__, _SEASON.product_id == _PRODUCT.id)
    # Where it is made: its own place, else the producer's.
    .outerjoin(Place.__table__, _PLACE.id == func.coalesce(_PRODUCT.place_id, _PRODUCER.place_id))
    .where(_PRODUCT.id > bindparam("after"))
    .order_by(_PRODUCT.id)
    .limit(BLOCK_SIZE)
)
_ON_SALE: Final = _GOODS.where(_PRODUCT.is_listed, _PRODUCT.is_for_sale)
_OWN: Final = _GOODS.where(_PRODUCT.producer_id == bindparam("producer_id"))
_PACKS: Final = (
    select(
        _VARIANT.product_id,
        _VARIANT.id,
        _VARIANT.label,
        _VARIANT.net_quantity,
        _VARIANT.net_unit,
        _VARIANT.price_vnd,
        (_VARIANT.on_hand - _VARIANT.reserved).label("available"),
        _VARIANT.gtin,
        _WEIGHT.weight_g,
    )
    .select_from(Variant.__table__)
    .outerjoin(PackWeight.__table__, _WEIGHT.variant_id == _VARIANT.id)
    .where(_VARIANT.product_id.in_(_IDS), _VARIANT.withdrawn_at.is_(None))
    .order_by(_VARIANT.product_id, _VARIANT.position)
)
_PICTURES: Final = (
    select(_SHOWN.product_id, _PICTURE.key, _PICTURE.width, _PICTURE.height)
    .join_from(ProductPicture.__table__, Picture.__table__, _PICTURE.id == _SHOWN.picture_id)
    .where(_SHOWN.product_id.in_(_IDS), _SHOWN.removed_at.is_(None), _SHOWN.position <= PICTURES_MOST)
    .order_by(_SHOWN.product_id, _SHOWN.position)
)
_LATER: Final = aliased(CloneDecision)
_LAST_DECISION: Final = (
    select(func.max(_LATER.id))
    .where(_LATER.doubt_id == CloneDoubt.id)
    .correlate(CloneDoubt)
    .scalar_subquery()
)
_COPIED: Final = (
    select(Lot.product_id)
    .join(StampRun, StampRun.lot_id == Lot.id)
    .join(Stamp, Stamp.run_id == StampRun.id)
    .join(CloneDoubt, CloneDoubt.stamp_id == Stamp.id)
    .join(CloneDecision, CloneDecision.id == _LAST_DECISION)
    .where(
        Lot.product_id.in_(_IDS),
        CloneDecision.outcome == CloneOutcome.CONFIRMED_COPY.value,
        CloneDecision.decided_at > bindparam("since"),
    )
)
_KEPT_OFF: Final = select(ChannelExclusion.product_id, ChannelExclusion.channel).where(
    ChannelExclusion.product_id.in_(_IDS), ChannelExclusion.ended_at.is_(None)
)
_CATEGORIES: Final = select(
    PlatformCategory.product_id, PlatformCategory.channel, PlatformCategory.category
).where(PlatformCategory.product_id.in_(_IDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack on offer. available: packs that may be bought. weight_g: as sent, None if nobody weighed it."""

    id: int
    label: str
    net_quantity: int | None
    net_unit: str | None
    price_vnd: int | None
    available: int
    gtin: str | None
    weight_g: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A product with all that a shelf may want to know of it.

    recognition: the one that speaks for it on the day; stars: what may be shown, None for none; recognised_until: the
    last day of it. origin: of the label.
    kept_off: shelves from which the producer keeps it. categories: on platforms, as the producer wrote them.
    """

    id: int
    slug: str
    name: str
    group_no: int | None
    criteria_set: int | None
    summary: str | None
    story: str | None
    ingredients: str | None
    storage: str | None
    origin: str | None
    shelf_life_days: int | None
    producer_id: int
    producer_name: str
    place_line: str | None
    province: str | None
    province_code: str
    stars: int | None
    recognition: RecognitionFacts | None
    recognised_until: date | None
    is_listed: bool
    is_for_sale: bool
    is_service: bool
    is_demonstration: bool
    is_recalled: bool
    is_copied: bool
    is_open: bool
    terms: GoodsTerms
    packs: tuple[Pack, ...]
    pictures: tuple[PictureView, ...]
    illustration: str | None
    kept_off: frozenset[str]
    categories: dict[str, str]


def iter_goods_on_sale(on: date, now: datetime) -> Iterator[Goods]:
    """Everything the shop offers, by id, a block of BLOCK_SIZE in memory at a time."""
    return _walk(_ON_SALE, {}, on, now)


def iter_own_goods(producer_id: int, on: date, now: datetime) -> Iterator[Goods]:
    """All products of a producer, listed or not, by id."""
    return _walk(_OWN, {"producer_id": producer_id}, on, now)


def _walk(block: Select[Any], wanted: dict[str, Any], on: date, now: datetime) -> Iterator[Goods]:
    after = 0
    while rows := db.session.execute(block, {**wanted, "after": after, "on": on}).all():
        yield from _Block([row[0] for row in rows], on, now).goods_of(rows)
        after = rows[-1][0]
        if len(rows) < BLOCK_SIZE:
            return


class _Block:
    """What belongs to the products of a block, by product."""

    def __init__(self, ids: Sequence[int], on: date, now: datetime) -> None:
        wanted = {"product_ids": ids}
        self._on = on
        self._packs = _grouped(db.session.execute(_PACKS, wanted).all())
        self._pictures = _grouped(db.session.execute(_PICTURES, wanted).all())
        self._facts = recognition_facts(ids)
        self._terms = list_sale_terms(ids, on)
        self._recalled: Collection[int] = recalled_products(ids)
        since = now - timedelta(days=COPIED_DAYS)
        self._copied = frozenset(db.session.scalars(_COPIED, {**wanted, "since": since}))
        self._kept_off = _grouped(db.session.execute(_KEPT_OFF, wanted).all())
        self._categories = _grouped(db.session.execute(_CATEGORIES, wanted).all())

    def goods_of(self, rows: Sequence[Any]) -> Iterator[Goods]:
        for row in rows:
            yield self._goods(row)

    def _goods(self, row: Any) -> Goods:
        product, maker, place, label = _PARTS.take_apart(row)
        facts = self._facts.get(product.id, [])
        home, speaking = place_view(place, maker.kind), effective(facts, self._on)
        return Goods(
            id=product.id,
            slug=product.slug,
            name=product.name,
            group_no=product.group_no,
            criteria_set=product.criteria_set,
            summary=product.summary,
            story=product.story,
            ingredients=product.ingredients,
            storage=product.storage,
            origin=label.origin if label else None,
            shelf_life_days=label.shelf_life_days if label else None,
            producer_id=maker.id,
            producer_name=maker.name,
            place_line=place_line(place),
            province=home.province if home else None,
            province_code=(place.current_province_code if place else None) or "",
            stars=stars_on(facts, self._on),
            recognition=speaking,
            recognised_until=last_day_on(speaking, self._on) if speaking else None,
            is_listed=product.is_listed,
            is_for_sale=product.is_for_sale,
            is_service=product.group_no == SERVICE_GROUP_NUMBER,
            is_demonstration=product.is_demonstration,
            is_recalled=bool(row.is_stopped) or product.id in self._recalled,
            is_copied=product.id in self._copied,
            is_open=sale_days(row.months, row.away_until, self._on, is_stopped=row.is_stopped).is_open,
            terms=self._terms.get(product.id, UNRULED),
            packs=tuple(_pack(each) for each in self._packs.get(product.id, ())),
            pictures=tuple(
                PictureView(each[1], each[2], each[3]) for each in self._pictures.get(product.id, ())
            ),
            illustration=product.illustration,
            kept_off=frozenset(each[1] for each in self._kept_off.get(product.id, ())),
            categories={each[1]: each[2] for each in self._categories.get(product.id, ())},
        )


def _pack(row: Any) -> Pack:
    return Pack(
        id=row.id,
        label=row.label,
        net_quantity=row.net_quantity,
        net_unit=row.net_unit,
        price_vnd=row.price_vnd,
        available=row.available,
        gtin=row.gtin,
        weight_g=row.weight_g,
    )


def _grouped(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
