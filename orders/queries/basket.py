"""A basket with live prices and stock, discounts and the cheapest delivery: what basket page and checkout read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from catalog.queries.sale_terms import UNRULED, GoodsTerms, list_sale_terms
from catalog.sale_rules import ruled_sets
from catalog.seasons import next_season
from catalog.unit_prices import unit_price
from orders.baskets import Discountable, LineProblem, Takeoff, voucher_takeoff
from orders.delivery_terms import PICKUPS, DeliveryOption, DeliveryQuote, Destination, Parcel
from orders.queries.basket_hampers import Hampers
from orders.queries.basket_rows import (
    Shelf,
    find_cart_row,
    goods_of,
    list_line_rows,
    list_part_rows,
    problem_of,
)
from orders.queries.basket_views import Basket, BasketLine, BasketParcel, BasketVoucher, LineDiscount
from orders.queries.delivery import PackLine, needs_of, quote_parcels, weigh_parcels
from orders.queries.vouchers import judge_voucher

DEFAULT_PROVINCE_CODE: Final = "01"
"""Hà Nội: whose fees are shown before a province is chosen, so that a total is there before anything is asked."""


def get_basket(
    cart_id: int | None,
    *,
    province_code: str | None = None,
    commune_code: str | None = None,
    on: date,
    row: Any | None = None,
) -> Basket:
    """Everything in the basket, judged for `on` and priced for a place of delivery.

    province_code, commune_code: of today; None: the province kept in the basket, else `DEFAULT_PROVINCE_CODE`. An
    empty basket for None or one that is no more. What cannot be bought counts nothing; the sums of lines, parcels and
    discounts are the whole (invariant I6), and no total is below 0 (I8). row: of `find_cart_row`, if that was just
    read. Two reads: the basket, and its lines with all that decides about them.
    """
    if row is None and cart_id is not None:
        row = find_cart_row(cart_id)
    if row is None:
        return Basket(
            cart_id=None, province_code=province_code or DEFAULT_PROVINCE_CODE, is_province_chosen=False
        )
    province_code = province_code or row.province_code
    to = Destination(province_code or DEFAULT_PROVINCE_CODE, commune_code)
    rows = list_line_rows(row.id, on)
    parts = list_part_rows(row.id, on) if row.bundles else ()
    terms = _terms((*rows, *parts), on)
    shelf = Shelf()
    hampers = Hampers(parts, shelf, terms, on)
    lines = [*hampers.lines, *(_line(each, shelf, terms, on) for each in rows if not each.is_kept)]
    lines, voucher = _with_voucher(lines, row.voucher_code, on)
    return Basket(
        cart_id=row.id,
        province_code=to.province_code,
        is_province_chosen=province_code is not None,
        parcels=_parcels(lines, (*rows, *parts), to, on),
        bundles=tuple(hampers.bundles),
        kept=tuple(_line(each, Shelf(), terms, on) for each in rows if each.is_kept),
        kept_bundles=tuple(hampers.kept),
        voucher=voucher,
    )


def _terms(rows: Sequence[Any], on: date) -> dict[int, GoodsTerms]:
    """Terms of sale by product, of those products that some rule speaks of."""
    ruled = {row.product_id for row in rows if row.criteria_set in ruled_sets()}
    return list_sale_terms(sorted(ruled), on) if ruled else {}


def _line(row: Any, shelf: Shelf, terms: dict[int, GoodsTerms], on: date) -> BasketLine:
    """A pack by itself, which takes from the shelf what it gets."""
    own_terms = terms.get(row.product_id, UNRULED)
    available = shelf.left(row)
    problem = problem_of(row, own_terms, on)
    buyable = 0 if problem else min(row.quantity, available)
    shelf.take(row, buyable)
    if problem is None and buyable < row.quantity:
        problem = LineProblem.FEWER if available else LineProblem.SOLD_OUT
    return BasketLine(
        line_id=row.id,
        goods=goods_of(row),
        terms=own_terms,
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


def _with_voucher(
    lines: list[BasketLine], code: str | None, on: date
) -> tuple[list[BasketLine], BasketVoucher | None]:
    """The lines with what the code takes off them, and how it fares."""
    if not code:
        return lines, None
    terms, problem = judge_voucher(code, on)
    takeoff = Takeoff((0,) * len(lines), problem)
    if terms is not None and problem is None:
        takeoff = voucher_takeoff(
            terms,
            [
                Discountable(
                    producer_id=line.producer_id,
                    net_vnd=line.goods_vnd - line.discount_vnd,
                    may=line.terms.terms.is_promotable,
                )
                for line in lines
            ],
        )
    voucher = BasketVoucher(
        code=code,
        id=terms.id if terms else None,
        discount_vnd=sum(takeoff.parts),
        problem=takeoff.problem,
        missing_vnd=takeoff.missing_vnd,
    )
    if terms is None or not voucher.discount_vnd:
        return lines, voucher
    return [
        replace(
            line,
            discounts=(
                *line.discounts,
                LineDiscount(kind="voucher", id=terms.id, bearer=terms.bearer, amount_vnd=part),
            ),
        )
        if part
        else line
        for line, part in zip(lines, takeoff.parts, strict=True)
    ], voucher


def _parcels(
    lines: Sequence[BasketLine], rows: Sequence[Any], to: Destination, on: date
) -> tuple[BasketParcel, ...]:
    """The lines by producer, the one whose line came in first standing first, each with its ways of delivery."""
    of_producers = {row.producer_id: row for row in rows}
    groups: defaultdict[int, list[BasketLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.line_id):
        groups[line.producer_id].append(line)
    weighed = weigh_parcels(
        (
            PackLine(line.producer_id, line.goods.variant_id, line.buyable, line.goods_vnd)
            for line in lines
            if line.buyable
        ),
        {row.variant_id: needs_of(row) for row in rows},
    )
    quotes = quote_parcels(list(weighed.values()), to, on, of_producers)
    return tuple(
        _parcel(own, of_producers[producer_id], weighed.get(producer_id), quotes.get(producer_id))
        for producer_id, own in groups.items()
    )


def _parcel(
    lines: Sequence[BasketLine], producer: Any, parcel: Parcel | None, quote: DeliveryQuote | None
) -> BasketParcel:
    options = quote.options if quote else ()
    return BasketParcel(
        producer_id=lines[0].producer_id,
        slug=producer.producer_slug,
        name=producer.producer_name,
        lines=tuple(lines),
        goods_vnd=sum(line.goods_vnd for line in lines),
        discount_vnd=sum(line.discount_vnd for line in lines),
        discount_platform_vnd=sum(line.discount_platform_vnd for line in lines),
        minimum_vnd=quote.minimum_vnd if quote else 0,
        parcel=parcel,
        options=options,
        refused=quote.refused if quote else (),
        delivery=_cheapest(options),
    )


def _cheapest(options: Sequence[DeliveryOption]) -> DeliveryOption | None:
    """The cheapest way that brings the goods; the cheapest to come for them where nothing is brought."""
    brought = [option for option in options if option.kind not in PICKUPS]
    return min(brought or options, key=lambda option: option.fee_vnd, default=None)
