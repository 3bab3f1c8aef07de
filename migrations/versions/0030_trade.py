"""Trade buyers, price ladders, requests, quotations, deposits, meetings.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ONLY_ADDED_TO = (
    "trade_check", "price_ladder", "price_step", "rfq_note", "quotation", "quotation_line", "quotation_end"
)  # fmt: skip
DEPOSIT = "deposit_vnd IS NULL OR deposit_vnd BETWEEN 0 AND amount_vnd"
QUANTITY, WIDER = "quantity BETWEEN 1 AND 999", "quantity BETWEEN 1 AND 100000"


def upgrade() -> None:
    _create_accounts()
    _create_ladders()
    _create_requests()
    _create_quotations()
    _create_ends()
    _create_meetings()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)
    _admit_quantities(QUANTITY, WIDER)
    op.execute(
        f"ALTER TABLE payment ADD COLUMN deposit_vnd BIGINT CONSTRAINT ck_payment_deposit_vnd CHECK ({DEPOSIT})"
    )


def _create_accounts() -> None:
    op.create_table(
        "trade_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tax_code", sa.String(length=20), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('supermarket', 'distributor', 'restaurant', 'exporter', 'other')",
            name=op.f("ck_trade_account_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('waits', 'verified', 'refused', 'suspended')", name=op.f("ck_trade_account_state")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_trade_account_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_account")),
        sa.UniqueConstraint("owner_id", name=op.f("uq_trade_account_owner_id")),
    )
    op.create_index(op.f("ix_trade_account_state"), "trade_account", ["state"], unique=False)
    op.create_index(op.f("ix_trade_account_tax_code"), "trade_account", ["tax_code"], unique=False)
    op.create_table(
        "trade_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("checked_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waits', 'verified', 'refused', 'suspended')", name=op.f("ck_trade_check_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'suspended') OR reason IS NOT NULL", name=op.f("ck_trade_check_reason")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["trade_account.id"], name=op.f("fk_trade_check_account_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_trade_check_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_check")),
    )
    op.create_index(op.f("ix_trade_check_account_id"), "trade_check", ["account_id"], unique=False)
    op.create_table(
        "trade_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["trade_account.id"], name=op.f("fk_trade_paper_account_id")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_file.id"], name=op.f("fk_trade_paper_evidence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_paper")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_trade_paper_evidence_id")),
    )
    op.create_index(op.f("ix_trade_paper_account_id"), "trade_paper", ["account_id"], unique=False)


def _create_ladders() -> None:
    op.create_table(
        "price_ladder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("minimum_quantity", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("month_capacity", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 365", name=op.f("ck_price_ladder_lead_days")),
        sa.CheckConstraint(
            "minimum_quantity BETWEEN 1 AND 100000", name=op.f("ck_price_ladder_minimum_quantity")
        ),
        sa.CheckConstraint(
            "month_capacity IS NULL OR month_capacity > 0", name=op.f("ck_price_ladder_month_capacity")
        ),
        sa.CheckConstraint(
            "valid_to_on IS NULL OR valid_to_on >= valid_from_on", name=op.f("ck_price_ladder_valid_days")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_price_ladder_made_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_price_ladder_producer_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_price_ladder_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_ladder")),
    )
    op.create_index(op.f("ix_price_ladder_producer_id"), "price_ladder", ["producer_id"], unique=False)
    op.create_index(
        "ix_price_ladder_variant", "price_ladder", ["variant_id", "valid_from_on", "id"], unique=False
    )
    op.create_table(
        "price_step",
        sa.Column("ladder_id", sa.Integer(), nullable=False),
        sa.Column("from_quantity", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_quantity BETWEEN 1 AND 100000", name=op.f("ck_price_step_from_quantity")),
        sa.CheckConstraint("price_vnd > 0", name=op.f("ck_price_step_price_vnd")),
        sa.ForeignKeyConstraint(["ladder_id"], ["price_ladder.id"], name=op.f("fk_price_step_ladder_id")),
        sa.PrimaryKeyConstraint("ladder_id", "from_quantity", name=op.f("pk_price_step")),
    )


def _create_requests() -> None:
    op.create_table(
        "rfq",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("delivery_place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("next_step", sa.String(length=200), nullable=True),
        sa.Column("next_by_on", sa.Date(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('goods', 'sample')", name=op.f("ck_rfq_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["trade_account.id"], name=op.f("fk_rfq_account_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_rfq_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq")),
        sa.UniqueConstraint("key", name=op.f("uq_rfq_key")),
    )
    op.create_index("ix_rfq_account", "rfq", ["account_id", "id"], unique=False)
    op.create_index("ix_rfq_producer", "rfq", ["producer_id", "id"], unique=False)
    op.create_table(
        "rfq_line",
        sa.Column("rfq_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_rfq_line_quantity")),
        sa.CheckConstraint("variant_id IS NOT NULL OR words IS NOT NULL", name=op.f("ck_rfq_line_what")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfq.id"], name=op.f("fk_rfq_line_rfq_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_rfq_line_variant_id")),
        sa.PrimaryKeyConstraint("rfq_id", "position", name=op.f("pk_rfq_line")),
    )
    op.create_table(
        "rfq_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rfq_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('lost', 'reopened', 'received', 'feedback')", name=op.f("ck_rfq_note_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_rfq_note_by_id")),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfq.id"], name=op.f("fk_rfq_note_rfq_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rfq_note")),
    )
    op.create_index(op.f("ix_rfq_note_rfq_id"), "rfq_note", ["rfq_id"], unique=False)


def _create_quotations() -> None:
    op.create_table(
        "quotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rfq_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("freight_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("deposit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=False),
        sa.Column("cancel_until_on", sa.Date(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.CheckConstraint("deposit_vnd BETWEEN 0 AND total_vnd", name=op.f("ck_quotation_deposit_vnd")),
        sa.CheckConstraint(
            "goods_vnd >= 0 AND freight_vnd >= 0 AND discount_vnd BETWEEN 0 AND goods_vnd",
            name=op.f("ck_quotation_amounts"),
        ),
        sa.CheckConstraint(
            "total_vnd = goods_vnd + freight_vnd - discount_vnd", name=op.f("ck_quotation_total")
        ),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfq.id"], name=op.f("fk_quotation_rfq_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["user_account.id"], name=op.f("fk_quotation_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("number", name=op.f("uq_quotation_number")),
        sa.UniqueConstraint("rfq_id", "version", name="uq_quotation_version"),
    )
    op.create_table(
        "quotation_line",
        sa.Column("quotation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("pack_en", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("ladder_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name=op.f("ck_quotation_line_quantity")),
        sa.CheckConstraint("unit_price_vnd >= 0", name=op.f("ck_quotation_line_unit_price_vnd")),
        sa.ForeignKeyConstraint(["ladder_id"], ["price_ladder.id"], name=op.f("fk_quotation_line_ladder_id")),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["quotation.id"], name=op.f("fk_quotation_line_quotation_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_quotation_line_variant_id")),
        sa.PrimaryKeyConstraint("quotation_id", "position", name=op.f("pk_quotation_line")),
    )


def _create_ends() -> None:
    op.create_table(
        "quotation_end",
        sa.Column("quotation_id", sa.Integer(), nullable=False),
        sa.Column("rfq_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(outcome = 'accepted') = (order_id IS NOT NULL)", name=op.f("ck_quotation_end_order")
        ),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused', 'withdrawn', 'replaced')",
            name=op.f("ck_quotation_end_outcome"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_quotation_end_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_quotation_end_order_id")),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["quotation.id"], name=op.f("fk_quotation_end_quotation_id")
        ),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfq.id"], name=op.f("fk_quotation_end_rfq_id")),
        sa.PrimaryKeyConstraint("quotation_id", name=op.f("pk_quotation_end")),
        sa.UniqueConstraint("order_id", name=op.f("uq_quotation_end_order_id")),
    )
    op.create_index(
        "uq_quotation_end_accepted",
        "quotation_end",
        ["rfq_id"],
        unique=True,
        sqlite_where=sa.text("outcome = 'accepted'"),
        postgresql_where=sa.text("outcome = 'accepted'"),
    )
    op.create_table(
        "agreed_order",
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("quotation", sa.String(length=24), nullable=False),
        sa.Column("deposit_by_at", INSTANT, nullable=False),
        sa.Column("deposit_at", INSTANT, nullable=True),
        sa.Column("cancel_until_on", sa.Date(), nullable=True),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_agreed_order_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_agreed_order")),
        sa.UniqueConstraint("quotation", name=op.f("uq_agreed_order_quotation")),
    )
    op.create_table(
        "trade_news",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trade_news")),
    )


def _create_meetings() -> None:
    op.create_table(
        "meeting_slot",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint("minutes BETWEEN 10 AND 240", name=op.f("ck_meeting_slot_minutes")),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["user_account.id"], name=op.f("fk_meeting_slot_offered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_meeting_slot_participation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slot")),
        sa.UniqueConstraint("participation_id", "starts_at", name="uq_meeting_slot_start"),
    )
    op.create_table(
        "meeting_booking",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slot_id", BIG_ID, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)", name=op.f("ck_meeting_booking_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["trade_account.id"], name=op.f("fk_meeting_booking_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name=op.f("fk_meeting_booking_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["meeting_slot.id"], name=op.f("fk_meeting_booking_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_booking")),
    )
    op.create_index(op.f("ix_meeting_booking_account_id"), "meeting_booking", ["account_id"], unique=False)
    op.create_index(
        "uq_meeting_booking_slot",
        "meeting_booking",
        ["slot_id"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )


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


def _admit_quantities(before: str, after: str) -> None:
    """Let lines of orders be as large as agreements are. SQLite's own text of the table is changed: it has no other way
    that keeps what refers to the table.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_order_line_quantity"), "order_line", type_="check")
        op.create_check_constraint(op.f("ck_order_line_quantity"), "order_line", after)
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema=ON")
    changed = op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'order_line'"
        ),
        {"before": f"CHECK ({before})", "after": f"CHECK ({after})"},
    )
    if changed.rowcount != 1:
        raise RuntimeError("no table order_line")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("ALTER TABLE payment DROP COLUMN deposit_vnd")
    _admit_quantities(WIDER, QUANTITY)
    for table in (
        "meeting_booking",
        "meeting_slot",
        "trade_news",
        "agreed_order",
        "quotation_end",
        "quotation_line",
        "quotation",
        "rfq_note",
        "rfq_line",
        "rfq",
        "price_step",
        "price_ladder",
        "trade_paper",
        "trade_check",
        "trade_account",
    ):
        op.drop_table(table)
        if table in ONLY_ADDED_TO and not is_sqlite:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
