"""Packs taken along to a place of sale, sales over the counter, telephones at booths.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
REASONS_BEFORE = ("opening", "count", "sale", "return")
REASONS = (*REASONS_BEFORE, "allot", "back")
METHODS_BEFORE = ("vietqr", "cod", "stripe", "fake")
METHODS = (*METHODS_BEFORE, "cash", "transfer")
# Table, column, and the words that it admits before and after.
WIDENED = (
    ("stock_movement", "reason", REASONS_BEFORE, REASONS),
    ("shop_order", "method", METHODS_BEFORE, METHODS),
    ("payment", "method", METHODS_BEFORE, METHODS),
)
ONLY_ADDED_TO = ("slice_movement", "counter_sale", "counter_undo", "booth_decision", "day_end")


def upgrade() -> None:
    for table, column, before, after in WIDENED:
        _admit(table, column, before, after)
    _create_slices()
    _create_sales()
    _create_devices()
    _create_items()
    _create_day_ends()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _create_slices() -> None:
    op.create_table(
        "stock_slice",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("allotted", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("returned >= 0", name=op.f("ck_stock_slice_returned")),
        sa.CheckConstraint("sold + returned <= allotted", name=op.f("ck_stock_slice_left")),
        sa.CheckConstraint("sold >= 0", name=op.f("ck_stock_slice_sold")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_stock_slice_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_slice")),
        sa.UniqueConstraint("place", "variant_id", name="uq_stock_slice_place"),
    )
    op.create_index(op.f("ix_stock_slice_variant_id"), "stock_slice", ["variant_id"], unique=False)
    op.create_table(
        "slice_movement",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slice_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("allotted", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "allotted <> 0 OR sold <> 0 OR returned <> 0", name=op.f("ck_slice_movement_moves")
        ),
        sa.CheckConstraint(
            "kind IN ('allot', 'back', 'sale', 'undo', 'parcel', 'count')",
            name=op.f("ck_slice_movement_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_slice_movement_by_id")),
        sa.ForeignKeyConstraint(["slice_id"], ["stock_slice.id"], name=op.f("fk_slice_movement_slice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slice_movement")),
    )
    op.create_index("ix_slice_movement_slice", "slice_movement", ["slice_id", "id"], unique=False)


def _create_sales() -> None:
    op.create_table(
        "counter_sale",
        sa.Column("seller_order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=5), nullable=False),
        sa.Column("sold_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("way IN ('taken', 'sent')", name=op.f("ck_counter_sale_way")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_counter_sale_by_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_counter_sale_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("seller_order_id", name=op.f("pk_counter_sale")),
    )
    op.create_index("ix_counter_sale_place", "counter_sale", ["place", "sold_at"], unique=False)
    op.create_table(
        "counter_undo",
        sa.Column("seller_order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_counter_undo_by_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"],
            ["counter_sale.seller_order_id"],
            name=op.f("fk_counter_undo_seller_order_id"),
        ),
        sa.PrimaryKeyConstraint("seller_order_id", name=op.f("pk_counter_undo")),
    )


def _create_devices() -> None:
    op.create_table(
        "booth_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("paired_by_id", sa.Integer(), nullable=False),
        sa.Column("paired_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("synced_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_because", sa.String(length=10), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_booth_device_ended")
        ),
        sa.CheckConstraint(
            "ended_because IS NULL OR ended_because IN ('taken_over', 'ended')",
            name=op.f("ck_booth_device_ended_because"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_booth_device_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["paired_by_id"], ["user_account.id"], name=op.f("fk_booth_device_paired_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_booth_device_participation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_booth_device_token_hash")),
    )
    op.create_index("ix_booth_device_participation", "booth_device", ["participation_id", "id"], unique=False)
    op.create_index(
        "uq_booth_device_alive",
        "booth_device",
        ["participation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "booth_reference",
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("receipt_key", sa.String(length=22), nullable=False),
        sa.Column("reserved_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["booth_device.id"], name=op.f("fk_booth_reference_device_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_booth_reference")),
    )
    op.create_index(op.f("ix_booth_reference_device_id"), "booth_reference", ["device_id"], unique=False)


def _create_items() -> None:
    op.create_table(
        "booth_item",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('sale', 'ship_home', 'undo', 'day_end')", name=op.f("ck_booth_item_kind")
        ),
        sa.CheckConstraint(
            "outcome IN ('booked', 'conflict', 'refused')", name=op.f("ck_booth_item_outcome")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["booth_device.id"], name=op.f("fk_booth_item_device_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_booth_item_order_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_booth_item_participation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_item")),
    )
    op.create_index(op.f("ix_booth_item_device_id"), "booth_item", ["device_id"], unique=False)
    op.create_index(op.f("ix_booth_item_order_id"), "booth_item", ["order_id"], unique=False)
    op.create_index(
        "ix_booth_item_participation",
        "booth_item",
        ["participation_id", "outcome", "received_at"],
        unique=False,
    )
    op.create_table(
        "booth_decision",
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("choice", sa.String(length=7), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("choice IN ('correct', 'drop', 'shop')", name=op.f("ck_booth_decision_choice")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_booth_decision_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["booth_item.id"], name=op.f("fk_booth_decision_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_booth_decision")),
    )


def _create_day_ends() -> None:
    op.create_table(
        "day_end",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("float_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cash_counted_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cash_expected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cash_vnd", sa.BigInteger(), nullable=False),
        sa.Column("given_back_vnd", sa.BigInteger(), nullable=False),
        sa.Column("transfer_vnd", sa.BigInteger(), nullable=False),
        sa.Column("sales_count", sa.Integer(), nullable=False),
        sa.Column("undone_count", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.CheckConstraint("float_vnd >= 0 AND cash_counted_vnd >= 0", name=op.f("ck_day_end_amounts")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_day_end_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["booth_item.id"], name=op.f("fk_day_end_item_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_day_end_participation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_end")),
        sa.UniqueConstraint("item_id", name=op.f("uq_day_end_item_id")),
    )
    op.create_index(
        "ix_day_end_participation", "day_end", ["participation_id", "counted_on", "id"], unique=False
    )


def downgrade() -> None:
    for table in ONLY_ADDED_TO:
        _admit_changes(table)
    for table in (
        "day_end",
        "booth_decision",
        "booth_item",
        "booth_reference",
        "booth_device",
        "counter_undo",
        "counter_sale",
        "slice_movement",
        "stock_slice",
    ):
        op.drop_table(table)
    for table, column, before, after in WIDENED:
        _admit(table, column, after, before)


def _admit(table: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let a column hold other words.

    SQLite knows no such change: the text of the constraint is changed where it is kept, as its manual describes it
    (ALTER TABLE, section 7).
    """
    name = f"ck_{table}_{column}"
    old, new = (f"{column} IN ({', '.join(repr(word) for word in words)})" for words in (before, after))
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, new)
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema=ON")
    changed = op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "name": table},
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"no such words in table {table}")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def _refuse_changes(table: str) -> None:
    refusal = f"{table} is only ever added to"
    if op.get_bind().dialect.name == "sqlite":
        for operation in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{operation.lower()} BEFORE {operation} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_changes()"
    )


def _admit_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for operation in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{operation}")
    else:
        op.execute(f"DROP FUNCTION {table}_refuses_changes() CASCADE")
