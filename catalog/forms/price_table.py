"""The table of prices and counts as typed: what each row means, and what in it cannot be understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd

TYPED_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class TableRow:
    """One pack: numbers as typed and as the page had shown them. None: no price."""

    variant_id: int
    price: str
    on_hand: str
    price_vnd: int | None
    count: int
    seen_price_vnd: int | None
    seen_on_hand: int


@dataclass(frozen=True, slots=True)
class PriceTable:
    """rows: by pack. errors: (pack, «price_vnd» or «on_hand») to reason."""

    rows: Mapping[int, TableRow]
    errors: Mapping[tuple[int, str], str] = field(default_factory=dict)


def price_table(form: Mapping[str, str]) -> PriceTable:
    """Rows of fields `price-12`, `on_hand-12`, with `seen_price-12` and `seen_on_hand-12` beside them."""
    rows: dict[int, TableRow] = {}
    errors: dict[tuple[int, str], str] = {}
    for name in form:
        head, _, number = name.partition("-")
        if head == "price" and number.isascii() and number.isdigit() and len(number) < 10:
            row = _row(int(number), form, errors)
            rows[row.variant_id] = row
    return PriceTable(rows, errors)


def _row(variant_id: int, form: Mapping[str, str], errors: dict[tuple[int, str], str]) -> TableRow:
    price = form.get(f"price-{variant_id}", "").strip()[:TYPED_MAX]
    on_hand = form.get(f"on_hand-{variant_id}", "").strip()[:TYPED_MAX]
    price_vnd, count = None, 0
    try:
        price_vnd = typed_vnd(price) if price else None
    except UnreadableAmountError as error:
        errors[variant_id, "price_vnd"] = error.reason
    try:
        count = typed_count(on_hand or "0")
    except UnreadableAmountError as error:
        errors[variant_id, "on_hand"] = error.reason
    return TableRow(
        variant_id,
        price,
        on_hand,
        price_vnd,
        count,
        _seen(form.get(f"seen_price-{variant_id}", "")),
        _seen(form.get(f"seen_on_hand-{variant_id}", "")) or 0,
    )


def _seen(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
