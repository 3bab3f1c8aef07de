"""The files themselves: heads, rows and ends of the feeds as text, and upload sheets as workbooks.

Rows are written as they come, so that no file is ever whole in memory. What a spreadsheet program would take for a
formula begins with an apostrophe in tables (OWASP, CSV injection) and is text in workbooks.
Sources: RSS 2.0, Google's namespace http://base.google.com/ns/1.0, RFC 4180 (CSV), JSON-LD 1.1, schema.org DataFeed.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape  # nosec B406: it writes, it parses nothing

from catalog.spreadsheets import FORMULA_STARTS, stream_table
from core.i18n import DEFAULT_LANGUAGE, gettext, speaking
from promotion.channel_rules import ChannelKey
from promotion.column_maps import get_map
from promotion.feeds.judging import ShelfRow, Shop, Verdict
from promotion.feeds.rows import CONTEXT, FACEBOOK_FIELDS, GOOGLE_FIELDS, document_of

G: Final = "http://base.google.com/ns/1.0"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file of text. head, tail: of the shop at a moment. write: the text of one row of a verdict."""

    name: str
    channel: ChannelKey
    media_type: str
    head: Callable[[Shop, datetime], str]
    write: Callable[[Verdict, ShelfRow, Shop], str]
    tail: str = ""

    def rows(self, verdict: Verdict, shop: Shop) -> Iterator[str]:
        """The texts of a product: one for each pack that is offered."""
        with speaking(DEFAULT_LANGUAGE):
            texts = [self.write(verdict, row, shop) for row in verdict.offered]
        yield from texts


def sheet_name(channel: ChannelKey) -> str:
    """The name of the upload sheet of a platform."""
    return f"{channel}.xlsx"


def write_sheet(path: Path, channel: ChannelKey, verdicts: Iterable[Verdict]) -> int:
    """Write the upload sheet of a platform; how many packs are in it. path: ends with «.xlsx»."""
    columns = get_map(channel)
    heads = columns.heads

    def rows() -> Iterator[Sequence[str | int | float]]:
        yield from heads
        for verdict in verdicts:
            for each in verdict.offered:
                yield columns.cells(each.row)

    return stream_table(path, rows(), sheet_name=columns.sheet) - len(heads)


def _rss_head(shop: Shop, now: datetime) -> str:
    with speaking(DEFAULT_LANGUAGE):
        title = gettext("OCOP market: goods")
        about = gettext("Goods of the market as they were offered at the moment named here.")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="{G}">\n<channel>\n'
        f"<title>{escape(title)}</title>\n<link>{escape(shop.base_url)}/</link>\n"
        f"<description>{escape(about)}</description>\n<lastBuildDate>{format_datetime(now)}</lastBuildDate>\n"
    )


def _rss_item(_verdict: Verdict, row: ShelfRow, _shop: Shop) -> str:
    lines = []
    for field in GOOGLE_FIELDS:
        texts = row.row.get(field, "")
        several = texts.split(",") if field == "additional_image_link" else [texts]
        lines += [f"<g:{field}>{escape(text)}</g:{field}>\n" for text in several if text]
    return f"<item>\n{''.join(lines)}</item>\n"


def _table_head(fields: Sequence[str], delimiter: str) -> Callable[[Shop, datetime], str]:
    return lambda _shop, _now: _line(fields, delimiter)


def _table_row(fields: Sequence[str], delimiter: str) -> Callable[[Verdict, ShelfRow, Shop], str]:
    return lambda _verdict, row, _shop: _line(
        [_harmless(row.row.get(field, "")) for field in fields], delimiter
    )


def _line(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _harmless(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line


def _json_head(shop: Shop, now: datetime) -> str:
    feed = {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "@id": f"{shop.base_url}/feeds/schema.jsonl",
        "dateModified": now.isoformat(timespec="seconds"),
    }
    return _json_line(feed)


def _json_row(verdict: Verdict, row: ShelfRow, shop: Shop) -> str:
    return _json_line(document_of(verdict.goods, row.pack, shop.base_url))


def _json_line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


FEEDS: Final = {
    file.name: file
    for file in (
        TextFile(
            name="google.xml",
            channel=ChannelKey.GOOGLE,
            media_type="application/xml; charset=utf-8",
            head=_rss_head,
            write=_rss_item,
            tail="</channel>\n</rss>\n",
        ),
        TextFile(
            name="google.tsv",
            channel=ChannelKey.GOOGLE,
            media_type="text/tab-separated-values; charset=utf-8",
            head=_table_head(GOOGLE_FIELDS, "\t"),
            write=_table_row(GOOGLE_FIELDS, "\t"),
        ),
        TextFile(
            name="facebook.csv",
            channel=ChannelKey.FACEBOOK,
            media_type="text/csv; charset=utf-8",
            head=_table_head(FACEBOOK_FIELDS, ","),
            write=_table_row(FACEBOOK_FIELDS, ","),
        ),
        TextFile(
            name="schema.jsonl",
            channel=ChannelKey.SCHEMA,
            media_type="application/x-ndjson; charset=utf-8",
            head=_json_head,
            write=_json_row,
        ),
    )
}
"""The files of text by name. All of them exist for the whole shop and for each producer."""
