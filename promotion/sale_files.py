"""Files of orders that other platforms took, read by maps that are data; nothing about buyers is read. Pure.

A row that cannot be read is told with its line and why; then nothing of the file is booked. Rows of one order and one
pack are one sale. Source of the headings: `promotion/data/sale_columns.toml`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from catalog.spreadsheets import Table, TableRow
from core.text import fold

MAPS: Final = Path(__file__).parent / "data" / "sale_columns.toml"
ROWS_MAX: Final = 5_000
FILE_BYTES_MAX: Final = 5_000_000
QUANTITY_MAX: Final = 10_000
AMOUNT_MAX_VND: Final = 10**12
GTIN_DIGITS: Final = 14
"""As packs hold a GTIN, whatever its kind. Source: GS1 General Specifications, section 3 (AI 01)."""
NEEDED: Final = ("order", "code", "day")
FAULTS_MOST: Final = 50

_ORDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,59}")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{1,13}(?:[.,]0{1,2})?", re.ASCII)
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class FileSale:
    """So many packs with that code in an order of the platform. line: the first on which it stands."""

    line: int
    order_number: str
    code: str
    quantity: int
    amount_vnd: int | None
    sold_on: date


@dataclass(frozen=True, slots=True)
class SaleFault:
    """Why a line cannot be used. reason: order, quantity, day, future, amount, code, heading or rows."""

    line: int
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class SaleFile:
    """What a file says. cancelled: lines of orders that were cancelled and are left out."""

    sales: tuple[FileSale, ...]
    faults: tuple[SaleFault, ...]
    cancelled: int


@lru_cache(maxsize=1)
def sale_maps() -> Mapping[str, Mapping[str, Any]]:
    """Headings by platform and field; «own» is a file that anybody may write."""
    return tomllib.loads(MAPS.read_text(encoding="utf-8"))


def read_sales(table: Table, platform: str, today: date) -> SaleFile:
    """The sales of a file of that platform. today: no order is younger. KeyError for a platform without a map."""
    headings = sale_maps()[platform]
    places = _places(table.header.cells, headings)
    missing = [field for field in NEEDED if field not in places]
    if missing:
        words = ", ".join(headings[field][0] for field in missing)
        return SaleFile((), (SaleFault(table.header.line, "heading", words),), 0)
    if len(table.rows) > ROWS_MAX:
        return SaleFile((), (SaleFault(table.header.line, "rows", str(len(table.rows))),), 0)
    sales: dict[tuple[str, str], FileSale] = {}
    faults: list[SaleFault] = []
    cancelled_words = {fold(word) for word in headings["cancelled"]}
    cancelled = 0
    for row in table.rows:
        if fold(_cell(row, places.get("state"))) in cancelled_words and "state" in places:
            cancelled += 1
            continue
        found = _read_row(row, places, today)
        if isinstance(found, SaleFault):
            faults.append(found)
        else:
            key = (found.order_number, found.code)
            sales[key] = _together(sales[key], found) if key in sales else found
    return SaleFile(tuple(sales.values()), tuple(faults[:FAULTS_MOST]), cancelled)


def kept(file: SaleFile, variants: Mapping[str, int]) -> dict[str, Any]:
    """What is kept of a file until it is applied, as values that JSON knows. variants: numbers of packs by code.

    A code that is none of the producer's packs is a fault.
    """
    packs = [(sale, _pack_of(sale.code, variants)) for sale in file.sales]
    unknown = [SaleFault(sale.line, "code", sale.code) for sale, pack in packs if pack is None]
    faults = sorted((*file.faults, *unknown), key=lambda fault: fault.line)[:FAULTS_MOST]
    return {
        "sales": [
            [
                sale.line,
                sale.order_number,
                pack,
                sale.quantity,
                sale.amount_vnd,
                sale.sold_on.isoformat(),
            ]
            for sale, pack in packs
            if pack is not None
        ],
        "faults": [[fault.line, fault.reason, fault.value[:80]] for fault in faults],
        "cancelled": file.cancelled,
    }


def _pack_of(code: str, variants: Mapping[str, int]) -> int | None:
    """The pack with that code, None for none. Barcodes are known with 14 digits, the first of them zeros that only fill
    up; packs print 8, 12 or 13, and a workbook's numbers lose every zero in front.
    """
    is_barcode = code.isascii() and code.isdecimal() and len(code) < GTIN_DIGITS
    return variants.get(code) or (variants.get(code.zfill(GTIN_DIGITS)) if is_barcode else None)


def _places(header: Sequence[str], headings: Mapping[str, Any]) -> dict[str, int]:
    """Where each field stands, by the first of its headings that is there."""
    at = {fold(cell.strip()): place for place, cell in reversed(list(enumerate(header)))}
    return {
        field: next(at[fold(word)] for word in words if fold(word) in at)
        for field, words in headings.items()
        if field != "cancelled" and any(fold(word) in at for word in words)
    }


def _read_row(row: TableRow, places: Mapping[str, int], today: date) -> FileSale | SaleFault:
    values = {field: _cell(row, place) for field, place in places.items()}
    if not _ORDER.fullmatch(values["order"]):
        return SaleFault(row.line, "order", values["order"])
    quantity = _quantity(values["quantity"]) if "quantity" in values else 1
    if quantity is None:
        return SaleFault(row.line, "quantity", values["quantity"])
    sold_on = _day(values["day"])
    if sold_on is None or sold_on > today:
        return SaleFault(row.line, "day" if sold_on is None else "future", values["day"])
    amount = values.get("amount", "")
    amount_vnd = _amount(amount) if amount else None
    if amount and amount_vnd is None:
        return SaleFault(row.line, "amount", amount)
    if not values["code"] or len(values["code"]) > 60:
        return SaleFault(row.line, "code", values["code"])
    return FileSale(row.line, values["order"], values["code"].upper(), quantity, amount_vnd, sold_on)


def _together(one: FileSale, other: FileSale) -> FileSale:
    amounts = [each.amount_vnd for each in (one, other) if each.amount_vnd is not None]
    return replace(one, quantity=one.quantity + other.quantity, amount_vnd=sum(amounts) if amounts else None)


def _cell(row: TableRow, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""


def _quantity(text: str) -> int | None:
    digits = text.removesuffix(".0")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 6
    return int(digits) if is_number and 0 < int(digits) <= QUANTITY_MAX else None


def _amount(text: str) -> int | None:
    plain = text.removesuffix("₫").removesuffix("đ").removesuffix("VND").strip()
    if not _AMOUNT.fullmatch(plain):
        return None
    whole = plain if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain) else re.split(r"[.,]", plain)[0]
    amount = int(re.sub(r"[.,]", "", whole))
    return amount if amount <= AMOUNT_MAX_VND else None


def _day(text: str) -> date | None:
    first = text.replace("T", " ")
    for form in _DAYS:
        parts = first.split(" ")
        wanted = " ".join(parts[: form.count(" ") + 1])
        try:
            return datetime.strptime(wanted, form).date()  # noqa: DTZ007 - a day, without an hour
        except ValueError:
            continue
    return None
