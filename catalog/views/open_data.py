"""The register as open data: a page that explains it, and the files, which are kept on disk."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from flask import Response, current_app, render_template, request

from catalog.queries.columns import get_columns
from catalog.queries.entries import ProductEntry
from catalog.queries.export import changed_blocks, count_register, list_blocks, list_entries
from catalog.spreadsheets import FORMULA_STARTS
from catalog.views.register_columns import COLUMN_NAMES, COLUMNS, Value, values_of
from core import clock
from core.i18n import current_language, gettext
from core.limits import rate_limited
from core.pages import cached_page, has_current
from core.pieced_files import Recipe
from core.web.access import public
from core.web.headers import open_to_all
from core.web.kept_file import kept_file, kept_file_tag

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the alphabet of the machine it runs on."""

FILE_LIMIT: Final = "20/minute"
"""Files sent to one network; 304 costs nothing and is not counted."""

_to_json: Final = json.JSONEncoder(ensure_ascii=False).encode


@public
def open_data() -> Response:
    """What the files hold, column by column, and on what terms."""
    return cached_page(("open-data",), get_columns().seq, _page)


@public
def register_csv() -> Response:
    """The register as CSV: UTF-8 with a mark, every text quoted, nothing that a spreadsheet would run."""
    on = clock.today()
    head = BYTE_ORDER_MARK + _csv_lines([[column.name for column in COLUMNS]])
    return _file("csv", on, _recipe(on, _csv_entries, head=head), "text/csv; charset=utf-8")


@public
def register_json() -> Response:
    """The register as JSON: `as_of`, `licence`, and `entries` with the columns of the CSV."""
    on = clock.today()
    about = {"as_of": on.isoformat(), "licence": _licence(), "register": _site() + "/open-data"}
    head = _to_json(about)[:-1] + ', "entries": [\n'
    recipe = _recipe(on, _json_entries, head=head, between=",\n", tail="\n]}\n")
    return _file(f"json-{current_language()}", on, recipe, "application/json")


def _page() -> str:
    return render_template("catalog/open_data.html", columns=COLUMNS, entry_count=count_register())


def _recipe(
    on: date, write: Callable[[Sequence[ProductEntry]], str], *, head: str, between: str = "", tail: str = ""
) -> Recipe:
    return Recipe(
        head=head,
        between=between,
        tail=tail,
        list_pieces=list_blocks,
        make_piece=lambda block: write(list_entries(block, on)),
        changed_since=changed_blocks,
    )


def _file(form: str, on: date, recipe: Recipe, content_type: str) -> Response:
    name, seq = f"register-{form}", get_columns().seq
    if not has_current(kept_file_tag(name, seq, on)):
        _count_download()
    download = f"ocop-register-{on.isoformat()}.{form.partition('-')[0]}"
    headers = [("Content-Disposition", f'attachment; filename="{download}"')]
    return open_to_all(kept_file(name, seq, on, recipe, headers, content_type=content_type))


@rate_limited(FILE_LIMIT, name="open-data")
def _count_download() -> None:
    """Nothing but the counting."""


def _csv_entries(entries: Sequence[ProductEntry]) -> str:
    return _csv_lines([_safe(value) for value in values_of(entry)] for entry in entries)


def _csv_lines(rows: Iterable[Iterable[Value]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return out.getvalue()


def _safe(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula begins with an apostrophe instead (OWASP, CSV injection)."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _json_entries(entries: Sequence[ProductEntry]) -> str:
    return ",\n".join(_to_json(dict(zip(COLUMN_NAMES, values_of(entry), strict=True))) for entry in entries)


def _licence() -> str:
    return gettext(
        "Facts of public decisions and press, free for any use. Name the source of each entry and the day of the file."
    )


def _site() -> str:
    base: str = current_app.extensions["settings"].public_base_url
    return base + request.script_root
