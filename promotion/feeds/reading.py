"""A finished file read again, by other means than those that wrote it, and checked by its shelf's rules.

A file that does not pass is not put in place. Rows are read one by one and let go; a workbook is read by another
library than the one that wrote it. Only our own files are read here.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET  # nosec B405: it reads only what this program has just written

from catalog.errors import RegisterFileError
from catalog.spreadsheets import read_table
from promotion.channel_rules import Breach, Channel, ChannelKey, check_row, get_channel
from promotion.column_maps import get_map
from promotion.feeds.rows import CONTEXT, FACEBOOK_FIELDS, GOOGLE_FIELDS, flattened
from promotion.feeds.writers import FEEDS, G

TOLD_MOST: Final = 50
_ITEM: Final = "item"
_IDS: Final = {ChannelKey.SCHEMA: "@id", **dict.fromkeys((ChannelKey.GOOGLE, ChannelKey.FACEBOOK), "id")}


@dataclass(slots=True)
class FileCheck:
    """What reading a file found. breaches: the first TOLD_MOST, with the number of the row (from 1; 0: the file)."""

    row_count: int = 0
    breach_count: int = 0
    breaches: list[tuple[int, Breach]] = field(default_factory=list)

    def add(self, number: int, *breaches: Breach) -> None:
        self.breach_count += len(breaches)
        self.breaches += [(number, each) for each in breaches[: max(TOLD_MOST - len(self.breaches), 0)]]


class UnreadableFileError(Exception):
    """The file is not of its form (`fault`), from row `number` on."""

    def __init__(self, fault: str, number: int) -> None:
        super().__init__(fault)
        self.fault, self.number = fault, number


def check_file(path: Path, name: str, on: date) -> FileCheck:
    """Read the file called `name` («google.xml», «shopee.xlsx») at `path` and check every row of it for a day.

    Every breach of a blocking rule is told, also rows alike and a file that is not of its form.
    """
    channel = _channel_of(name)
    check = FileCheck()
    ids = _Ids(read_rows(path, name), _IDS.get(channel.key, "sku"))
    try:
        for row in ids:
            check.row_count += 1
            check.add(check.row_count, *(each for each in check_row(channel, row, on) if each.blocks))
    except UnreadableFileError as error:
        check.add(error.number, Breach("", error.fault, None, True))
    check.add(0, *(Breach(ids.field, "unique", value, True) for value in ids.repeated))
    return check


def read_rows(path: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a file, field to text, as its shelf would read them. Raises UnreadableFileError."""
    if name.endswith(".xml"):
        return _read_xml(path)
    if name.endswith(".tsv"):
        return _read_table(path, GOOGLE_FIELDS, "\t")
    if name.endswith(".csv"):
        return _read_table(path, FACEBOOK_FIELDS, ",")
    if name.endswith(".jsonl"):
        return _read_json(path)
    return _read_sheet(path, name)


class _Ids:
    """Rows as they pass, and the ids among them that came before."""

    def __init__(self, rows: Iterator[dict[str, str]], field: str) -> None:
        self.field = field
        self.repeated: list[str] = []
        self._rows = rows
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[dict[str, str]]:
        for row in self._rows:
            known = row.get(self.field, "")
            if known in self._seen:
                self.repeated.append(known)
            self._seen.add(known)
            yield row


def _channel_of(name: str) -> Channel:
    return get_channel(FEEDS[name].channel if name in FEEDS else name.partition(".")[0])


def _read_xml(path: Path) -> Iterator[dict[str, str]]:
    number = 0
    try:
        events = ET.iterparse(path, events=("start", "end"))  # nosec B314  # noqa: S314 - our own file
        _, root = next(events)
        channel: Any = None
        for event, element in events:
            if event == "start" and channel is None:
                channel = element
            if event == "end" and element.tag == _ITEM:
                number += 1
                yield _item(element)
                channel.clear()  # what was read is let go
        if root.tag != "rss" or root.get("version") != "2.0" or channel is None or channel.tag != "channel":
            raise UnreadableFileError("form", 0)
    except ET.ParseError:
        raise UnreadableFileError("form", number + 1) from None


def _item(element: Any) -> dict[str, str]:
    row: dict[str, str] = {}
    for part in element:
        name = part.tag.removeprefix(f"{{{G}}}")
        row[name] = f"{row[name]},{part.text}" if name in row else part.text or ""
    return row


def _read_table(path: Path, fields: tuple[str, ...], delimiter: str) -> Iterator[dict[str, str]]:
    number = 0
    with path.open(encoding="utf-8", newline="") as opened:
        lines = csv.reader(opened, delimiter=delimiter, strict=True)
        try:
            if tuple(next(lines, ())) != fields:
                raise UnreadableFileError("head", 0)
            for cells in lines:
                number += 1
                if len(cells) != len(fields):
                    raise UnreadableFileError("cells", number)
                yield {name: cell for name, cell in zip(fields, cells, strict=True) if cell}
        except (csv.Error, UnicodeDecodeError):
            raise UnreadableFileError("form", number + 1) from None


def _read_json(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            try:
                document = json.loads(line)
            except json.JSONDecodeError:
                raise UnreadableFileError("form", number) from None
            if not isinstance(document, dict) or document.get("@context") != CONTEXT:
                raise UnreadableFileError("form", number)
            if number == 0:
                if document.get("@type") != "DataFeed" or "dateModified" not in document:
                    raise UnreadableFileError("head", 0)
                continue
            yield flattened(document)


def _read_sheet(path: Path, name: str) -> Iterator[dict[str, str]]:
    columns = get_map(name.partition(".")[0])
    try:
        table = read_table(path.read_bytes())
    except RegisterFileError:
        raise UnreadableFileError("form", 0) from None
    heads = tuple(each.head for each in columns.columns)
    if table.header.cells[: len(heads)] != heads or table.header.line != 1:
        raise UnreadableFileError("head", 0)
    first = len(columns.heads) + 1
    for row in table.rows:
        if row.line >= first:
            yield columns.read(row.cells)
