"""The register as open data: a page that explains it, and the files, sent as they are read."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from flask import Response, current_app, render_template, request, stream_with_context

from catalog.queries.columns import get_columns
from catalog.queries.entries import ProductEntry
from catalog.queries.export import count_register, iter_register
from catalog.spreadsheets import FORMULA_STARTS
from catalog.views.register_columns import COLUMNS, Value, values_of
from core import clock
from core.i18n import gettext
from core.limits import rate_limited
from core.pages import accepts_gzip, cached_page, has_current
from core.web.access import public
from core.web.headers import open_to_all

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel takes UTF-8 for the alphabet of the machine it runs on."""

FILE_LIMIT: Final = "30/minute"
"""Files made for one network; 304 costs nothing and is not counted."""


@public
def open_data() -> Response:
    """What the files hold, column by column, and on what terms."""
    return cached_page(("open-data",), get_columns().seq, _page)


@public
def register_csv() -> Response:
    """The register as CSV: UTF-8 with a mark, every text quoted, nothing that a spreadsheet would run."""
    on = clock.today()
    return _file(_csv_chunks(on), "csv", "text/csv; charset=utf-8", on)


@public
def register_json() -> Response:
    """The register as JSON: `as_of`, `licence`, and `entries` with the columns of the CSV."""
    on = clock.today()
    return _file(_json_chunks(on), "json", "application/json", on)


def _page() -> str:
    return render_template("catalog/open_data.html", columns=COLUMNS, entry_count=count_register())


def _file(chunks: Iterator[str], kind: str, content_type: str, on: date) -> Response:
    etag = f'W/"register-{kind}-{get_columns().seq}-{on.isoformat()}"'
    headers = [
        ("Cache-Control", "no-cache"),
        ("ETag", etag),
        ("Vary", "Accept-Encoding"),
        ("Content-Disposition", f'attachment; filename="ocop-register-{on.isoformat()}.{kind}"'),
    ]
    if has_current(etag):
        return open_to_all(Response(status=304, headers=headers))
    return _fresh_file(chunks, headers, content_type)


@rate_limited(FILE_LIMIT, name="open-data")
def _fresh_file(chunks: Iterator[str], headers: list[tuple[str, str]], content_type: str) -> Response:
    data: Iterator[bytes] = (chunk.encode() for chunk in chunks)
    if accepts_gzip():
        headers.append(("Content-Encoding", "gzip"))
        data = _gzipped(data)
    return open_to_all(Response(stream_with_context(data), headers=headers, content_type=content_type))


def _csv_chunks(on: date) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _csv_lines([[column.name for column in COLUMNS]])
    for entries in iter_register(on):
        yield _csv_lines([_safe(value) for value in values_of(entry).values()] for entry in entries)


def _csv_lines(rows: Iterable[Iterable[Value]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return out.getvalue()


def _safe(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula begins with an apostrophe instead (OWASP, CSV injection)."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _json_chunks(on: date) -> Iterator[str]:
    head = {"as_of": on.isoformat(), "licence": _licence(), "register": _site() + "/open-data"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": ['
    separator = "\n"
    for entries in iter_register(on):
        yield separator + ",\n".join(_json_line(entry) for entry in entries)
        separator = ",\n"
    yield "\n]}\n"


def _licence() -> str:
    return gettext(
        "Facts of public decisions and press, free for any use. Name the source of each entry and the day of the file."
    )


def _json_line(entry: ProductEntry) -> str:
    return json.dumps(values_of(entry), ensure_ascii=False)


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _site() -> str:
    base: str = current_app.extensions["settings"].public_base_url
    return base + request.script_root
