"""Producers: one with all it has listed, and the list of those who have something listed."""

from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog.errors import ProducerNotFoundError
from catalog.models import Place, Producer, Product, Source
from catalog.models.pictures import Picture, ProductPicture
from catalog.queries.addresses import place_line
from catalog.queries.cards import get_cards
from catalog.queries.certificates import list_producer_certificates
from catalog.queries.pictures import COVER_COLUMNS, cover_view, is_cover_of
from catalog.queries.product import producer_view
from catalog.queries.recognitions import source_view
from catalog.queries.view_models import ProducerLine, ProducerList, ProducerPage, ProducerStory
from core.db import db

PRODUCTS_AT_MOST: Final = 200
"""A guard for the page of one producer; in the national register one holds some fifty products at most."""


def get_producer_page(slug: str, on: date) -> ProducerPage:
    """The producer with that slug and its listed products, for sale first, then by name. Six statements.

    Raises ProducerNotFoundError (with `slug`).
    """
    row = db.session.execute(
        select(Producer, Source)
        .outerjoin(Source, Source.id == Producer.source_id)
        .where(Producer.slug == slug)
        .options(joinedload(Producer.place))
    ).first()
    if row is None:
        raise ProducerNotFoundError(slug=slug)
    producer, source = row
    products = tuple(get_cards(_list_product_ids(producer.id), on))
    return ProducerPage(
        producer=producer_view(producer, producer.place, may_call=any(card.is_for_sale for card in products)),
        story=producer.story,
        story_en=producer.story_en,
        source=source_view(source),
        certificates=list_producer_certificates(producer.id, on),
        products=products,
        away_until=next((card.sale.away_until for card in products if card.is_for_sale), None),
    )


def list_producers(page: int, per_page: int = 48) -> ProducerList:
    """Producers who have something listed, by name; `page` counts from 1. Two statements."""
    listed = (
        select(Product.producer_id, func.count().label("product_count"))
        .where(Product.is_listed, Product.producer_id.is_not(None))
        .group_by(Product.producer_id)
        .subquery()
    )
    total = db.session.scalar(select(func.count()).select_from(listed)) or 0
    rows = db.session.execute(
        select(Producer, Place, listed.c.product_count)
        .join(listed, listed.c.producer_id == Producer.id)
        .outerjoin(Place, Place.id == Producer.place_id)
        .order_by(Producer.slug)
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    lines = tuple(
        ProducerLine(
            slug=producer.slug,
            name=producer.name,
            kind=producer.kind,
            place_line=place_line(place),
            product_count=product_count,
            is_demonstration=producer.is_demonstration,
        )
        for producer, place, product_count in rows
    )
    return ProducerList(total=total, page=page, per_page=per_page, producers=lines)


def count_producers() -> int:
    """How many producers have something listed."""
    return (
        db.session.scalar(select(func.count(func.distinct(Product.producer_id))).where(Product.is_listed))
        or 0
    )


def find_producer_story(on: date) -> ProducerStory | None:
    """One producer with a story and something listed, another each day, or None. Two statements."""
    first_product = (
        select(Product.producer_id, func.min(Product.id).label("id"))
        .where(Product.is_listed)
        .group_by(Product.producer_id)
        .subquery()
    )
    told = (
        select(Producer, Place, Product.illustration, *COVER_COLUMNS)
        .join(first_product, first_product.c.producer_id == Producer.id)
        .join(Product, Product.id == first_product.c.id)
        .outerjoin(Place, Place.id == Producer.place_id)
        .outerjoin(ProductPicture, is_cover_of(Product.__table__.c.id))
        .outerjoin(Picture, Picture.id == ProductPicture.picture_id)
        .where(Producer.story.is_not(None))
    )
    total = (
        db.session.scalar(select(func.count()).select_from(told.with_only_columns(Producer.id).subquery()))
        or 0
    )
    if total == 0:
        return None
    row = db.session.execute(told.order_by(Producer.id).offset(on.toordinal() % total).limit(1)).one()
    producer, place = row.Producer, row.Place
    return ProducerStory(
        slug=producer.slug,
        name=producer.name,
        kind=producer.kind,
        place_line=place_line(place),
        story=producer.story or "",
        story_en=producer.story_en,
        illustration=row.illustration,
        is_demonstration=producer.is_demonstration,
        cover=cover_view(row),
    )


def _list_product_ids(producer_id: int) -> list[int]:
    rows = db.session.scalars(
        select(Product.id)
        .where(Product.producer_id == producer_id, Product.is_listed)
        .order_by(Product.is_for_sale.desc(), Product.slug)
        .limit(PRODUCTS_AT_MOST)
    )
    return list(rows)
