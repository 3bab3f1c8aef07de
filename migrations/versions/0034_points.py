"""Points of introduction and sale, stalls elsewhere and what was sold there.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
REASONS_BEFORE = ("opening", "count", "sale", "return", "allot", "back")
REASONS = (*REASONS_BEFORE, "elsewhere")
ONE_DECISION = (
    "(decision_number IS NULL) = (decided_on IS NULL) AND (decision_number IS NULL) = (decided_by IS NULL)"
)


def upgrade() -> None:
    _admit("stock_movement", "reason", REASONS_BEFORE, REASONS)
    _create_points()
    _create_sales()
    _refuse_changes("sale_elsewhere")


def _create_points() -> None:
    op.create_table(
        "sales_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("run_by", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=6), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("holidays_note", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("pickup_point_id", sa.Integer(), nullable=True),
        sa.Column("goods_as_of_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('shop', 'centre', 'market', 'stop')", name=op.f("ck_sales_point_kind")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_sales_point_both")),
        sa.CheckConstraint(
            "latitude BETWEEN 6 AND 24 AND longitude BETWEEN 101 AND 118",
            name=op.f("ck_sales_point_coordinates"),
        ),
        sa.CheckConstraint(ONE_DECISION, name=op.f("ck_sales_point_decision")),
        sa.ForeignKeyConstraint(["keeper_id"], ["producer.id"], name=op.f("fk_sales_point_keeper_id")),
        sa.ForeignKeyConstraint(
            ["pickup_point_id"], ["pickup_point.id"], name=op.f("fk_sales_point_pickup_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_sales_point_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_point")),
        sa.UniqueConstraint("slug", name=op.f("uq_sales_point_slug")),
    )
    op.create_index("ix_sales_point_province", "sales_point", ["province_code", "id"])
    op.create_index("ix_sales_point_keeper", "sales_point", ["keeper_id"])
    op.create_table(
        "point_product",
        sa.Column("point_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["sales_point.id"], name=op.f("fk_point_product_point_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_point_product_product_id")),
        sa.PrimaryKeyConstraint("point_id", "product_id", name=op.f("pk_point_product")),
    )
    op.create_index("ix_point_product_product_id", "point_product", ["product_id"])
    op.create_table(
        "stall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_stall_producer_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_stall_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stall")),
    )
    op.create_index("ix_stall_producer", "stall", ["producer_id", "id"])


def _create_sales() -> None:
    op.create_table(
        "sale_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (applied_by_id IS NULL)", name=op.f("ck_sale_import_applied")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_sale_import_producer_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user_account.id"], name=op.f("fk_sale_import_sent_by_id")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["user_account.id"], name=op.f("fk_sale_import_applied_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_import")),
        sa.UniqueConstraint("producer_id", "digest", name="uq_sale_import_digest"),
    )
    op.create_table(
        "sale_elsewhere",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("order_number", sa.String(length=60), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_sale_elsewhere_quantity")),
        sa.CheckConstraint(
            "amount_vnd IS NULL OR amount_vnd >= 0", name=op.f("ck_sale_elsewhere_amount_vnd")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["sale_import.id"], name=op.f("fk_sale_elsewhere_import_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_sale_elsewhere_producer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_sale_elsewhere_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_elsewhere")),
        sa.UniqueConstraint(
            "producer_id", "platform", "order_number", "variant_id", name="uq_sale_elsewhere_order"
        ),
    )
    op.create_index("ix_sale_elsewhere_import", "sale_elsewhere", ["import_id"])


def downgrade() -> None:
    _admit_changes("sale_elsewhere")
    for table in ("sale_elsewhere", "sale_import", "stall", "point_product", "sales_point"):
        op.drop_table(table)
    _admit("stock_movement", "reason", REASONS, REASONS_BEFORE)


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
