"""Products with all that a program is told of each in a list, a handful of statements however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, select

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Place, Producer, Product, Variant
from catalog.models.listings import ProductSeason
from catalog.queries.addresses import place_view
from catalog.queries.recognitions import speaking_recognitions
from catalog.queries.sale_days import away_until, is_stopped, sale_days
from catalog.queries.view_models import PlaceView, ProductPage, RecognitionView
from core.db import db
from core.rows import RowParts

# Put together once, because building a statement costs as much as running it; plain rows of what an entry tells.
_PRODUCT, _PRODUCER = Product.__table__.c, Producer.__table__.c
_PLACE, _VARIANT = Place.__table__.c, Variant.__table__.c
_SEASON = ProductSeason.__table__.c
_PARTS: Final = RowParts(
    (
        _PRODUCT.id,
        _PRODUCT.slug,
        _PRODUCT.name,
        _PRODUCT.name_en,
        _PRODUCT.group_no,
        _PRODUCT.group_as_stated,
        _PRODUCT.is_for_sale,
        _PRODUCT.is_demonstration,
        _PRODUCT.is_listed,
    ),
    (_PRODUCER.slug, _PRODUCER.name, _PRODUCER.kind),
    _PLACE,
)
_IDS: Final[BindParameter[int]] = bindparam("product_ids", expanding=True)
_PRODUCTS: Final = (
    select(*_PARTS.columns, _SEASON.months, away_until, is_stopped)
    .select_from(Product.__table__)
    .outerjoin(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
    .outerjoin(ProductSeason.__table__, _SEASON.product_id == _PRODUCT.id)
    # Where it is made: its own place, else the producer's.
    .outerjoin(Place.__table__, _PLACE.id == func.coalesce(_PRODUCT.place_id, _PRODUCER.place_id))
    .where(_PRODUCT.id.in_(_IDS))
)
_PACKS: Final = (
    select(_VARIANT.product_id, func.min(_VARIANT.price_vnd), func.sum(_VARIANT.on_hand - _VARIANT.reserved))
    .where(_VARIANT.product_id.in_(_IDS), _VARIANT.withdrawn_at.is_(None))
    .group_by(_VARIANT.product_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerRef:
    """Who makes a product."""

    slug: str
    name: str
    kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductEntry:
    """A product as programs are told of it.

    recognition: the one that speaks for it on the day asked for. price_vnd: of its cheapest pack, None in the
    register. is_in_stock: for sale, with a pack on the shelf, and no service.
    """

    id: int
    slug: str
    name: str
    name_en: str | None
    group_no: int | None
    group_as_stated: str | None
    recognition: RecognitionView | None
    producer: ProducerRef | None
    origin: PlaceView | None
    price_vnd: int | None
    is_in_stock: bool
    is_for_sale: bool
    is_service: bool
    is_demonstration: bool
    is_listed: bool

    @property
    def stars(self) -> int | None:
        """3, 4, 5 or None: what may be shown on the day asked for."""
        return None if self.recognition is None else self.recognition.stars_shown


def get_entries(product_ids: Sequence[int], on: date) -> list[ProductEntry]:
    """The products, listed or not, in the order of `product_ids`, judged for `on`. Three statements.

    Ids that belong to no product are left out.
    """
    if not product_ids:
        return []
    wanted = {"product_ids": product_ids}
    packs = {each: (lowest, int(available)) for each, lowest, available in db.session.execute(_PACKS, wanted)}
    recognitions = speaking_recognitions(product_ids, on)
    entries = {
        row[0]: _entry(row, packs.get(row[0], (None, 0)), recognitions.get(row[0]), on)
        for row in db.session.execute(_PRODUCTS, {**wanted, "on": on}).all()
    }
    return [entries[each] for each in product_ids if each in entries]


def entry_of(page: ProductPage) -> ProductEntry:
    """What a list tells of the product that `page` tells everything of."""
    maker, cheapest = page.producer, page.cheapest
    return ProductEntry(
        id=page.id,
        slug=page.slug,
        name=page.name,
        name_en=page.name_en,
        group_no=page.group_no,
        group_as_stated=page.group_as_stated,
        recognition=page.recognition,
        producer=ProducerRef(slug=maker.slug, name=maker.name, kind=maker.kind) if maker else None,
        origin=page.origin,
        price_vnd=cheapest.price_vnd if cheapest and page.is_for_sale else None,
        is_in_stock=page.is_for_sale and page.available > 0 and not page.is_service and page.sale.is_open,
        is_for_sale=page.is_for_sale,
        is_service=page.is_service,
        is_demonstration=page.is_demonstration,
        is_listed=True,
    )


def _entry(
    row: Any, pack: tuple[int | None, int], recognition: RecognitionView | None, on: date
) -> ProductEntry:
    product, maker, home = _PARTS.take_apart(row)
    is_open = sale_days(row.months, row.away_until, on, is_stopped=row.is_stopped).is_open
    kind = maker.kind if maker else None
    price, available = pack
    is_service = product.group_no == SERVICE_GROUP_NUMBER
    return ProductEntry(
        id=product.id,
        slug=product.slug,
        name=product.name,
        name_en=product.name_en,
        group_no=product.group_no,
        group_as_stated=product.group_as_stated,
        recognition=recognition,
        producer=ProducerRef(slug=maker.slug, name=maker.name, kind=kind) if maker else None,
        origin=place_view(home, kind),
        price_vnd=price if product.is_for_sale else None,
        is_in_stock=product.is_for_sale and available > 0 and not is_service and is_open,
        is_for_sale=product.is_for_sale,
        is_service=is_service,
        is_demonstration=product.is_demonstration,
        is_listed=product.is_listed,
    )
