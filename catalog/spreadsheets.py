"""The one door to spreadsheet files: CSV in the encodings that offices use, and XLSX, both with limits.

A file is taken for what its bytes are, whatever its name says. An XLSX is unpacked here, within limits, and packed
again before the reader sees it, so that neither a bomb nor a lying header reaches it.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from catalog.errors import RegisterFileError

FILE_BYTES_MAX: Final = 30 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 30 * 1024 * 1024
RATIO_MAX: Final = 100
MEMBERS_MAX: Final = 200
ROWS_MAX: Final = 25_000
"""The whole country has some 20,000 products."""
COLUMNS_MAX: Final = 100
TEXT_BYTES_MAX: Final = 100 * 1024 * 1024
"""What all cells may hold together once repeated texts are written out."""

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What spreadsheet programs take for the beginning of a formula, full-width forms included."""

_ZIP_HEAD: Final = b"PK\x03\x04"
_OLD_EXCEL_HEAD: Final = b"\xd0\xcf\x11\xe0"
_CELL: Final = re.compile(rb"<(?:[\w.-]+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,9})[\"']")
_ROW: Final = re.compile(rb"<(?:[\w.-]+:)?row\b[^>]*>")
_ROW_NUMBER: Final = re.compile(rb"\br\s*=\s*[\"'](\d{1,9})[\"']")
_SHARED: Final = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:[\w.-]+:)?v\b[^>]*>\s*(\d{1,9})\s*<")
_ITEM_END: Final = re.compile(rb"</(?:[\w.-]+:)?si\s*>")
_WORKBOOK: Final = "xl/workbook.xml"
_OTHER_KINDS: Final = frozenset({"content.xml", "mimetype", "xl/workbook.bin"})
_SMALL_RATIO_BYTES: Final = (
    100 * 1024
)  # a small sheet of equal cells packs better than 100 to 1 and harms nobody


Cell = str | int | float


class FileFault(StrEnum):
    """Why a file cannot be read: `reason` of `RegisterFileError`."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    PACKED_TOO_TIGHT = "packed_too_tight"
    DAMAGED = "damaged"
    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"
    UNKNOWN_ENCODING = "unknown_encoding"
    UNKNOWN_LAYOUT = "unknown_layout"
    REPEATED_COLUMN = "repeated_column"


@dataclass(frozen=True, slots=True)
class TableRow:
    """line: as the spreadsheet counts, the first is 1. cells: texts; a date cell is «2025-06-19»."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """header: the first row that is not blank. rows: the others that are not blank. encoding: of a CSV."""

    header: TableRow
    rows: tuple[TableRow, ...]
    encoding: str | None


def look_at(content: bytes) -> FileFault | None:
    """Why `content` need not be read at all, as far as a short look tells; nothing is unpacked."""
    if not content.strip():
        return FileFault.EMPTY
    if content.startswith(_OLD_EXCEL_HEAD):
        return FileFault.OLD_EXCEL
    if not content.startswith(_ZIP_HEAD):
        is_text = content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in content
        return None if is_text else FileFault.NOT_A_TABLE
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_sizes(packed.infolist())
    except RegisterFileError as error:
        return FileFault(str(error.facts["reason"]))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return FileFault.DAMAGED
    return None


def read_table(content: bytes) -> Table:
    """The table in `content`: the only one of a CSV, the first sheet of an XLSX.

    Raises RegisterFileError(reason=FileFault…) before anything large is unpacked or built.
    """
    if len(content) > FILE_BYTES_MAX:
        raise RegisterFileError(reason=FileFault.TOO_BIG)
    if content.startswith(_OLD_EXCEL_HEAD):
        raise RegisterFileError(reason=FileFault.OLD_EXCEL)
    if content.startswith(_ZIP_HEAD):
        return _table(_xlsx_rows(content), None)
    text, encoding = _decoded(content)
    return _table(_csv_rows(text), encoding)


def write_table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write `rows` to `path`: XLSX if it ends so, else CSV in UTF-8 with the mark that Excel needs.

    Every cell is text: one that begins like a formula is quoted in CSV and marked as text in XLSX.
    """
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, rows)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def stream_table(path: Path, rows: Iterable[Sequence[Cell]], *, sheet_name: str = "Sheet") -> int:
    """Write `rows` to `path` one by one, however many: XLSX if it ends so, else CSV. How many rows were written.

    Like `write_table`, and no more than one row is in memory at a time. Numbers are cells that count.
    """
    if path.suffix.lower() == ".xlsx":
        return _stream_xlsx(path, rows, sheet_name)
    return _stream_csv(path, rows)


def _stream_csv(path: Path, rows: Iterable[Sequence[Cell]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL)
        for row in rows:
            writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
            count += 1
    return count


def _stream_xlsx(path: Path, rows: Iterable[Sequence[Cell]], sheet_name: str) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name)
    count = 0
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=cell) for cell in row]
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"  # text, whatever it begins with
        sheet.append(cells)
        count += 1
    book.save(path)
    return count


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            written = sheet.cell(number, column, cell)
            written.data_type = "s"
            written.number_format = "@"
    book.save(path)


