"""Writing the table as XLSX and CSV. No cell is ever a formula: texts are typed as texts, numbers as numbers.

Sources: OWASP CSV Injection; ECMA-376, 18.3.1.4 (cells) and 18.3.1.33 (data validation).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from catalog.product_sheet.columns import COLUMNS, Column, Kind, choices
from catalog.product_sheet.goods import Cell
from catalog.product_sheet.rows import harmless

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE: Final = "text/csv; charset=utf-8"
SPARE_ROWS: Final = 1_000
"""Rows below the last one in which the lists of choices are offered too."""

_TITLES: Final = {"vi": ("Hàng", "Hướng dẫn"), "en": ("Goods", "Instructions")}
_STEPS: Final = {
    "vi": (
        "Mỗi dòng là một gói. Sửa ô nào cần sửa rồi tải tệp lên lại; dòng không sửa thì giữ nguyên.",
        "Hàng mới: thêm dòng ở dưới, để trống ba cột đầu. Xóa dòng không làm mất hàng.",
        "Ô để trống nghĩa là không có thông tin đó.",
        "Sau khi tải lên bạn được xem trước mọi thay đổi; chỉ khi bạn đồng ý thì mới ghi, tất cả hoặc không gì cả.",
        "Cột / Cách ghi",
    ),
    "en": (
        "Each row is one pack. Change what is to be changed and upload the file; other rows stay as they are.",
        "Something new: add a row below and leave the first three columns empty. Deleting a row deletes no goods.",
        "An empty cell means that nothing is stated.",
        "After the upload you see every change first; it is recorded only when you agree, all of it or nothing.",
        "Column / What to write",
    ),
}


def csv_of(rows: Iterable[Sequence[Cell]], language: str) -> bytes:
    """UTF-8 with the mark that Excel needs, every cell in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([column.heading(language) for column in COLUMNS])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def texts_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A table of texts, safe to be opened in a spreadsheet."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(rows: Sequence[Sequence[Cell]], language: str) -> bytes:
    """A workbook: the goods, with lists to choose from, and a sheet of instructions. Written row by row."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    goods_title, help_title = _TITLES[language]
    goods: Any = book.create_sheet(goods_title)
    goods.freeze_panes = "E2"
    for number, column in enumerate(COLUMNS, start=1):
        goods.column_dimensions[get_column_letter(number)].width = column.width
    _offer_choices(goods, len(rows) + 1 + SPARE_ROWS, language)
    make = _cells(goods)
    goods.append([make(column.heading(language), is_bold=True) for column in COLUMNS])
    for row in rows:
        goods.append([make(cell) for cell in row])
    _write_help(book.create_sheet(help_title), language)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _csv_cell(cell: Cell) -> str:
    return "" if cell is None else str(cell) if isinstance(cell, int) else harmless(cell)


def _cells(sheet: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    bold = Font(bold=True)

    def make(value: Cell, *, is_bold: bool = False) -> Any:
        if value is None or isinstance(value, int):
            return value
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"  # whatever it begins with
        cell.number_format = "@"
        if is_bold:
            cell.font = bold
        return cell

    return make


def _offer_choices(sheet: Any, last_row: int, language: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(COLUMNS, start=1):
        rule = _rule(DataValidation, column, language)
        if rule is not None:
            rule.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{last_row}")
            sheet.data_validations.append(rule)


def _rule(make: Any, column: Column, language: str) -> Any:
    offered = choices(column, language)
    if offered:
        return make(type="list", formula1=f'"{",".join(offered)}"', allow_blank=True)
    if column.kind is Kind.NUMBER:
        return make(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    return None


def _write_help(sheet: Any, language: str) -> None:
    make = _cells(sheet)
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 90
    for row in _help_rows(language):
        sheet.append([make(cell) for cell in row])


def _help_rows(language: str) -> Iterator[tuple[str, ...]]:
    for step in _STEPS[language]:
        yield (step,)
    for column in COLUMNS:
        offered = ", ".join(choices(column, language))
        yield (column.heading(language), " ".join(each for each in (column.hint(language), offered) if each))
