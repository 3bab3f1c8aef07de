"""All that the page of one product says."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.errors import ProductNotFoundError
from catalog.models import Producer, Product, Variant
from catalog.ocop_codes import parse_ocop_code, place_of_code
from catalog.queries.addresses import place_view
from catalog.queries.certificates import list_certificates
from catalog.queries.recognitions import list_recognitions, source_view
from catalog.queries.view_models import OcopCodeView, PlaceView, ProducerView, ProductPage, VariantView
from catalog.unit_prices import unit_price
from core.db import db


def get_product_page(slug: str, on: date) -> ProductPage:
    """The listed product with that slug, its recognitions judged for `on`. Four statements.

    Raises ProductNotFoundError (with `slug`) if there is none or it is not listed.
    """
    product = db.session.scalar(
        select(Product)
        .where(Product.slug == slug, Product.is_listed)
        .options(
            joinedload(Product.producer).joinedload(Producer.place),
            joinedload(Product.place),
            joinedload(Product.source),
        )
    )
    if product is None:
        raise ProductNotFoundError(slug=slug)
    recognition, history = list_recognitions(product.id, on)
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
        is_service=product.is_service,
        is_demonstration=product.is_demonstration,
        recorded_at=product.recorded_at,
        ocop_code=_ocop_code_view(product.ocop_code),
        recognition=recognition,
        history=history,
        certificates=list_certificates(product.id, product.producer_id, on),
        producer=producer_view(product.producer, may_call=product.is_for_sale) if product.producer else None,
        origin=_origin(product),
        variants=_list_variants(product.id),
        source=source_view(product.source),
    )


def get_listed_product(slug: str) -> Product:
    """The row of the listed product with that slug. Raises ProductNotFoundError (with `slug`)."""
    product = db.session.scalar(select(Product).where(Product.slug == slug, Product.is_listed))
    if product is None:
        raise ProductNotFoundError(slug=slug)
    return product


def producer_view(producer: Producer, *, may_call: bool) -> ProducerView:
    """`producer` for showing; the telephone only where something of theirs is sold here."""
    return ProducerView(
        id=producer.id,
        slug=producer.slug,
        name=producer.name,
        kind=producer.kind,
        phone=producer.phone if may_call else None,
        founded_year=producer.founded_year,
        is_demonstration=producer.is_demonstration,
        place=place_view(producer.place, producer.kind),
    )


def _origin(product: Product) -> PlaceView | None:
    producer = product.producer
    kind = producer.kind if producer else None
    return place_view(product.place or (producer.place if producer else None), kind)


def _list_variants(product_id: int) -> tuple[VariantView, ...]:
    rows = db.session.scalars(
        select(Variant).where(Variant.product_id == product_id).order_by(Variant.position)
    )
    return tuple(_variant_view(row) for row in rows)


def _variant_view(row: Variant) -> VariantView:
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
        on_hand=row.on_hand,
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
