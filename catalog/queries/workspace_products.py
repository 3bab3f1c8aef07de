"""Products as their producer sees them: listed or not, always through the person who asks."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product, Variant
from catalog.permissions.workspace import TEAM
from core.db import ID_MAX, db
from core.text import fold

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductList:
    """One page of a producer's products by name. total: of all pages."""

    total: int
    page: int
    per_page: int
    products: tuple[Product, ...]


def get_own_product(actor: Actor, product_id: int) -> Product:
    """The product, if the person works for its producer, in whatever role. Raises NotYoursError otherwise.

    Whether the role suffices for what is asked is for `catalog.permissions.workspace` to say.
    """
    product = db.session.scalar(_own(actor).where(Product.id == product_id))
    if product is None:
        raise NotYoursError(product_id=product_id)
    return product


def get_own_variant(actor: Actor, variant_id: int) -> Variant:
    """The pack that is offered, if the person works for its producer. Raises NotYoursError otherwise."""
    if not 0 < variant_id <= ID_MAX:
        raise NotYoursError(variant_id=variant_id)
    variant = db.session.scalar(
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(
            Variant.id == variant_id, Variant.withdrawn_at.is_(None), Product.producer_id.in_(_teams(actor))
        )
    )
    if variant is None:
        raise NotYoursError(variant_id=variant_id)
    return variant


def list_own_products(
    actor: Actor, producer_id: int, *, page: int = 1, per_page: int = PER_PAGE, words: str = ""
) -> ProductList:
    """The producer's products with their packs, by name; `page` counts from 1. Three statements.

    words: what the name must contain, with or without tones. Raises NotYoursError if the person does not work there.
    """
    if producer_id not in _teams(actor):
        raise NotYoursError(producer_id=producer_id)
    query = _own(actor).where(Product.producer_id == producer_id)
    return _page(query, page, per_page, words)


def _page(query: Select[Product], page: int, per_page: int, words: str) -> ProductList:
    rows = db.session.execute(query.with_only_columns(Product.id, Product.name)).all()
    wanted = fold(words)
    found = sorted((fold(name), each) for each, name in rows if wanted in fold(name))
    ids = [each for _, each in found[(page - 1) * per_page : page * per_page]]
    products = {
        product.id: product
        for product in db.session.scalars(
            select(Product).where(Product.id.in_(ids)).options(selectinload(Product.variants))
        )
    }
    return ProductList(
        total=len(found), page=page, per_page=per_page, products=tuple(products[each] for each in ids)
    )


def _own(actor: Actor) -> Select[Product]:
    return select(Product).where(Product.producer_id.in_(_teams(actor)))


def _teams(actor: Actor) -> list[int]:
    return [team.producer_id for team in actor.teams if team.role in TEAM]
