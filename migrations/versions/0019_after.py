"""News to buyers, returns, disputes and reviews.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # the one of 0002: all numbers of catalog_change are given under it

# table -> SQL of the ids of the products that its row {row} is shown on, as in 0002.
SHOWN_ON = {
    "review": "SELECT {row}.product_id WHERE {row}.state = 'published'",
    "review_picture": "SELECT product_id FROM review WHERE id = {row}.review_id AND state = 'published'",
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def products_of(table: str, operation: str) -> str:
    return " UNION ".join(SHOWN_ON[table].format(row=row) for row in ROWS[operation])


def upgrade() -> None:
    op.create_table(
        "order_news",
        sa.Column(
            "order_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_news_order_id")),
        sa.PrimaryKeyConstraint("order_id", "key", name=op.f("pk_order_news")),
    )
    op.create_table(
        "return_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('faulty', 'wrong', 'damaged', 'changed_mind')", name=op.f("ck_return_request_reason")
        ),
        sa.CheckConstraint("state = 'received' OR refund_id IS NULL", name=op.f("ck_return_request_refund")),
        sa.CheckConstraint(
            "state IN ('asked', 'questioned', 'accepted', 'refused', 'withdrawn', 'received')",
            name=op.f("ck_return_request_state"),
        ),
        sa.CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name=op.f("ck_return_request_amounts")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_return_request_refund_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_return_request_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_request")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_return_request_submission_key")),
    )
    op.create_index(op.f("ix_return_request_asked_at"), "return_request", ["asked_at"], unique=False)
    op.create_index("ix_return_request_order", "return_request", ["seller_order_id", "id"], unique=False)
    op.create_table(
        "return_line",
        sa.Column(
            "return_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("sellable_quantity", sa.Integer(), nullable=False),
        sa.Column("damaged_quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_return_line_quantity")),
        sa.CheckConstraint(
            "sellable_quantity + damaged_quantity <= quantity", name=op.f("ck_return_line_parts")
        ),
        sa.CheckConstraint(
            "sellable_quantity >= 0 AND damaged_quantity >= 0", name=op.f("ck_return_line_parts_sign")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_return_line_line_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return_request.id"], name=op.f("fk_return_line_return_id")),
        sa.PrimaryKeyConstraint("return_id", "line_id", name=op.f("pk_return_line")),
    )
    op.create_index(op.f("ix_return_line_line_id"), "return_line", ["line_id"], unique=False)
    op.create_table(
        "return_picture",
        sa.Column(
            "return_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return_request.id"], name=op.f("fk_return_picture_return_id")
        ),
        sa.PrimaryKeyConstraint("return_id", "position", name=op.f("pk_return_picture")),
    )
    op.create_index(op.f("ix_return_picture_sha256"), "return_picture", ["sha256"], unique=False)
    op.create_table(
        "return_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("return_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("actor IN ('buyer', 'producer', 'platform')", name=op.f("ck_return_event_actor")),
        sa.CheckConstraint(
            "to_state IN ('asked', 'questioned', 'accepted', 'refused', 'withdrawn', 'received')",
            name=op.f("ck_return_event_to_state"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_return_event_by_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return_request.id"], name=op.f("fk_return_event_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_event")),
    )
    op.create_index("ix_return_event_return", "return_event", ["return_id", "id"], unique=False)
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=True),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('not_arrived', 'return_refused', 'not_as_told', 'other')",
            name=op.f("ck_dispute_cause"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('refund', 'rejected')", name=op.f("ck_dispute_decision")
        ),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_dispute_decided")),
        sa.CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name=op.f("ck_dispute_amounts")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_dispute_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_dispute_refund_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_dispute_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("seller_order_id", "opened_at", name="uq_dispute_opened"),
    )
    op.create_index("ix_dispute_deadline", "dispute", ["decided_at", "deadline_at"], unique=False)
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["seller_order_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'hidden') = (hidden_at IS NOT NULL)", name=op.f("ck_review_hidden")),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_review_published")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'published', 'hidden')", name=op.f("ck_review_state")
        ),
        sa.CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_review_reply")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_rating")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_review_by_id")),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["user_account.id"], name=op.f("fk_review_hidden_by_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_review_line_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_review_producer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id")),
        sa.ForeignKeyConstraint(["replied_by_id"], ["user_account.id"], name=op.f("fk_review_replied_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("line_id", name=op.f("uq_review_line_id")),
    )
    op.create_index(op.f("ix_review_by_id"), "review", ["by_id"], unique=False)
    op.create_index(
        "ix_review_due",
        "review",
        ["publish_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_review_producer", "review", ["producer_id", "id"], unique=False)
    op.create_index("ix_review_product", "review", ["product_id", "state", "id"], unique=False)
    op.create_table(
        "review_picture",
        sa.Column(
            "review_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_picture_review_id")),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_review_picture")),
    )
    op.create_index(op.f("ix_review_picture_sha256"), "review_picture", ["sha256"], unique=False)

    _refuse_changes("return_event")
    if op.get_bind().dialect.name == "sqlite":
        _create_triggers_sqlite()
    else:
        _create_triggers_postgresql()


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


def _create_triggers_sqlite() -> None:
    for table in SHOWN_ON:
        for operation in ROWS:
            op.execute(
                f"CREATE TRIGGER {table}_{operation.lower()}_changes_catalog AFTER {operation} ON {table} BEGIN "
                f"INSERT INTO catalog_change (product_id) {products_of(table, operation)}; END"
            )


def _create_triggers_postgresql() -> None:
    for table in SHOWN_ON:
        branches = " ".join(
            f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
            f"INSERT INTO catalog_change (product_id) {products_of(table, operation)};"
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
    for table in (
        "review_picture",
        "review",
        "dispute",
        "return_event",
        "return_picture",
        "return_line",
        "return_request",
        "order_news",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION return_event_refuses_changes()")
        for table in SHOWN_ON:
            op.execute(f"DROP FUNCTION {table}_changes_catalog()")
