"""Lists of the office: one way to filter, sort, page and take away, whatever the rows are.

Every state of a list is an address; `as=csv` gives the same rows as a file.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request

from catalog.spreadsheets import FORMULA_STARTS
from core import clock
from core.clock import VIETNAM
from core.i18n import LazyText, format_date, format_number, format_time
from core.i18n import lazy_gettext as _

PER_PAGE: Final = 50
CSV_ROWS_MAX: Final = 20_000
"""Rows in a file of a list; the register has an export of its own for all of them. Limit: docs/limits.md."""
PAGE_MAX: Final = 400
WORDS_MAX: Final = 100
BYTE_ORDER_MARK: Final = "\ufeff"

Cell = str | int | float | Decimal | date | datetime | LazyText | None
Read = Callable[[int, int], tuple[Sequence[Any], int]]
"""Page (from 1) and rows in it to those rows and the number of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name in files and in `sort`, its words, its value, and where its cell leads.

    is_vietnamese: its cells hold what people here are called or wrote, on English pages too.
    """

    name: str
    title: LazyText
    value: Callable[[Any], Cell]
    address: Callable[[Any], str | None] | None = None
    is_number: bool = False
    is_sortable: bool = False
    is_vietnamese: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field above a list. choices: pairs of a value and its words; none makes it a field to type into."""

    name: str
    label: LazyText
    choices: tuple[tuple[str, object], ...] = ()
    kind: str = "search"

    @property
    def value(self) -> str:
        """What is asked for now; "" for anything that is not among the choices."""
        text = request.args.get(self.name, "").strip()[:WORDS_MAX]
        return text if not self.choices or text in {value for value, _ in self.choices} else ""


OPEN_OR_CLOSED: Final = Filter(
    name="state",
    label=_("State"),
    choices=(("open", _("Open")), ("closed", _("Closed")), ("all", _("All"))),
)
"""Of matters that somebody closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list of the office: what it is called, its columns, its filters, and how its rows are read."""

    name: str
    title: LazyText
    columns: tuple[Column, ...]
    read: Read
    lead: LazyText | None = None
    here: str = ""
    filters: tuple[Filter, ...] = ()
    nothing: LazyText | None = None
    context: dict[str, Any] = field(default_factory=dict)


def sort_asked(columns: Iterable[Column], default: str) -> str:
    """The order asked for: a sortable column's name, "-" before it for downwards; else `default`."""
    asked = request.args.get("sort", "")
    names = {column.name for column in columns if column.is_sortable}
    return asked if asked.removeprefix("-") in names else default


def page_asked() -> int:
    """The page asked for, from 1."""
    text = request.args.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(PAGE_MAX)) else 1
    return min(max(number, 1), PAGE_MAX)


def words_asked(name: str = "q") -> str:
    """The words asked for, cut to a length that makes sense."""
    return " ".join(request.args.get(name, "").split())[:WORDS_MAX]


def answer_list(listed: List, template: str = "office/list.html") -> Response:
    """The page of `listed`, or its file."""
    if request.args.get("as") == "csv":
        rows, _total = listed.read(1, CSV_ROWS_MAX)
        return csv_answer(listed.name, listed.columns, rows)
    page = page_asked()
    rows, total = listed.read(page, PER_PAGE)
    text = render_template(
        template,
        listed=listed,
        heads=[(column, _sort_link(column)) for column in listed.columns],
        rows=[
            [(column, _shown(column, row), _led_to(column, row)) for column in listed.columns] for row in rows
        ],
        total=total,
        page=page,
        page_count=-(-total // PER_PAGE),
        url_before=f"?{_query(page=None)}&page=" if _query(page=None) else "?page=",
        csv_url=f"?{_query(page=None, **{'as': 'csv'})}",
        **listed.context,
    )
    return make_response(text)


def csv_answer(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """`rows` as CSV: UTF-8 with the mark that Excel needs, no cell that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.name for column in columns])
    writer.writerows([_filed(column.value(row)) for column in columns] for row in rows)
    answer = Response(BYTE_ORDER_MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    day = clock.today().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.csv"'
    return answer


def harmless(text: str) -> str:
    """`text` that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _filed(value: Cell) -> str | int | float | Decimal:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value)) if isinstance(value, str | LazyText) else value


def _shown(column: Column, row: Any) -> str:
    value = column.value(row)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{format_date(value)} {format_time(value)}"
    if isinstance(value, date):
        return format_date(value)
    return str(value) if isinstance(value, str | LazyText) else format_number(value)  # type: ignore[arg-type]


def _led_to(column: Column, row: Any) -> str | None:
    return column.address(row) if column.address is not None else None


def _sort_link(column: Column) -> str | None:
    if not column.is_sortable:
        return None
    is_up = request.args.get("sort") == column.name
    return f"?{_query(page=None, sort=f'-{column.name}' if is_up else column.name)}"


def _query(**changed: str | None) -> str:
    """What is asked for, with some of it changed; None takes out."""
    left = [(name, value) for name, value in request.args.items() if name not in changed and value]
    return urlencode([*left, *((name, value) for name, value in changed.items() if value)])
