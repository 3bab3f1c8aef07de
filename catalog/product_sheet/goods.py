"""Goods as the table holds them, and the mark by which a row tells whether they have changed since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from catalog.groups import group_by_number, label
from catalog.product_sheet.columns import COLUMNS, PACK_ID, PRODUCT_ID, UNITS, VERSION, Kind, Part

HASH_CHARS: Final = 8

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class SheetPack:
    """A pack: its fields by name, `on_hand` among them."""

    pack_id: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SheetProduct:
    """A product with its packs, in their order."""

    product_id: int
    facts: Mapping[str, Any]
    packs: Sequence[SheetPack]


def version_of(product: SheetProduct, pack: SheetPack | None) -> str:
    """«v1a2b3c4d-5e6f7a8b-30»: product, pack and stock apart, so that a sale elsewhere does not stop a new price.

    The first letter keeps spreadsheets from taking it for a number.
    """
    if pack is None:
        return f"v{_hash(product.facts)}"
    named = {name: value for name, value in pack.facts.items() if name != "on_hand"}
    return f"v{_hash(product.facts)}-{_hash(named)}-{pack.facts['on_hand']}"


def rows_of(products: Sequence[SheetProduct], language: str) -> list[tuple[Cell, ...]]:
    """The table: one row for each pack, and one for a product that has none. Without headings."""
    rows: list[tuple[Cell, ...]] = []
    for product in products:
        packs: Sequence[SheetPack | None] = product.packs or (None,)
        rows += [_row(product, pack, language) for pack in packs]
    return rows


def _row(product: SheetProduct, pack: SheetPack | None, language: str) -> tuple[Cell, ...]:
    keys: dict[str, Cell] = {
        PRODUCT_ID: product.product_id,
        PACK_ID: pack.pack_id if pack else None,
        VERSION: version_of(product, pack),
    }
    cells: list[Cell] = []
    for column in COLUMNS:
        if column.part is Part.KEY:
            cells.append(keys[column.name])
            continue
        facts = product.facts if column.part is Part.PRODUCT else (pack.facts if pack else {})
        cells.append(shown(column.kind, facts.get(column.name), language))
    return tuple(cells)


def shown(kind: Kind, value: Any, language: str) -> Cell:
    """A stored value as the table shows it."""
    if value is None:
        return None
    if kind is Kind.GROUP:
        group = group_by_number(int(value))
        return label(group, language) if group else str(value)
    if kind is Kind.UNIT:
        return UNITS[value][1 if language == "en" else 0] if value in UNITS else str(value)
    return int(value) if kind is Kind.NUMBER else str(value)


def _hash(facts: Mapping[str, Any]) -> str:
    told = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()[:HASH_CHARS]
