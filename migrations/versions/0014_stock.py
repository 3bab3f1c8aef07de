"""Packs that orders hold, why stock moved, and a change feed that sleeps where the shop shows the same as before.

`variant.reserved` is what orders have been promised of `on_hand`. Each movement tells its reason and what it is about.
Packs counted before there were movements get an opening one, so that movements sum to stock for every pack.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REASONS = "reason IN ('opening', 'count', 'sale', 'return')"
SHOWN = (
    "product_id",
    "position",
    "label",
    "label_en",
    "net_quantity",
    "net_unit",
    "price_vnd",
    "gtin",
    "withdrawn_at",
)
SHOWN_FROM = 6  # packs from which on the shop says «in stock» without a number: one above LOW_STOCK
BOTH = "INSERT INTO catalog_change (product_id) SELECT OLD.product_id UNION SELECT NEW.product_id;"


def upgrade() -> None:
    # Said in SQL, because an added column that carries its own CHECK needs no copying of the table on SQLite.
    op.execute(
        "ALTER TABLE variant ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_variant_reserved CHECK (reserved BETWEEN 0 AND on_hand)"
    )
    op.execute(
        "ALTER TABLE stock_movement ADD COLUMN reason VARCHAR(10) NOT NULL DEFAULT 'count' "
        f"CONSTRAINT ck_stock_movement_reason CHECK ({REASONS})"
    )
    op.add_column("stock_movement", sa.Column("subject", sa.String(length=40), nullable=True))
    op.execute(
        "ALTER TABLE line_lot ADD COLUMN returned_quantity INTEGER NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_line_lot_returned_quantity CHECK (returned_quantity BETWEEN 0 AND quantity)"
    )
    op.execute(
        "INSERT INTO stock_movement (variant_id, on_hand_before, on_hand_after, reason, moved_at) "
        "SELECT id, CASE WHEN missing < 0 THEN -missing ELSE 0 END, CASE WHEN missing > 0 THEN missing ELSE 0 END, "
        "'opening', recorded_at FROM (SELECT v.id, p.recorded_at, v.on_hand - COALESCE((SELECT "
        "SUM(m.on_hand_after - m.on_hand_before) FROM stock_movement m WHERE m.variant_id = v.id), 0) AS missing "
        "FROM variant v JOIN product p ON p.id = v.product_id) known WHERE missing <> 0"
    )
    if op.get_bind().dialect.name == "sqlite":
        _watch_what_is_shown_sqlite()
    else:
        _watch_what_is_shown_postgresql()


def _differs(operator: str) -> str:
    """SQL of: an UPDATE of a pack changes what the shop shows of it."""
    shown = [f"OLD.{column} {operator} NEW.{column}" for column in SHOWN]
    left = "({row}.on_hand - {row}.reserved)"
    few = f"CASE WHEN {left} < {SHOWN_FROM} THEN {left} ELSE {SHOWN_FROM} END"
    return " OR ".join([*shown, f"{few.format(row='OLD')} <> {few.format(row='NEW')}"])


def _watch_what_is_shown_sqlite() -> None:
    op.execute("DROP TRIGGER variant_update_changes_catalog")
    op.execute(
        f"CREATE TRIGGER variant_update_changes_catalog AFTER UPDATE ON variant WHEN {_differs('IS NOT')} "
        f"BEGIN {BOTH} END"
    )


def _watch_what_is_shown_postgresql() -> None:
    op.execute("DROP TRIGGER variant_changes_catalog ON variant")
    timing = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    op.execute(
        "CREATE CONSTRAINT TRIGGER variant_changes_catalog AFTER INSERT OR DELETE ON variant "
        f"{timing} EXECUTE FUNCTION variant_changes_catalog()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER variant_update_changes_catalog AFTER UPDATE ON variant "
        f"{timing} WHEN ({_differs('IS DISTINCT FROM')}) EXECUTE FUNCTION variant_changes_catalog()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER variant_update_changes_catalog")
    else:
        op.execute("DROP TRIGGER variant_update_changes_catalog ON variant")
        op.execute("DROP TRIGGER variant_changes_catalog ON variant")
    op.execute("DELETE FROM stock_movement WHERE reason = 'opening'")
    op.execute("ALTER TABLE line_lot DROP COLUMN returned_quantity")
    op.execute("ALTER TABLE stock_movement DROP COLUMN subject")
    op.execute("ALTER TABLE stock_movement DROP COLUMN reason")
    op.execute("ALTER TABLE variant DROP COLUMN reserved")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER variant_update_changes_catalog AFTER UPDATE ON variant BEGIN {BOTH} END")
    else:
        op.execute(
            "CREATE CONSTRAINT TRIGGER variant_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON variant "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION variant_changes_catalog()"
        )
