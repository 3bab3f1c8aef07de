"""Which of the known layouts a table has, and its rows read by it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalog.errors import RegisterFileError
from catalog.register import own_layout, published_layout
from catalog.register.rows import Finding, Level, ParsedRow, RowMessage
from catalog.spreadsheets import FileFault, Table, TableRow
from core.text import words

ReadRow = Callable[[ParsedRow, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """name: "own" or "published". columns: by folded heading. required: without these it is not this layout."""

    name: str
    columns: Mapping[str, str]
    required: frozenset[str]
    read_row: ReadRow


LAYOUTS: Final = (
    Layout("published", published_layout.COLUMNS, published_layout.REQUIRED, published_layout.read_row),
    Layout("own", own_layout.COLUMNS, own_layout.REQUIRED, own_layout.read_row),
)


def find_layout(table: Table) -> Layout:
    """The layout whose columns the header of `table` has. Raises RegisterFileError(unknown_layout)."""
    headings = {_folded(cell) for cell in table.header.cells}
    for layout in LAYOUTS:
        known = {layout.columns[heading] for heading in headings if heading in layout.columns}
        if layout.required <= known:
            return layout
    raise RegisterFileError(reason=FileFault.UNKNOWN_LAYOUT)


def parse_table(table: Table) -> tuple[tuple[RowMessage, ...], Iterator[ParsedRow]]:
    """What there is to say about the header of `table`, and each of its rows as facts and messages.

    Raises RegisterFileError if the layout is not known or a column is there twice.
    """
    layout = find_layout(table)
    header = ParsedRow(table.header.line)
    columns = _columns(table, layout, header)
    return tuple(header.messages), (_parsed(row, columns, layout) for row in table.rows)


def _parsed(table_row: TableRow, columns: list[str | None], layout: Layout) -> ParsedRow:
    row = ParsedRow(table_row.line)
    if any(cell.strip() for cell in table_row.cells[len(columns) :]):
        row.say(Level.ERROR, Finding.TOO_MANY_CELLS, "", str(len(table_row.cells)), str(len(columns)))
        return row
    cells = zip(columns, table_row.cells, strict=False)
    layout.read_row(row, {column: cell for column, cell in cells if column is not None})
    if row.has_error:
        row.product = None
    return row


def _columns(table: Table, layout: Layout, header: ParsedRow) -> list[str | None]:
    columns: list[str | None] = []
    for cell in table.header.cells:
        column = layout.columns.get(_folded(cell))
        if column is not None and column in columns:
            raise RegisterFileError(reason=FileFault.REPEATED_COLUMN, column=column)
        if column is None and cell.strip():
            header.say(Level.WARNING, Finding.UNKNOWN_COLUMN, cell.strip(), cell.strip())
        columns.append(column)
    return columns


def _folded(heading: str) -> str:
    return " ".join(words(heading))
