"""Names that speak of stars which goods do not have: none of our own promotion shows or prints them."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import select

from catalog.facets import bits_of
from catalog.models import Product
from catalog.queries.columns import Columns
from catalog.queries.recognitions import recognition_facts
from catalog.queries.view_models import ProductCard
from catalog.stars import stars_on
from core.db import db
from promotion.channel_rules import wrong_star_claim

NAMES_KEPT: Final = 32_768
"""So many names are not judged anew when a whole catalogue is: some 8 MB in a process."""


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
    speaking = [number for number, text in names.items() if _speaks_of_stars(text)]
    facts = recognition_facts(speaking) if speaking else {}
    return frozenset(
        number for number in speaking if wrong_star_claim(names[number], stars_on(facts.get(number, []), on))
    )


def misnamed_positions(columns: Columns) -> int:
    """The same of all listed products on the day of `columns`, as bits. One statement after each change of the shop."""
    return columns.kept("misnamed", lambda: bits_of(_positions(columns)))


def told_maker(card: ProductCard) -> str | None:
    """Who makes the goods, None also where that name speaks of other stars than the goods have."""
    return None if wrong_star_claim(card.producer_name or "", card.stars) else card.producer_name


def is_misnamed_maker(name: str) -> bool:
    """Whether the name of a producer speaks of stars: they are of goods, never of a producer."""
    return wrong_star_claim(name, None)


def _positions(columns: Columns) -> list[int]:
    rows = db.session.execute(select(Product.id, Product.name, Product.name_en).where(Product.is_listed))
    names = ((columns.find_position(row.id), _names(row.name, row.name_en)) for row in rows)
    return [
        position
        for position, text in names
        if position is not None
        and _speaks_of_stars(text)
        and wrong_star_claim(text, columns.stars_at(position))
    ]


@lru_cache(maxsize=NAMES_KEPT)
def _speaks_of_stars(text: str) -> bool:
    return wrong_star_claim(text, None)


def _names(name: str, name_en: str | None) -> str:
    return f"{name} {name_en or ''}"
