"""Which kept files some row still names.

The rule that makes this possible: a column that names a file in the storage is called `sha256` or ends with
`_sha256`, in every table of the program.
"""

from collections.abc import Collection

from sqlalchemy import Column, select

from core.db import Model, db

FILE_COLUMN = "sha256"


def list_file_columns() -> list["Column[str]"]:
    """Every column that names kept files; those of the tables whose models are imported."""
    return [
        column
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.name == FILE_COLUMN or column.name.endswith(f"_{FILE_COLUMN}")
    ]


def find_unused(names: Collection[str]) -> set[str]:
    """Those of `names` (SHA-256 of the content) that no row names."""
    unused = set(names)
    for column in list_file_columns():
        if unused:
            unused -= set(db.session.scalars(select(column).where(column.in_(unused))))
    return unused