def _table(lines: Iterable[tuple[int, list[str]]], encoding: str | None) -> Table:
    rows: list[TableRow] = []
    for line, cells in lines:
        if len(cells) > COLUMNS_MAX:
            raise RegisterFileError(reason=FileFault.TOO_MANY_COLUMNS)
        if any(cell.strip() for cell in cells):
            rows.append(TableRow(line, tuple(cells)))
        if len(rows) > ROWS_MAX + 1:
            raise RegisterFileError(reason=FileFault.TOO_MANY_ROWS)
    if not rows:
        raise RegisterFileError(reason=FileFault.EMPTY)
    return Table(rows[0], tuple(rows[1:]), encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """Text of a CSV and its encoding: by its mark, else UTF-8, else what Vietnamese Windows wrote before."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16"), "utf-16"
    if b"\x00" in content:
        raise RegisterFileError(reason=FileFault.NOT_A_TABLE)
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _decode(content, "cp1258"), "windows-1258"


def _decode(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise RegisterFileError(reason=FileFault.UNKNOWN_ENCODING) from None
    if "\x00" in text:
        raise RegisterFileError(reason=FileFault.NOT_A_TABLE)
    return text


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins_at = 1
    try:
        for cells in reader:
            yield begins_at, cells
            begins_at = reader.line_num + 1
    except csv.Error:
        raise RegisterFileError(reason=FileFault.DAMAGED, line=begins_at) from None


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(content)))
        sheet = workbook.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError):
        raise RegisterFileError(reason=FileFault.NOT_A_TABLE) from None
    for line, cells in enumerate(rows, start=1):
        yield line, [_cell_text(cell) for cell in cells]


def _cell_text(cell: Any) -> str:
    """A cell as a person would type it: whole numbers without «.0», dates as «2025-06-19»."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _repacked(content: bytes) -> bytes:
    """The same workbook with honest sizes, read within limits. Raises RegisterFileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = _unpacked(packed)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        raise RegisterFileError(reason=FileFault.DAMAGED) from None
    _check_sheets(members)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as clean:
        for name, data in members.items():
            clean.writestr(name, data)
    return result.getvalue()


def _unpacked(packed: zipfile.ZipFile) -> dict[str, bytes]:
    entries = packed.infolist()
    _check_sizes(entries)
    return {entry.filename: _member(packed, entry) for entry in entries if not entry.is_dir()}


def _member(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """As many bytes as the directory promises: `ZipFile.read` unpacks all there are before it notices a lie."""
    with packed.open(entry) as opened:
        return opened.read(entry.file_size + 1)


def _check_sizes(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MEMBERS_MAX or sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
        raise RegisterFileError(reason=FileFault.TOO_BIG)
    for entry in entries:
        if entry.file_size > max(_SMALL_RATIO_BYTES, RATIO_MAX * entry.compress_size):
            raise RegisterFileError(reason=FileFault.PACKED_TOO_TIGHT)


def _check_sheets(members: dict[str, bytes]) -> None:
    """Every member is looked at, because a workbook may keep its sheets under any name."""
    names = {name.lower() for name in members}
    if _WORKBOOK not in names or names & _OTHER_KINDS:
        raise RegisterFileError(reason=FileFault.NOT_A_TABLE)
    shared = next((data for name, data in members.items() if name.lower() == "xl/sharedstrings.xml"), b"")
    for data in members.values():
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise RegisterFileError(reason=FileFault.DAMAGED)
        _check_extent(data)
        _check_text_size(data, shared)


def _check_extent(sheet: bytes) -> None:
    """A single cell in the last corner of a sheet would make the reader build all the empty ones before it."""
    if sum(1 for _ in _ROW.finditer(sheet)) > ROWS_MAX + 1:
        raise RegisterFileError(reason=FileFault.TOO_MANY_ROWS)
    numbers = (int(found[1]) for row in _ROW.finditer(sheet) if (found := _ROW_NUMBER.search(row[0])))
    places = {(letters, int(number)) for letters, number in _CELL.findall(sheet)}
    last_row = max((*numbers, *(number for _, number in places)), default=0)
    if last_row > ROWS_MAX + 1:
        raise RegisterFileError(reason=FileFault.TOO_MANY_ROWS)
    if any(_column_number(letters) > COLUMNS_MAX for letters in {letters for letters, _ in places}):
        raise RegisterFileError(reason=FileFault.TOO_MANY_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_text_size(sheet: bytes, shared: bytes) -> None:
    """One long text that a million cells share is written out a million times by the reader."""
    lengths = [len(item) for item in _ITEM_END.split(shared)]
    counts = Counter(map(int, _SHARED.findall(sheet)))
    total = sum(lengths[index] * count for index, count in counts.items() if index < len(lengths))
    if total > TEXT_BYTES_MAX:
        raise RegisterFileError(reason=FileFault.TOO_BIG)
