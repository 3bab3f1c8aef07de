"""Goods whose names speak of stars that they do not have: none of our own promotion shows or prints them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from catalog.models import Product
from catalog.queries.recognitions import recognition_facts
from catalog.queries.view_models import ProductCard
from catalog.stars import stars_on
from core.db import db
from promotion.channel_rules import wrong_star_claim


def is_misnamed(card: ProductCard) -> bool:
    """Whether the name, in either language, speaks of other stars than the card may show."""
    return wrong_star_claim(_names(card.name, card.name_en), card.stars)


def find_misnamed(product_ids: Collection[int], on: date) -> frozenset[int]:
    """Those of the products whose name speaks of other stars than may be shown on the day. Two statements at most."""
    if not product_ids:
        return frozenset()
    rows = db.session.execute(
        select(Product.id, Product.name, Product.name_en).where(Product.id.in_(product_ids))
    )
    names = {row.id: _names(row.name, row.name_en) for row in rows}
    speaking = [number for number, text in names.items() if wrong_star_claim(text, None)]
    facts = recognition_facts(speaking) if speaking else {}
    return frozenset(
        number for number in speaking if wrong_star_claim(names[number], stars_on(facts.get(number, []), on))
    )


def _names(name: str, name_en: str | None) -> str:
    return f"{name} {name_en or ''}"
