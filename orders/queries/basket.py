"""A basket with live prices and stock, discounts and the cheapest delivery: what basket page and checkout read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from catalog.seasons import next_season
from catalog.unit_prices import unit_price
from orders.baskets import LineProblem, hamper_discount
from orders.models.vouchers import Bearer
from orders.queries.basket_rows import find_cart_row, goods_of, list_line_rows, list_part_rows, problem_of
from orders.queries.basket_views import Basket, BasketBundle, BasketLine, BasketParcel, LineDiscount


def get_basket(cart_id: int | None, *, province_code: str | None = None, on: date) -> Basket:
    """Everything in the basket, judged for `on` and priced for a place of delivery.

    province_code: today's; None: the one kept in the basket. An empty basket for None or one that is no more. What
    cannot be bought counts nothing; the sums of lines, parcels and discounts are the whole (invariant I6).
    """
    row = find_cart_row(cart_id) if cart_id is not None else None
    if row is None:
        return Basket(cart_id=None, province_code=province_code)
    on_shelf: dict[int, int] = {}
    hampers = _Hampers(list_part_rows(row.id, on) if row.bundles else (), on_shelf, on)
    rows = list_line_rows(row.id, on)
    alone = [_line(each, on_shelf, on) for each in rows if not each.is_kept]
    lines = [*hampers.lines, *alone]
    names = {each.producer_id: (each.producer_slug, each.producer_name) for each in (*rows, *hampers.rows)}
    return Basket(
        cart_id=row.id,
        province_code=province_code or row.province_code,
        parcels=_parcels(lines, names),
        bundles=tuple(hampers.bundles),
        kept=tuple(_line(each, {}, on) for each in rows if each.is_kept),
        kept_bundles=tuple(hampers.kept),
    )


def _line(row: Any, on_shelf: dict[int, int], on: date) -> BasketLine:
    """A pack by itself. on_shelf: packs left, by number of the pack, from which the line takes what it gets."""
    available = on_shelf.get(row.variant_id, row.available)
    problem = problem_of(row, on)
    buyable = 0 if problem else min(row.quantity, available)
    on_shelf[row.variant_id] = available - buyable
    if problem is None and buyable < row.quantity:
        problem = LineProblem.FEWER if available else LineProblem.SOLD_OUT
    return BasketLine(
        line_id=row.id,
        goods=goods_of(row),
        producer_id=row.producer_id,
        quantity=row.quantity,
        buyable=buyable,
        available=available,
        unit_price_vnd=row.price_vnd or 0,
        seen_price_vnd=row.seen_price_vnd,
        unit_price=unit_price(row.price_vnd, row.net_quantity, row.net_unit),
        problem=problem,
        next_month=next_season(row.months, on),
        away_until=row.away_until,
    )


class _Hampers:
    """The hampers of a basket: themselves, those kept for later, and the lines that the others come apart into."""

    def __init__(self, rows: Sequence[Any], on_shelf: dict[int, int], on: date) -> None:
        self.rows = [row for row in rows if not row.is_kept]
        self.lines: list[BasketLine] = []
        self.bundles: list[BasketBundle] = []
        self.kept: list[BasketBundle] = []
        for _line_id, group in groupby(rows, key=lambda row: row.id):
            parts = list(group)
            if parts[0].is_kept:
                self.kept.append(_bundle(parts, dict(on_shelf), on))
                continue
            bundle = _bundle(parts, on_shelf, on)
            self.bundles.append(bundle)
            self.lines += _lines_of(bundle, parts, on)


def _bundle(parts: Sequence[Any], on_shelf: dict[int, int], on: date) -> BasketBundle:
    first = parts[0]
    is_offered = first.published_at is not None and first.ended_at is None
    problem = (
        next(filter(None, (problem_of(part, on) for part in parts)), None) if is_offered else LineProblem.GONE
    )
    left = [on_shelf.get(part.variant_id, part.available) // part.needed for part in parts]
    available = min(left)
    buyable = 0 if problem else min(first.quantity, available)
    for part in parts:
        on_shelf[part.variant_id] = on_shelf.get(part.variant_id, part.available) - buyable * part.needed
    if problem is None and buyable < first.quantity:
        problem = LineProblem.FEWER if available else LineProblem.SOLD_OUT
    full_vnd = sum(_goods_of_one(parts))
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


def _lines_of(bundle: BasketBundle, parts: Sequence[Any], on: date) -> list[BasketLine]:
    offs = _taken_off(parts, bundle.buyable)
    bearer = Bearer.PLATFORM if parts[0].bundle_producer_id is None else Bearer.PRODUCER
    return [
        BasketLine(
            line_id=part.id,
            goods=goods_of(part),
            producer_id=part.producer_id,
            quantity=part.needed * bundle.quantity,
            buyable=part.needed * bundle.buyable,
            available=part.available,
            unit_price_vnd=part.price_vnd or 0,
            seen_price_vnd=part.price_vnd or 0,
            problem=problem_of(part, on) or bundle.problem,
            next_month=next_season(part.months, on),
            away_until=part.away_until,
            bundle_id=bundle.bundle_id,
            bundle=bundle.slug,
            discounts=(LineDiscount(kind="bundle", id=bundle.bundle_id, bearer=bearer.value, amount_vnd=off),)
            if off
            else (),
        )
        for part, off in zip(parts, offs, strict=True)
    ]


def _goods_of_one(parts: Sequence[Any]) -> list[int]:
    return [(part.price_vnd or 0) * part.needed for part in parts]


def _taken_off(parts: Sequence[Any], count: int) -> tuple[int, ...]:
    first = parts[0]
    return hamper_discount(
        _goods_of_one(parts), count, discount_bp=first.discount_bp, discount_vnd=first.discount_vnd
    )


def _parcels(lines: Sequence[BasketLine], names: dict[int, tuple[str, str]]) -> tuple[BasketParcel, ...]:
    """The lines by producer, the producer whose line came in first standing first."""
    groups: defaultdict[int, list[BasketLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.line_id):
        groups[line.producer_id].append(line)
    return tuple(_parcel(own, *names[producer_id]) for producer_id, own in groups.items())


def _parcel(lines: Sequence[BasketLine], slug: str, name: str) -> BasketParcel:
    return BasketParcel(
        producer_id=lines[0].producer_id,
        slug=slug,
        name=name,
        lines=tuple(lines),
        goods_vnd=sum(line.goods_vnd for line in lines),
        discount_vnd=sum(line.discount_vnd for line in lines),
        discount_platform_vnd=sum(line.discount_platform_vnd for line in lines),
    )
