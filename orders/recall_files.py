"""The data of a recall as files: whose orders, which lots, what happened to them. Values in, bytes out."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that begins so. Source: OWASP, CSV injection."""
BYTE_ORDER_MARK: Final = "\ufeff"
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""Of every file in an archive, so that the same data give the same bytes."""

Cell = str | int | None


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """`rows` as CSV with the mark that Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(heads)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return BYTE_ORDER_MARK + out.getvalue()


def archive(files: Mapping[str, str | Mapping[str, Any]]) -> bytes:
    """A ZIP of texts and JSON documents by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
            zipped.writestr(zipfile.ZipInfo(name, FIRST_DAY), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _harmless(cell: Cell) -> str | int:
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
