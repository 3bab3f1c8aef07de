"""Drafts, history, counts of stock, label facts and seasons of listings; reviews by officers.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # the one of 0002: all numbers of catalog_change are given under it

# table -> SQL of the ids of the products that its row {row} is shown on, as in 0002.
SHOWN_ON = {
    "product_label": "SELECT {row}.product_id",
    "product_season": "SELECT {row}.product_id",
    "vacation": "SELECT 0 UNION SELECT id FROM product WHERE producer_id = {row}.producer_id",
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}

BigId = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    # In place: making `variant` anew would lose its triggers.
    op.add_column("variant", sa.Column("withdrawn_at", Instant, nullable=True))
    _create_facts()
    _create_history()
    _create_drafts()
    if op.get_bind().dialect.name == "sqlite":
        _create_triggers_sqlite()
    else:
        _create_triggers_postgresql()


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}"))


def _product(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f(f"fk_{table}_product_id"))


def _create_facts() -> None:
    op.create_table(
        "product_label",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in (
                "origin",
                "usage",
                "usage_en",
                "warnings",
                "warnings_en",
                "allergens",
                "allergens_en",
            )
        ),
        sa.Column("alcohol", sa.String(length=40), nullable=True),
        sa.Column("shelf_life_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("shelf_life_days > 0", name=op.f("ck_product_label_shelf_life_days")),
        _product("product_label"),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_label")),
    )
    op.create_table(
        "product_season",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 4094", name=op.f("ck_product_season_months")),
        _product("product_season"),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_season")),
    )
    op.create_table(
        "vacation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", Instant, nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_vacation_days")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_vacation_ended")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_vacation_producer_id")),
        _person("vacation", "set_by_id"),
        _person("vacation", "ended_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacation")),
    )
    op.create_index(op.f("ix_vacation_producer_id"), "vacation", ["producer_id"])


def _create_history() -> None:
    op.create_table(
        "product_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("assisted_for_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", Instant, nullable=False),
        sa.CheckConstraint(
            "kind IN ('create', 'edit', 'undo', 'publish', 'unpublish')", name=op.f("ck_product_change_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'undo') = (undoes_id IS NOT NULL)", name=op.f("ck_product_change_undoes")
        ),
        _product("product_change"),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["product_change.id"], name=op.f("fk_product_change_undoes_id")
        ),
        _person("product_change", "by_id"),
        _person("product_change", "assisted_for_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_change")),
    )
    op.create_index("ix_product_change_product", "product_change", ["product_id", "id"])
    op.create_table(
        "stock_movement",
        sa.Column("id", BigId, nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("on_hand_before", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", Instant, nullable=False),
        sa.CheckConstraint(
            "on_hand_before >= 0 AND on_hand_after >= 0", name=op.f("ck_stock_movement_on_hand")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_stock_movement_variant_id")),
        _person("stock_movement", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index("ix_stock_movement_variant", "stock_movement", ["variant_id", "id"])
    op.create_table(
        "listing_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'seen', 'changes_asked', 'taken_down', 'lifted')",
            name=op.f("ck_listing_review_state"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_listing_review_decided")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_listing_review_decided_by")
        ),
        _product("listing_review"),
        _person("listing_review", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_review")),
    )
    op.create_index("ix_listing_review_product", "listing_review", ["product_id", "id"])
    op.create_index("ix_listing_review_state", "listing_review", ["state", "id"])


def _create_drafts() -> None:
    op.create_table(
        "listing_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=True),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.CheckConstraint(
            "closed_at IS NOT NULL OR closed_by_id IS NULL", name=op.f("ck_listing_draft_closed")
        ),
        _product("listing_draft"),
        _person("listing_draft", "opened_by_id"),
        _person("listing_draft", "closed_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_draft")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_listing_draft_submission_key")),
    )
    op.create_index(
        "uq_listing_draft_open",
        "listing_draft",
        ["product_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "draft_field",
        sa.Column("draft_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["listing_draft.id"], name=op.f("fk_draft_field_draft_id")),
        _person("draft_field", "changed_by_id"),
        sa.PrimaryKeyConstraint("draft_id", "name", name=op.f("pk_draft_field")),
    )


def _products_of(table: str, operation: str) -> str:
    return " UNION ".join(SHOWN_ON[table].format(row=row) for row in ROWS[operation])


def _create_triggers_sqlite() -> None:
    for table in SHOWN_ON:
        for operation in ROWS:
            op.execute(
                f"CREATE TRIGGER {table}_{operation.lower()}_changes_catalog AFTER {operation} ON {table} BEGIN "
                f"INSERT INTO catalog_change (product_id) {_products_of(table, operation)}; END"
            )


def _create_triggers_postgresql() -> None:
    for table in SHOWN_ON:
        branches = " ".join(
            f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
            f"INSERT INTO catalog_change (product_id) {_products_of(table, operation)};"
            for position, operation in enumerate(ROWS)
        )
        op.execute(
            f"CREATE FUNCTION {table}_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); {branches} END IF; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {table}_changes_catalog()"
        )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        for table in SHOWN_ON:
            op.execute(f"DROP FUNCTION {table}_changes_catalog() CASCADE")
    for table in (
        "draft_field",
        "listing_draft",
        "listing_review",
        "stock_movement",
        "product_change",
        "vacation",
        "product_season",
        "product_label",
    ):
        op.drop_table(table)
    op.drop_column("variant", "withdrawn_at")
