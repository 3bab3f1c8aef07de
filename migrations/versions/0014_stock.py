"""Packs that orders hold, why stock moved, a change feed that sleeps where the shop shows the same; the order desk.

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
EVENTS_BEFORE = (
    "listing.published",
    "listing.unpublished",
    "listing.changed",
    "stock.changed",
    "price.changed",
    "certificate.verified",
    "certificate.refused",
    "recognition.recorded",
    "recognition.revoked",
    "ping",
)
EVENTS = (
    *EVENTS_BEFORE[:-1],
    "order.placed",
    "order.paid",
    "order.cancelled",
    "order.handed_over",
    "order.delivered",
    "ping",
)
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
    op.add_column("seller_order", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_seller_order_newest", "seller_order", ["producer_id", "lifecycle", "id"])
    _admit_events(EVENTS_BEFORE, EVENTS)
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


def _admit_events(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let producers' systems be told of other kinds of events.

    SQLite knows no such change of a CHECK: its text is changed where it is kept. Source: SQLite manual, ALTER TABLE, 7.
    """
    old, new = (f"kind IN ({', '.join(repr(kind) for kind in kinds)})" for kinds in (before, after))
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE webhook_event DROP CONSTRAINT ck_webhook_event_kind")
        op.execute(f"ALTER TABLE webhook_event ADD CONSTRAINT ck_webhook_event_kind CHECK ({new})")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema=ON")
    changed = op.get_bind().execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE name = 'webhook_event'"),
        {"old": old, "new": new},
    )
    if changed.rowcount != 1:
        raise RuntimeError("no table webhook_event")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER variant_update_changes_catalog")
    else:
        op.execute("DROP TRIGGER variant_update_changes_catalog ON variant")
        op.execute("DROP TRIGGER variant_changes_catalog ON variant")
    new = ", ".join(repr(kind) for kind in EVENTS if kind not in EVENTS_BEFORE)
    op.execute(
        f"DELETE FROM webhook_delivery WHERE event_id IN (SELECT id FROM webhook_event WHERE kind IN ({new}))"
    )
    op.execute(f"DELETE FROM webhook_event WHERE kind IN ({new})")
    _admit_events(EVENTS, EVENTS_BEFORE)
    op.drop_index("ix_seller_order_newest", "seller_order")
    op.execute("ALTER TABLE seller_order DROP COLUMN reminded_at")
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
