"""Answering with a table or a paper as a file."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flask import Response

from catalog.spreadsheets import write_table

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def table_file(rows: Sequence[Sequence[str]], name: str, ending: str) -> Response:
    """`rows` as a file for download: CSV or XLSX, no cell of which is a formula. ending: «csv» or «xlsx»."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{ending}"
        write_table(path, rows)
        return file_answer(path.read_bytes(), name, ending)


def file_answer(content: bytes, name: str, ending: str) -> Response:
    """`content` for download, kept by no cache."""
    answer = Response(content, content_type=TYPES[ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
