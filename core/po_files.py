"""Reads gettext's text catalogues (.po), so that no compiled copy can fall out of step with them.

Source of the format: GNU gettext manual, "The Format of PO Files".
"""

import ast
from pathlib import Path

Catalogue = dict[str, str]


def read_po(path: Path) -> Catalogue:
    """Messages of `path` and their translations; untranslated and fuzzy ones are left out.

    Of a message with plural forms the first form is kept: Vietnamese has one. Raises ValueError for a line
    that is no part of the format.
    """
    catalogue: Catalogue = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in entry.splitlines() if line and not line.startswith("#~")]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        fields = _fields([line for line in lines if not line.startswith("#")])
        message, translation = fields.get("msgid", ""), fields.get("msgstr") or fields.get("msgstr[0]", "")
        if message and translation:
            catalogue[message] = translation
    return catalogue


def _fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        quoted = line
        if not line.startswith('"'):
            name, _, quoted = line.partition(" ")
            fields[name] = ""
        if len(quoted) < 2 or quoted[0] != '"' or quoted[-1] != '"':
            raise ValueError(f"not a line of a .po file: {line!r}")
        fields[name] += _unquote(quoted)
    return fields


def _unquote(quoted: str) -> str:
    return str(ast.literal_eval(quoted)) if "\\" in quoted else quoted[1:-1]
