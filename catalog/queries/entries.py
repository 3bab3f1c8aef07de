"""Products with all that a program is told of each in a list, a handful of statements however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog.models import Producer, Product, Variant
from catalog.queries.addresses import place_view
from catalog.queries.recognitions import source_view, speaking_recognitions
from catalog.queries.view_models import PlaceView, ProductPage, RecognitionView, SourceView
from core.db import db


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
    register. is_in_stock: for sale, with a pack on the shelf, and no service. source: of the product's own entry.
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
    source: SourceView | None

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
    rows = db.session.scalars(
        select(Product)
        .where(Product.id.in_(product_ids))
        .options(
            joinedload(Product.producer).joinedload(Producer.place),
            joinedload(Product.place),
            joinedload(Product.source),
        )
    )
    products = {row.id: row for row in rows}
    packs = _packs(product_ids)
    recognitions = speaking_recognitions(product_ids, on)
    return [
        _entry(products[each], packs.get(each, (None, 0)), recognitions.get(each))
        for each in product_ids
        if each in products
    ]


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
        is_in_stock=page.is_for_sale and page.on_hand > 0 and not page.is_service,
        is_for_sale=page.is_for_sale,
        is_service=page.is_service,
        is_demonstration=page.is_demonstration,
        is_listed=True,
        source=page.source,
    )


def _packs(product_ids: Sequence[int]) -> dict[int, tuple[int | None, int]]:
    """The lowest price and the packs on the shelf, by product."""
    rows = db.session.execute(
        select(Variant.product_id, func.min(Variant.price_vnd), func.sum(Variant.on_hand))
        .where(Variant.product_id.in_(product_ids))
        .group_by(Variant.product_id)
    )
    return {product_id: (lowest, int(on_hand)) for product_id, lowest, on_hand in rows}


def _entry(row: Product, pack: tuple[int | None, int], recognition: RecognitionView | None) -> ProductEntry:
    maker, (price, on_hand) = row.producer, pack
    home = row.place or (maker.place if maker else None)
    return ProductEntry(
        id=row.id,
        slug=row.slug,
        name=row.name,
        name_en=row.name_en,
        group_no=row.group_no,
        group_as_stated=row.group_as_stated,
        recognition=recognition,
        producer=ProducerRef(slug=maker.slug, name=maker.name, kind=maker.kind) if maker else None,
        origin=place_view(home, maker.kind if maker else None),
        price_vnd=price if row.is_for_sale else None,
        is_in_stock=row.is_for_sale and on_hand > 0 and not row.is_service,
        is_for_sale=row.is_for_sale,
        is_service=row.is_service,
        is_demonstration=row.is_demonstration,
        is_listed=row.is_listed,
        source=source_view(row.source),
    )
