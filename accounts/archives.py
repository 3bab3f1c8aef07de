"""The archive that a person takes home: all facts as JSON, as tables and as a page to read, and the person's files."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from core.personal_data import PersonalFile
from core.text import clean_line

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets. Source: OWASP, CSV Injection."""
TITLE_MAX: Final = 80

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_SHEET: Final = (
    "body{font:17px/1.55 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1e2420}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{border:1px solid #8a8578;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top;white-space:pre-wrap}"
)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What one area holds. title: in the language of the person. facts: values that JSON knows."""

    name: str
    title: str
    facts: Any


@dataclass(frozen=True, slots=True)
class ArchiveText:
    """The few words of the archive itself, in the language of the person."""

    language: str
    title: str
    nothing: str
    files: str


def write_archive(
    target: Path,
    areas: Sequence[AreaFacts],
    text: ArchiveText,
    made_at: datetime,
    files: Iterable[tuple[PersonalFile, Callable[[], BinaryIO]]] = (),
) -> None:
    """Write the ZIP archive to `target`. files: each with a function that opens it; one is in memory at no time."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        told = {"made_at": made_at.isoformat(), "areas": {area.name: area.facts for area in areas}}
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2, default=str))
        archive.writestr("data.html", _page(areas, text, made_at))
        for area in areas:
            rows = _rows(area.facts)
            if rows:
                archive.writestr(f"tables/{area.name}.csv", _table(rows))
        for number, (file, opened) in enumerate(files, start=1):
            with (
                opened() as source,
                archive.open(f"files/{number:03d}-{_file_title(file.title)}", "w") as copy,
            ):
                shutil.copyfileobj(source, copy)


def _rows(facts: Any) -> list[Mapping[str, Any]]:
    """A dict of facts is one row; what is neither a dict nor a list of such is none."""
    if isinstance(facts, Mapping):
        return [facts]
    return [each for each in facts if isinstance(each, Mapping)] if isinstance(facts, Sequence) else []


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """CSV with the mark by which spreadsheets know UTF-8; no cell is taken for a formula."""
    columns = _columns(rows)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue()


def _cell(value: Any) -> str:
    text = _told(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _told(value: Any) -> str:
    if value is None:
        return ""
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    )


def _page(areas: Sequence[AreaFacts], text: ArchiveText, made_at: datetime) -> str:
    title = escape(text.title)
    parts = [
        f'<!DOCTYPE html><html lang="{escape(text.language)}"><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{_SHEET}</style></head><body>",
        f"<h1>{title}</h1><p>{escape(made_at.isoformat(timespec='minutes'))}</p>",
    ]
    for area in areas:
        parts.append(f"<h2>{escape(area.title)}</h2>")
        rows = _rows(area.facts)
        parts.append(_html_table(rows) if rows else f"<p>{escape(text.nothing)}</p>")
    parts.append(f"<p>{escape(text.files)}</p></body></html>")
    return "".join(parts)


def _html_table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = _columns(rows)
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_told(row.get(name)))}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _file_title(title: str) -> str:
    """`title` as a name that every system takes, and that stays within its folder."""
    return _UNSAFE.sub("-", clean_line(title)).strip(". ")[-TITLE_MAX:] or "file"
