"""Goods at a booth as visitors see and buy them: the cards of the shop with their packs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select

from catalog.models import Product, Variant
from catalog.queries.cards import get_cards
from catalog.queries.sale_terms import get_sale_terms
from catalog.queries.view_models import ProductCard
from catalog.sale_rules import ruled_sets
from core.db import db

_PRODUCT, _VARIANT = Product.__table__.c, Variant.__table__.c
_PACKS: Final = (
    select(
        _PRODUCT.id.label("product_id"),
        _PRODUCT.criteria_set,
        _VARIANT.id,
        _VARIANT.label,
        _VARIANT.label_en,
        _VARIANT.price_vnd,
    )
    .join(Variant.__table__, _VARIANT.product_id == _PRODUCT.id)
    .where(
        _PRODUCT.id.in_(bindparam("product_ids", expanding=True)),
        _VARIANT.withdrawn_at.is_(None),
        _VARIANT.price_vnd.is_not(None),
        _VARIANT.on_hand > _VARIANT.reserved,
    )
    .order_by(_VARIANT.price_vnd, _VARIANT.position)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoothPack:
    """A pack that can be put into a basket on the day of the page."""

    variant_id: int
    label: str
    label_en: str | None
    price_vnd: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoothGoods:
    """A product at a booth. packs: none where it cannot be bought in the shop today."""

    card: ProductCard
    packs: tuple[BoothPack, ...]


def list_booth_goods(product_ids: Sequence[int], on: date) -> list[BoothGoods]:
    """The listed products among `product_ids` in that order, judged for `on`.

    Four statements, and some more for each product that the law lets be sold only with papers.
    """
    packs: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_PACKS, {"product_ids": list(product_ids)}) if product_ids else ():
        packs[row.product_id].append(row)
    return [
        BoothGoods(card=card, packs=_packs(card, packs[card.id], on)) for card in get_cards(product_ids, on)
    ]


def _packs(card: ProductCard, rows: Sequence[Any], on: date) -> tuple[BoothPack, ...]:
    if not rows or not card.is_for_sale or card.is_service or not card.sale.is_open:
        return ()
    if rows[0].criteria_set in ruled_sets() and not get_sale_terms(card.id, on).is_sellable:
        return ()
    return tuple(
        BoothPack(variant_id=row.id, label=row.label, label_en=row.label_en, price_vnd=row.price_vnd)
        for row in rows
    )
