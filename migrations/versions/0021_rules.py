"""Rules of sale: papers that some goods need, drafts of a checkout, and complaints.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "food_safety",
    "vietgap",
    "globalgap",
    "organic",
    "haccp",
    "iso",
    "geographical_indication",
    "collective_mark",
)
KINDS = (*KINDS_BEFORE, "alcohol_licence", "advert_confirmation")
CLAIMED = ("ocop",)
# table -> kinds that its column `kind` admits beside those above
TABLES = {"certificate": (), "certificate_claim": CLAIMED}


def upgrade() -> None:
    for table, more in TABLES.items():
        _admit(table, (*KINDS_BEFORE, *more), (*KINDS, *more))


def downgrade() -> None:
    for table, more in TABLES.items():
        _admit(table, (*KINDS, *more), (*KINDS_BEFORE, *more))


def _admit(table: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the column `kind` hold other words.

    SQLite knows no such change, and a table made anew would lose its triggers and its place in those of others. So the
    text of the constraint is changed where it is kept, as the manual describes it (ALTER TABLE, section 7).
    """
    name = f"ck_{table}_kind"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(op.f(name), table, f"kind IN ({_listed(after)})")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema=ON")
    changed = op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"
        ),
        {"before": f"kind IN ({_listed(before)})", "after": f"kind IN ({_listed(after)})", "name": table},
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"no table {table}")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(repr(kind) for kind in kinds)
