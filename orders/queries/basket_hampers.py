"""The hampers of a basket, and the lines of packs that they come apart into."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from catalog.queries.sale_terms import UNRULED, GoodsTerms
from catalog.seasons import next_season
from orders.baskets import LineProblem, hamper_discount
from orders.models.vouchers import Bearer
from orders.queries.basket_rows import Shelf, goods_of, problem_of
from orders.queries.basket_views import BasketBundle, BasketLine, LineDiscount


class Hampers:
    """bundles: what is bought; lines: their parts; kept: hampers kept for later.

    rows: of `list_part_rows`. Hampers take their packs from the shelf first, because a part missing spoils them whole.
    """

    def __init__(self, rows: Sequence[Any], shelf: Shelf, terms: dict[int, GoodsTerms], on: date) -> None:
        self.lines: list[BasketLine] = []
        self.bundles: list[BasketBundle] = []
        self.kept: list[BasketBundle] = []
        self._terms, self._on = terms, on
        for _line_id, group in groupby(rows, key=lambda row: row.id):
            parts = list(group)
            if parts[0].is_kept:
                self.kept.append(self._bundle(parts, Shelf()))
                continue
            bundle = self._bundle(parts, shelf)
            self.bundles.append(bundle)
            self.lines += self._lines(bundle, parts)

    def _bundle(self, parts: Sequence[Any], shelf: Shelf) -> BasketBundle:
        first = parts[0]
        available = min(shelf.left(part) // part.needed for part in parts)
        problem = self._problem(parts)
        buyable = 0 if problem else min(first.quantity, available)
        for part in parts:
            shelf.take(part, buyable * part.needed)
        if problem is None and buyable < first.quantity:
            problem = LineProblem.FEWER if available else LineProblem.SOLD_OUT
        full_vnd = sum(_worth(parts))
        return BasketBundle(
            line_id=first.id,
            bundle_id=first.bundle_id,
            slug=first.bundle_slug,
            name=first.bundle_name,
            name_en=first.bundle_name_en,
            quantity=first.quantity,
            buyable=buyable,
            available=available,
            price_vnd=full_vnd - sum(_taken_off(parts, 1)),
            full_vnd=full_vnd,
            seen_price_vnd=first.seen_price_vnd,
            problem=problem,
        )

    def _problem(self, parts: Sequence[Any]) -> LineProblem | None:
        first, terms = parts[0], self._terms
        may_be_promoted = all(terms.get(part.product_id, UNRULED).terms.is_promotable for part in parts)
        if first.published_at is None or first.ended_at is not None or not may_be_promoted:
            return LineProblem.GONE
        problems = (problem_of(part, terms.get(part.product_id, UNRULED), self._on) for part in parts)
        return next(filter(None, problems), None)

    def _lines(self, bundle: BasketBundle, parts: Sequence[Any]) -> list[BasketLine]:
        offs = _taken_off(parts, bundle.buyable)
        return [self._line(bundle, part, off) for part, off in zip(parts, offs, strict=True)]

    def _line(self, bundle: BasketBundle, part: Any, off_vnd: int) -> BasketLine:
        terms = self._terms.get(part.product_id, UNRULED)
        bearer = Bearer.PLATFORM if part.bundle_producer_id is None else Bearer.PRODUCER
        discount = LineDiscount(kind="bundle", id=bundle.bundle_id, bearer=bearer.value, amount_vnd=off_vnd)
        return BasketLine(
            line_id=part.id,
            goods=goods_of(part),
            terms=terms,
            producer_id=part.producer_id,
            quantity=part.needed * bundle.quantity,
            buyable=part.needed * bundle.buyable,
            available=part.available,
            unit_price_vnd=part.price_vnd or 0,
            seen_price_vnd=part.price_vnd or 0,
            problem=problem_of(part, terms, self._on) or bundle.problem,
            next_month=next_season(part.months, self._on),
            away_until=part.away_until,
            bundle_id=bundle.bundle_id,
            bundle=bundle.slug,
            discounts=(discount,) if off_vnd else (),
        )


def _worth(parts: Sequence[Any]) -> list[int]:
    return [(part.price_vnd or 0) * part.needed for part in parts]


def _taken_off(parts: Sequence[Any], count: int) -> tuple[int, ...]:
    first = parts[0]
    return hamper_discount(
        _worth(parts), count, discount_bp=first.discount_bp, discount_vnd=first.discount_vnd
    )
