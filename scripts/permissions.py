"""Write docs/permissions.md: every route and method with what each role gets. Run it after a change to routes.

    .venv/bin/python scripts/permissions.py

`tests/test_permissions.py` compares the file with what this script makes, and the program with both.
"""

import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Final

from flask import Flask

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.permissions.roles import ROLES  # noqa: E402
from tests.permissions.table import Row, rows  # noqa: E402

DOCUMENT: Final = ROOT / "docs" / "permissions.md"
SECTIONS: Final = {"account", "admin", "api", "office", "sign-in", "sign-up", "workspace"}
OTHERS: Final = "Other addresses"
INTRODUCTION: Final = """\
# Permissions

Made by `scripts/permissions.py` from the routes and `tests/permissions/given.py`; `tests/test_permissions.py` asks
every route as every role and fails where the program does otherwise. Do not edit by hand.

What an address names here is an object of *our producer* (province of the two officers named first) or of *the
shopper*: so the columns of the team and of the officers of the area come to what is their own, all others to what is
somebody else's.

- **yes**: allowed. **404**: there is nothing here, for this person; the same answer as for a number that does not
  exist.
- **sign-in**: led to the sign-in and back. Officers, organisers and administrators are also led to their second factor
  wherever their role is asked for, and «yes» means: once it is passed.
- **again**: a dangerous act; whoever has not signed in within the last ten minutes proves again who they are.
- **key**: for systems with an API key; a cookie is worth nothing there.
- Every act (POST, PUT, PATCH, DELETE) without the token of its form is answered with 400 and changes nothing.
"""


def text(app: Flask) -> str:
    """The file as it should be."""
    parts = [INTRODUCTION]
    for section, group in groupby(sorted(rows(app), key=_order), key=_section):
        parts.append(f"\n## {section}\n\n{_table(list(group))}")
    return "".join(parts)


def _order(row: Row) -> tuple[bool, str]:
    """Sections by name, what belongs to none at the end."""
    return _section(row) == OTHERS, _section(row)


def _section(row: Row) -> str:
    first = row.address.split("/")[1]
    return f"`/{first}`" if first in SECTIONS else OTHERS


def _table(group: list[Row]) -> str:
    heads = ["Method", "Address", *(label for label, _actor in ROLES.values()), ""]
    lines = [heads, ["---"] * len(heads)]
    for row in group:
        words = [row.words[role] for role in ROLES]
        lines.append([row.method, f"`{row.address}`", *words, "again" if row.asks_again else ""])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> int:
    """Write the file."""
    from core.config import load_settings
    from storefront.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"OCOP_ENV": "testing", "SECRET_KEY": "x" * 40, "INSTANCE_DIR": folder})
        DOCUMENT.write_text(text(create_app(settings)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
