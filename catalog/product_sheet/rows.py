"""Reading the table again: cells become values, and what cannot be read is told with row and column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from catalog.product_sheet.columns import (
    BY_NAME,
    PACK_ID,
    PRODUCT_ID,
    VERSION,
    Column,
    Kind,
    Part,
    column_of_heading,
    group_of_words,
    unit_of_words,
)
from catalog.spreadsheets import FORMULA_STARTS, Table, TableRow
from core.text import clean_line, clean_text, fold

VALUE_MAX_CHARS: Final = 80
NUMBER_MAX_CHARS: Final = 20

_WHOLE: Final = re.compile(r"-?\d+|\d{1,3}(?:[.,\s]\d{3})+")
_CURRENCY: Final = re.compile(r"\s*(?:vnd|d|₫|dong)\s*$")
_VERSION: Final = re.compile(r"v([0-9a-f]{8})(?:-([0-9a-f]{8})-(\d{1,10}))?")


class SheetFault(StrEnum):
    """What is wrong with a cell or a row, beside the refusals of `catalog.facts.Refusal`."""

    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"
    NOT_AN_ID = "not_an_id"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_PRODUCT = "unknown_product"
    UNKNOWN_PACK = "unknown_pack"
    REPEATED_PACK = "repeated_pack"
    REPEATED_GTIN = "repeated_gtin"
    OTHER_LINE = "other_line"
    NO_VERSION = "no_version"
    CHANGED_MEANWHILE = "changed_meanwhile"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True)
class SheetMessage:
    """line: as the spreadsheet counts. column: name of a field. code: a `SheetFault` or a `Refusal`.

    value: as written. detail: what the sentence needs besides: another line, the value on record.
    """

    line: int
    column: str
    code: str
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What the row was when it was handed out."""

    product_hash: str
    pack_hash: str | None
    on_hand: int | None


@dataclass(slots=True)
class SheetRow:
    """One row. product, pack: cells by field, read but not yet judged; blank is None. has_fault: do not use it."""

    line: int
    product_id: int | None = None
    pack_id: int | None = None
    version: Version | None = None
    product: dict[str, Any] = field(default_factory=dict)
    pack: dict[str, Any] = field(default_factory=dict)
    has_fault: bool = False

    @property
    def names_pack(self) -> bool:
        """Whether anything is written about a pack."""
        return self.pack_id is not None or any(value is not None for value in self.pack.values())


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """rows: all of them. unknown: headings that were not understood, and are left alone."""

    rows: tuple[SheetRow, ...]
    messages: tuple[SheetMessage, ...]
    unknown: tuple[str, ...]


def read_sheet(table: Table) -> ReadSheet:
    """The rows of `table`. With a fault in the headings there are none."""
    columns, unknown, messages = _columns(table.header)
    if messages:
        return ReadSheet((), tuple(messages), unknown)
    is_csv = table.encoding is not None
    rows = tuple(_row(each, columns, messages, is_csv=is_csv) for each in table.rows)
    return ReadSheet(rows, tuple(messages), unknown)


def harmless(text: str) -> str:
    """`text` for a cell of a CSV that no spreadsheet takes for a formula; `plain` takes the sign away again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or _is_marked(text) else text


def plain(text: str) -> str:
    """A cell of a CSV without the sign of `harmless`."""
    return text[1:] if _is_marked(text) else text


def _is_marked(text: str) -> bool:
    return text.startswith("'") and text[1:].startswith((*FORMULA_STARTS, "'"))


def _columns(header: TableRow) -> tuple[dict[int, Column], tuple[str, ...], list[SheetMessage]]:
    known = column_of_heading()
    columns: dict[int, Column] = {}
    unknown: list[str] = []
    messages: list[SheetMessage] = []
    for place, cell in enumerate(header.cells):
        heading = clean_line(plain(cell))
        column = known.get(fold(heading))
        if column is None:
            unknown += [heading] if heading else []
        elif column in columns.values():
            messages.append(SheetMessage(header.line, column.name, SheetFault.REPEATED_COLUMN, heading))
        else:
            columns[place] = column
    messages += [
        SheetMessage(header.line, name, SheetFault.MISSING_COLUMN)
        for name in (PRODUCT_ID, PACK_ID, VERSION, "name")
        if BY_NAME[name] not in columns.values()
    ]
    return columns, tuple(unknown), messages


def _row(
    given: TableRow, columns: Mapping[int, Column], messages: list[SheetMessage], *, is_csv: bool
) -> SheetRow:
    row = SheetRow(given.line)
    begun = len(messages)
    for place, column in columns.items():
        cell = given.cells[place] if place < len(given.cells) else ""
        _read_cell(row, column, plain(cell) if is_csv else cell, messages)
    row.has_fault = len(messages) > begun
    return row


def _read_cell(row: SheetRow, column: Column, cell: str, messages: list[SheetMessage]) -> None:
    line = clean_line(cell)
    try:
        if column.name == PRODUCT_ID:
            row.product_id = _id(line)
        elif column.name == PACK_ID:
            row.pack_id = _id(line)
        elif column.name == VERSION:
            row.version = _version(line)
        else:
            target = row.product if column.part is Part.PRODUCT else row.pack
            target[column.name] = _value(column.kind, cell, line)
    except _UnreadableError as error:
        messages.append(SheetMessage(row.line, column.name, error.code, line[:VALUE_MAX_CHARS]))


class _UnreadableError(Exception):
    def __init__(self, code: SheetFault) -> None:
        super().__init__(code)
        self.code = code


def _id(line: str) -> int | None:
    if not line:
        return None
    if not line.isascii() or not line.isdigit() or len(line) > 9:
        raise _UnreadableError(SheetFault.NOT_AN_ID)
    return int(line)


def _version(line: str) -> Version | None:
    if not line:
        return None
    found = _VERSION.fullmatch(line)
    if found is None:
        raise _UnreadableError(SheetFault.NO_VERSION)
    return Version(found[1], found[2], int(found[3]) if found[3] else None)


def _value(kind: Kind, cell: str, line: str) -> Any:
    if not line:
        return None
    match kind:
        case Kind.TEXT:
            return clean_text(cell)
        case Kind.NUMBER:
            return _number(line)
        case Kind.GROUP:
            return _choice(group_of_words(), line, SheetFault.UNKNOWN_GROUP)
        case Kind.UNIT:
            return _choice(unit_of_words(), line, SheetFault.UNKNOWN_UNIT)
        case _:
            return line


def _number(line: str) -> int:
    folded = _CURRENCY.sub("", fold(line))
    if len(folded) > NUMBER_MAX_CHARS or not folded.isascii() or not _WHOLE.fullmatch(folded):
        raise _UnreadableError(SheetFault.NOT_A_WHOLE_NUMBER)
    digits = re.sub(r"\D", "", folded)
    return -int(digits) if folded.startswith("-") else int(digits)


def _choice(known: Mapping[str, Any], line: str, fault: SheetFault) -> Any:
    if fold(line) not in known:
        raise _UnreadableError(fault)
    return known[fold(line)]
