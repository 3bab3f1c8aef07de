"""The table of one decision with many products: its columns, and its rows made into what they state.

Pure: a row says by which key, code or names it means a product; which one that is, is asked of the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from catalog.facts import Refusal
from catalog.register.cells import score_cell, stars_cell
from catalog.register.rows import ParsedRow
from catalog.spreadsheets import Table
from core.text import clean_line, fold

ROWS_MAX: Final = 500
"""Products of one decision; more are recorded as a second part of it (docs/limits.md)."""

HEADINGS: Final = {
    "key": "Khóa trong sổ đăng ký",
    "code": "Mã OCOP",
    "name": "Tên sản phẩm",
    "producer": "Chủ thể",
    "stars": "Số sao",
    "score": "Điểm",
}
"""Columns by the name of what they state, as the template writes them; other spellings without tones are understood."""

_OTHER_NAMES: Final = {
    "register_key": "key",
    "ma_sanpham": "key",
    "ma_ocop": "code",
    "ma san pham ocop": "code",
    "san pham": "name",
    "ten san pham": "name",
    "tensanpham": "name",
    "ten chu the": "producer",
    "chuthesxkd": "producer",
    "sao": "stars",
    "xep hang": "stars",
    "xephang": "stars",
    "hang sao": "stars",
    "diem so": "score",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. line: of the file. fault: (field, Refusal) of the first thing that cannot be read, or None."""

    line: int
    key: str
    code: str
    name: str
    producer: str
    stars: int | None
    score: Decimal | None
    fault: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class SheetFault:
    """Why the table cannot be read. reason: `no_product_column`, `no_stars_column`, `no_rows`, `too_many_rows`."""

    reason: str


def read_decision_rows(table: Table) -> Sequence[SheetRow] | SheetFault:
    """The rows of `table`, each as it states a product; or why it is no table of a decision."""
    columns = _columns(table.header.cells)
    if not {"key", "code", "name"} & columns.keys():
        return SheetFault("no_product_column")
    if "stars" not in columns:
        return SheetFault("no_stars_column")
    if not table.rows:
        return SheetFault("no_rows")
    if len(table.rows) > ROWS_MAX:
        return SheetFault("too_many_rows")
    return [_row(row.line, row.cells, columns) for row in table.rows]


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Position of each known column; the first of two alike counts."""
    known = {fold(words): name for name, words in HEADINGS.items()} | _OTHER_NAMES
    found: dict[str, int] = {}
    for position, words in enumerate(header):
        name = known.get(fold(words))
        if name is not None:
            found.setdefault(name, position)
    return found


def _row(line: int, cells: Sequence[str], columns: dict[str, int]) -> SheetRow:
    texts = {
        name: clean_line(cells[position]) if position < len(cells) else ""
        for name, position in columns.items()
    }
    parsed = ParsedRow(line)
    stars = stars_cell(parsed, "stars", texts.get("stars", ""))
    score = score_cell(parsed, "score", texts.get("score", ""))
    return SheetRow(
        line=line,
        key=texts.get("key", ""),
        code=texts.get("code", ""),
        name=texts.get("name", ""),
        producer=texts.get("producer", ""),
        stars=stars,
        score=score,
        fault=_fault(texts, stars, score),
    )


def _fault(texts: dict[str, str], stars: int | None, score: Decimal | None) -> tuple[str, str] | None:
    if not any(texts.get(name) for name in ("key", "code", "name")):
        return "name", Refusal.MISSING
    if stars is None:
        return "stars", Refusal.UNKNOWN_CHOICE if texts.get("stars") else Refusal.MISSING
    if stars not in {3, 4, 5}:
        return "stars", Refusal.OUT_OF_RANGE
    if score is None and texts.get("score"):
        return "score", Refusal.NOT_A_NUMBER
    return None
