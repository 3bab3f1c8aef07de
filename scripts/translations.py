"""Brings the Vietnamese catalogue in step with the messages in code and templates.

    .venv/bin/python scripts/translations.py                 extract, then update translations/vi
    .venv/bin/python scripts/translations.py fill FILE.json  the same, then take over {"English": "tiếng Việt"}

Safe when several people run it at once. Nothing is compiled: the program reads the .po file itself.
"""

import fcntl
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOGUE: Final = ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "markup_gettext": None,
    "markup_ngettext": (1, 2),
}
PACKAGES: Final = (
    "core",
    "catalog",
    "traceability",
    "transparency",
    "storefront",
    "accounts",
    "orders",
    "settlement",
    "promotion",
    "ledger",
)
HEADER: Final = "# Vietnamese texts of the marketplace. The English ones are the messages themselves."
# Header lines that change with every run or say nothing.
NOISE: Final = tuple(
    f'"{name}:'.encode()
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
METHODS: Final = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS: Final = {"**.html": {"trimmed": "true"}}


def extract() -> Catalog:
    """Every message in the sources, each with the files that use it."""
    found = Catalog(project="marketplace", charset="utf-8")
    for folder in (*PACKAGES, "templates"):
        if not (ROOT / folder).is_dir():
            continue
        messages = extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("NOTE:",)
        )
        for file, _line, message, comments, _context in messages:
            found.add(message, None, [(f"{folder}/{file}", 0)], auto_comments=comments)
    return found


def load() -> Catalog:
    """The catalogue as it stands, empty if there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale="vi", project="marketplace", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def update(catalogue: Catalog) -> None:
    """Bring `catalogue` in step with the sources. What is no longer used is dropped, nothing is guessed."""
    catalogue.update(extract(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "marketplace", ""
    catalogue.header_comment = HEADER


def save(catalogue: Catalog) -> None:
    """Write `catalogue`, sorted by message, so that two people's additions seldom touch."""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False)
    lines = [line for line in out.getvalue().splitlines() if not line.startswith(NOISE)]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    draft = CATALOGUE.with_suffix(".po.new")
    draft.write_bytes(b"\n".join(lines).rstrip() + b"\n")
    draft.replace(CATALOGUE)


def fill(catalogue: Catalog, file: Path) -> list[str]:
    """Take over the translations of `file`; returns the messages that no source uses."""
    unknown = []
    for message, translation in json.loads(file.read_text(encoding="utf-8")).items():
        entry = catalogue.get(message)
        if entry is None:
            unknown.append(message)
        else:
            entry.string = (translation,) if entry.pluralizable else translation
            entry.flags.discard("fuzzy")
    return unknown


def main(arguments: list[str]) -> None:
    """Update, fill if asked, and say what is left to do."""
    with (Path(tempfile.gettempdir()) / f"translations-{os.getuid()}.lock").open(
        "w", encoding="ascii"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(arguments)


def run(arguments: list[str]) -> None:
    catalogue = load()
    update(catalogue)
    if arguments[:1] == ["fill"]:
        for message in fill(catalogue, Path(arguments[1])):
            sys.stdout.write(f"not in any source: {message}\n")
    save(catalogue)
    missing = [entry.id for entry in catalogue if entry.id and not any(_strings(entry.string))]
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} without translation\n")
    sys.stdout.writelines(f"  {message}\n" for message in missing)


def _strings(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    main(sys.argv[1:])
