"""Products as cards of a list."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from catalog.models import Place, Producer, Product, Variant
from catalog.queries.addresses import former_province_name, place_line
from catalog.queries.recognitions import recognition_facts
from catalog.queries.view_models import ProductCard
from catalog.stars import RecognitionFacts, effective, stars_on, state_on
from catalog.unit_prices import unit_price
from core.db import db

_ProductRow = tuple[Product, str | None, Place | None]
"""A product, its producer's name and where it is made: its own place, else the producer's."""


def get_cards(product_ids: Sequence[int], on: date) -> list[ProductCard]:
    """Cards of the listed products among `product_ids`, in that order, stars judged for `on`.

    Three statements, however many products. Ids that are not listed (any more) are left out.
    """
    if not product_ids:
        return []
    products = _list_products(product_ids)
    variants = _list_variants(product_ids)
    facts = recognition_facts(product_ids)
    return [
        _card(products[product_id], variants.get(product_id, []), facts.get(product_id, []), on)
        for product_id in product_ids
        if product_id in products
    ]


def _list_products(product_ids: Sequence[int]) -> dict[int, _ProductRow]:
    of_product, of_producer = aliased(Place), aliased(Place)
    rows = db.session.execute(
        select(Product, Producer.name, of_product, of_producer)
        .outerjoin(Producer, Producer.id == Product.producer_id)
        .outerjoin(of_product, of_product.id == Product.place_id)
        .outerjoin(of_producer, of_producer.id == Producer.place_id)
        .where(Product.id.in_(product_ids), Product.is_listed)
        .execution_options(populate_existing=True)
    )
    return {product.id: _row(product, name, place, home) for product, name, place, home in rows}


def _row(product: Product, producer_name: str | None, place: Place | None, home: Place | None) -> _ProductRow:
    return product, producer_name, home if place is None else place


def _list_variants(product_ids: Sequence[int]) -> dict[int, list[Variant]]:
    found: defaultdict[int, list[Variant]] = defaultdict(list)
    rows = db.session.scalars(
        select(Variant)
        .where(Variant.product_id.in_(product_ids))
        .order_by(func.coalesce(Variant.price_vnd, 1 << 62), Variant.position)
        .execution_options(populate_existing=True)
    )
    for variant in rows:
        found[variant.product_id].append(variant)
    return dict(found)


def _card(
    row: _ProductRow, variants: Sequence[Variant], facts: Sequence[RecognitionFacts], on: date
) -> ProductCard:
    product, producer_name, place = row
    speaking = effective(facts, on)
    pack = variants[0] if variants else None
    per_unit = unit_price(pack.price_vnd, pack.net_quantity, pack.net_unit) if pack else None
    return ProductCard(
        id=product.id,
        slug=product.slug,
        name=product.name,
        name_en=product.name_en,
        stars=stars_on(facts, on),
        state=state_on(speaking, on).value if speaking else None,
        producer_name=producer_name,
        place_line=place_line(place),
        former_province=former_province_name(place),
        price_vnd=pack.price_vnd if pack else None,
        pack_label=pack.label if pack else None,
        pack_label_en=pack.label_en if pack else None,
        net_quantity=pack.net_quantity if pack else None,
        net_unit=pack.net_unit if pack else None,
        unit_price_vnd=per_unit.price_vnd if per_unit else None,
        unit_price_per=per_unit.per if per_unit else None,
        on_hand=sum(variant.on_hand for variant in variants),
        is_for_sale=product.is_for_sale,
        is_service=product.is_service,
        is_demonstration=product.is_demonstration,
        illustration=product.illustration,
        group_no=product.group_no,
    )
