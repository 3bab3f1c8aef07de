"""All that the page of one product says."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select

from catalog.errors import ProductNotFoundError
from catalog.groups import SERVICE_GROUP_NUMBER
from catalog.models import Place, Producer, Product, Source, Variant
from catalog.ocop_codes import parse_ocop_code, place_of_code
from catalog.queries.addresses import place_view
from catalog.queries.certificates import list_certificates
from catalog.queries.pictures import list_pictures
from catalog.queries.recognitions import list_recognitions, source_view
from catalog.queries.sale_days import get_sale_and_label
from catalog.queries.view_models import OcopCodeView, ProducerView, ProductPage, VariantView
from catalog.unit_prices import unit_price
from core.db import db
from core.rows import RowParts

# Statements are put together once, because building one costs as much as running it, and read plain rows.
_PRODUCT, _PRODUCER = Product.__table__.c, Producer.__table__.c
_OWN_PLACE, _HOME = Place.__table__.alias("own_place"), Place.__table__.alias("home")
_SOURCE, _VARIANT = Source.__table__.c, Variant.__table__.c
_SHOWN: Final = [column for column in _PRODUCT if column.name not in {"search_text", "register_key"}]
_PARTS: Final = RowParts(_SHOWN, _PRODUCER, _OWN_PLACE.c, _HOME.c, _SOURCE)
_BY_SLUG: Final = (
    select(*_PARTS.columns)
    .select_from(Product.__table__)
    .outerjoin(Producer.__table__, _PRODUCER.id == _PRODUCT.producer_id)
    .outerjoin(_OWN_PLACE, _OWN_PLACE.c.id == _PRODUCT.place_id)
    .outerjoin(_HOME, _HOME.c.id == _PRODUCER.place_id)
    .outerjoin(Source.__table__, _SOURCE.id == _PRODUCT.source_id)
    .where(_PRODUCT.slug == bindparam("slug"), _PRODUCT.is_listed)
)
_VARIANTS: Final = (
    select(*_VARIANT)
    .where(_VARIANT.product_id == bindparam("product_id"), _VARIANT.withdrawn_at.is_(None))
    .order_by(_VARIANT.position)
)


def get_product_page(slug: str, on: date) -> ProductPage:
    """The listed product with that slug, its recognitions judged for `on`. Six statements.

    Raises ProductNotFoundError (with `slug`) if there is none or it is not listed.
    """
    row = db.session.execute(_BY_SLUG, {"slug": slug}).first()
    if row is None:
        raise ProductNotFoundError(slug=slug)
    product, producer, own_place, home, source = _PARTS.take_apart(row)
    recognition, history = list_recognitions(product.id, on)
    sale, label = get_sale_and_label(product.id, on)
    return ProductPage(
        id=product.id,
        slug=product.slug,
        name=product.name,
        name_en=product.name_en,
        group_no=product.group_no,
        group_as_stated=product.group_as_stated,
        sub_group_no=product.sub_group_no,
        criteria_set=product.criteria_set,
        illustration=product.illustration,
        summary=product.summary,
        summary_en=product.summary_en,
        story=product.story,
        story_en=product.story_en,
        ingredients=product.ingredients,
        ingredients_en=product.ingredients_en,
        storage=product.storage,
        storage_en=product.storage_en,
        is_for_sale=product.is_for_sale,
        is_service=product.group_no == SERVICE_GROUP_NUMBER,
        is_demonstration=product.is_demonstration,
        recorded_at=product.recorded_at,
        ocop_code=_ocop_code_view(product.ocop_code),
        recognition=recognition,
        history=history,
        certificates=list_certificates(product.id, product.producer_id, on),
        producer=producer_view(producer, home, may_call=product.is_for_sale) if producer else None,
        origin=place_view(own_place or home, producer.kind if producer else None),
        variants=_list_variants(product.id),
        source=source_view(source),
        sale=sale,
        label=label,
        pictures=list_pictures(product.id),
    )


def get_listed_product(slug: str) -> Product:
    """The row of the listed product with that slug. Raises ProductNotFoundError (with `slug`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug, Product.is_listed))
    if product is None:
        raise ProductNotFoundError(slug=slug)
    return product


def producer_view(producer: Producer, home: Place | None, *, may_call: bool) -> ProducerView:
    """`producer`, whose place is `home`, for showing; the telephone only where something of theirs is sold here."""
    return ProducerView(
        id=producer.id,
        slug=producer.slug,
        name=producer.name,
        kind=producer.kind,
        phone=producer.phone if may_call else None,
        founded_year=producer.founded_year,
        is_demonstration=producer.is_demonstration,
        place=place_view(home, producer.kind),
    )


def _list_variants(product_id: int) -> tuple[VariantView, ...]:
    rows = db.session.execute(_VARIANTS, {"product_id": product_id})
    return tuple(_variant_view(row) for row in rows)


def _variant_view(row: Any) -> VariantView:
    per_unit = unit_price(row.price_vnd, row.net_quantity, row.net_unit)
    return VariantView(
        id=row.id,
        label=row.label,
        label_en=row.label_en,
        net_quantity=row.net_quantity,
        net_unit=row.net_unit,
        price_vnd=row.price_vnd,
        unit_price_vnd=per_unit.price_vnd if per_unit else None,
        unit_price_per=per_unit.per if per_unit else None,
        available=row.on_hand - row.reserved,
        gtin=row.gtin,
    )


def _ocop_code_view(text: str | None) -> OcopCodeView | None:
    if not text:
        return None
    code = parse_ocop_code(text)
    place = place_of_code(code)
    return OcopCodeView(
        text=code.text,
        province=place.province.name if place.province else None,
        district=place.district,
        commune=place.commune,
        ordinal=code.ordinal,
        year=code.year,
    )
