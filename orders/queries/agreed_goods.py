"""Whether goods may be sold by an agreement: what a basket asks of them too, season, price and stock apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.models import Product, Variant
from catalog.queries.sale_terms import UNRULED, list_sale_terms
from core.db import db
from orders.baskets import LineProblem
from traceability.queries.recalls import recalled_variants


@dataclass(frozen=True, slots=True)
class UnsoldGoods:
    """Goods that may not be sold, and why: gone, recalled or no_papers."""

    name: str
    name_en: str | None
    problem: LineProblem


def find_unsold(variant_ids: Collection[int], on: date, *, is_agreed: bool = False) -> UnsoldGoods | None:
    """The first of the packs that may not be sold on `on`, None if all may. Up to four statements.

    is_agreed: it was sold already, so that only what stops every sale counts, a recall or a paper that the law asks for
    (`catalog/data/sale_rules.csv`), not that it has been taken off sale since.
    """
    packs = db.session.execute(
        select(
            Variant.id,
            Variant.product_id,
            Product.name,
            Product.name_en,
            (Product.is_listed & Product.is_for_sale & Variant.withdrawn_at.is_(None)).label("is_offered"),
        )
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(variant_ids))
        .order_by(Variant.id)
    ).all()
    recalled = recalled_variants(variant_ids)
    terms = list_sale_terms(sorted({pack.product_id for pack in packs}), on)
    for pack in packs:
        problem = None
        if not is_agreed and not pack.is_offered:
            problem = LineProblem.GONE
        elif pack.id in recalled:
            problem = LineProblem.RECALLED
        elif not terms.get(pack.product_id, UNRULED).is_sellable:
            problem = LineProblem.NO_PAPERS
        if problem is not None:
            return UnsoldGoods(pack.name, pack.name_en, problem)
    return None
