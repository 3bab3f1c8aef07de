"""Products as cards of a list."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, func, select

from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Place, Producer, Product, Variant
from catalog.models.listings import ProductSeason
from catalog.models.pictures import Picture, ProductPicture
from catalog.queries.addresses import former_province_name, place_line
from catalog.queries.pictures import COVER_COLUMNS, cover_view, is_cover_of
from catalog.queries.recognitions import recognition_facts
from catalog.queries.sale_days import away_until, is_stopped, sale_days
from catalog.queries.view_models import ProductCard
from catalog.stars import RecognitionFacts, effective, stars_on, state_on
from catalog.unit_prices import unit_price
from core.db import db

_PRODUCT, _PRODUCER = Product.__table__.c, Producer.__table__.c
_PLACE, _VARIANT = Place.__table__.c, Variant.__table__.c
_SEASON = ProductSeason.__table__.c

# Lists draw two dozen cards at a time. So these statements are put together once, and read plain rows of only what a
# card shows: a tenth of what the same costs with statements built for each call and objects that can be changed.
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("product_ids", expanding=True)
_PRODUCTS: Final = (
    select(
        _PRODUCT.id,
        _PRODUCT.slug,
        _PRODUCT.name,
        _PRODUCT.name_en,
        _PRODUCT.is_for_sale,
        _PRODUCT.is_demonstration,
        _PRODUCT.illustration,
        _PRODUCT.group_no,
        _SEASON.months,
        away_until,
        is_stopped,
        *COVER_COLUMNS,
        _PRODUCER.name.label("producer_name"),
        _PLACE.vintage,
        _PLACE.commune,
        _PLACE.province,
        _PLACE.old_province_code,
        _PLACE.current_commune,
        _PLACE.current_province_code,
        _PLACE.current_province,
    )
    .select_from(Product.__table__)
    .outerjoin(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
    .outerjoin(ProductSeason.__table__, _SEASON.product_id == _PRODUCT.id)
    .outerjoin(ProductPicture.__table__, is_cover_of(_PRODUCT.id))
    .outerjoin(Picture.__table__, Picture.__table__.c.id == ProductPicture.__table__.c.picture_id)
    # Where it is made: its own place, else the producer's.
    .outerjoin(Place.__table__, _PLACE.id == func.coalesce(_PRODUCT.place_id, _PRODUCER.place_id))
    .where(_PRODUCT.id.in_(_IDS), _PRODUCT.is_listed)
)
_VARIANTS: Final = (
    select(
        _VARIANT.product_id,
        _VARIANT.label,
        _VARIANT.label_en,
        _VARIANT.net_quantity,
        _VARIANT.net_unit,
        _VARIANT.price_vnd,
        (_VARIANT.on_hand - _VARIANT.reserved).label("available"),
    )
    .where(_VARIANT.product_id.in_(_IDS), _VARIANT.withdrawn_at.is_(None))
    .order_by(_VARIANT.price_vnd.is_(None), _VARIANT.price_vnd, _VARIANT.position)
)


def get_cards(product_ids: Sequence[int], on: date) -> list[ProductCard]:
    """Cards of the listed products among `product_ids`, in that order, stars judged for `on`.

    Three statements, however many products. Ids that are not listed (any more) are left out.
    """
    if not product_ids:
        return []
    wanted = {"product_ids": product_ids}
    products = {row.id: row for row in db.session.execute(_PRODUCTS, {**wanted, "on": on}).all()}
    variants: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_VARIANTS, wanted).all():
        variants[row.product_id].append(row)
    facts = recognition_facts(product_ids)
    return [
        _card(products[product_id], variants.get(product_id, []), facts.get(product_id, []), on)
        for product_id in product_ids
        if product_id in products
    ]


def _card(product: Any, variants: Sequence[Any], facts: Sequence[RecognitionFacts], on: date) -> ProductCard:
    """product: a row of _PRODUCTS, which names the parts of its place like a Place. variants: rows of _VARIANTS."""
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
        producer_name=product.producer_name,
        place_line=place_line(product),
        former_province=former_province_name(product),
        price_vnd=pack.price_vnd if pack else None,
        pack_label=pack.label if pack else None,
        pack_label_en=pack.label_en if pack else None,
        net_quantity=pack.net_quantity if pack else None,
        net_unit=pack.net_unit if pack else None,
        unit_price_vnd=per_unit.price_vnd if per_unit else None,
        unit_price_per=per_unit.per if per_unit else None,
        available=sum(variant.available for variant in variants),
        is_for_sale=product.is_for_sale,
        is_service=product.group_no == SERVICE_GROUP_NUMBER,
        is_demonstration=product.is_demonstration,
        illustration=product.illustration,
        group_no=product.group_no,
        sale=sale_days(product.months, product.away_until, on, is_stopped=product.is_stopped),
        cover=cover_view(product),
    )
