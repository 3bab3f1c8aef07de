"""Orders, payments and refunds, reserved stock, and the ledger under them.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = ("ledger_journal", "ledger_posting", "ledger_account", "order_event")


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "kind IN ('bank', 'card_processor', 'cash_held', 'unmatched', 'buyer_funds', 'seller_payable', 'commission', 'promotion_cost', 'shipping_cost', 'processor_fees', 'vat_withheld', 'pit_withheld', 'refunds_due', 'payouts_sent')",
            name=op.f("ck_ledger_account_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("kind", "holder", name="uq_ledger_account_name"),
    )
    op.create_table(
        "ledger_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journal")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_journal_key")),
    )
    op.create_index("ix_ledger_journal_subject", "ledger_journal", ["subject", "id"], unique=False)

    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("debit_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("credit_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_ledger_posting_amount_vnd")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_ledger_posting_two_accounts")),
        sa.ForeignKeyConstraint(
            ["credit_id"], ["ledger_account.id"], name=op.f("fk_ledger_posting_credit_id")
        ),
        sa.ForeignKeyConstraint(["debit_id"], ["ledger_account.id"], name=op.f("fk_ledger_posting_debit_id")),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journal.id"], name=op.f("fk_ledger_posting_journal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
    )
    op.create_index(op.f("ix_ledger_posting_credit_id"), "ledger_posting", ["credit_id"], unique=False)
    op.create_index(op.f("ix_ledger_posting_debit_id"), "ledger_posting", ["debit_id"], unique=False)
    op.create_index(op.f("ix_ledger_posting_journal_id"), "ledger_posting", ["journal_id"], unique=False)

    op.create_table(
        "shop_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("checkout_key", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("commune", sa.String(length=60), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("landmark", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("invoice", sa.JSON(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method IN ('vietqr', 'cod', 'stripe', 'fake')", name=op.f("ck_shop_order_method")
        ),
        sa.CheckConstraint(
            "goods_vnd >= 0 AND shipping_vnd >= 0 AND discount_vnd >= 0 AND total_vnd >= 0",
            name=op.f("ck_shop_order_amounts"),
        ),
        sa.CheckConstraint(
            "total_vnd = goods_vnd + shipping_vnd - discount_vnd", name=op.f("ck_shop_order_total")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_shop_order_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("checkout_key", name=op.f("uq_shop_order_checkout_key")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_order_code")),
    )
    op.create_index("ix_shop_order_phone", "shop_order", ["phone", "id"], unique=False)
    op.create_index(op.f("ix_shop_order_placed_at"), "shop_order", ["placed_at"], unique=False)
    op.create_index("ix_shop_order_user", "shop_order", ["user_id", "id"], unique=False)

    op.create_table(
        "seller_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("lifecycle", sa.String(length=20), nullable=False),
        sa.Column("payment", sa.String(length=20), nullable=False),
        sa.Column("fulfilment", sa.String(length=20), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_platform_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("delivery_kind", sa.String(length=20), nullable=False),
        sa.Column("delivery", sa.JSON(), nullable=False),
        sa.Column("promised_from_on", sa.Date(), nullable=False),
        sa.Column("promised_to_on", sa.Date(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "delivery_kind IN ('carrier', 'producer', 'pickup_producer', 'pickup_point', 'pickup_fair')",
            name=op.f("ck_seller_order_delivery_kind"),
        ),
        sa.CheckConstraint(
            "fulfilment IN ('unfulfilled', 'packed') OR payment NOT IN ('unpaid', 'pending', 'failed', 'expired')",
            name=op.f("ck_seller_order_paid_before_leaving"),
        ),
        sa.CheckConstraint(
            "fulfilment IN ('unfulfilled', 'packed', 'handed_over', 'in_transit', 'delivered', 'failed_attempt', 'returning', 'returned')",
            name=op.f("ck_seller_order_fulfilment"),
        ),
        sa.CheckConstraint(
            "lifecycle IN ('placed', 'confirmed', 'completed', 'cancelled', 'disputed', 'resolved')",
            name=op.f("ck_seller_order_lifecycle"),
        ),
        sa.CheckConstraint(
            "payment IN ('unpaid', 'pending', 'paid', 'failed', 'expired', 'cod_due', 'cod_collected', 'cod_refused', 'partially_refunded', 'refunded', 'void')",
            name=op.f("ck_seller_order_payment"),
        ),
        sa.CheckConstraint(
            "discount_platform_vnd BETWEEN 0 AND discount_vnd", name=op.f("ck_seller_order_discount_platform")
        ),
        sa.CheckConstraint(
            "goods_vnd >= 0 AND shipping_vnd >= 0 AND discount_vnd >= 0 AND total_vnd >= 0",
            name=op.f("ck_seller_order_amounts"),
        ),
        sa.CheckConstraint("promised_to_on >= promised_from_on", name=op.f("ck_seller_order_promised")),
        sa.CheckConstraint(
            "total_vnd = goods_vnd + shipping_vnd - discount_vnd", name=op.f("ck_seller_order_total")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_seller_order_order_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_seller_order_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_order")),
        sa.UniqueConstraint("code", name=op.f("uq_seller_order_code")),
        sa.UniqueConstraint("order_id", "producer_id", name="uq_seller_order_producer"),
    )
    op.create_index("ix_seller_order_act_by", "seller_order", ["act_by_at"], unique=False)
    op.create_index(
        "ix_seller_order_desk", "seller_order", ["producer_id", "lifecycle", "fulfilment", "id"], unique=False
    )

    op.create_table(
        "order_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("axis", sa.String(length=12), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "axis IN ('lifecycle', 'payment', 'fulfilment')", name=op.f("ck_order_event_axis")
        ),
        sa.CheckConstraint(
            "axis || ':' || from_state || '>' || to_state IN ('lifecycle:>placed', 'fulfilment:>unfulfilled', 'payment:>unpaid', 'payment:>pending', 'payment:>cod_due', 'lifecycle:placed>confirmed', 'lifecycle:placed>cancelled', 'lifecycle:confirmed>completed', 'lifecycle:confirmed>cancelled', 'lifecycle:confirmed>disputed', 'lifecycle:completed>disputed', 'lifecycle:disputed>completed', 'lifecycle:disputed>resolved', 'payment:unpaid>pending', 'payment:unpaid>paid', 'payment:unpaid>void', 'payment:pending>paid', 'payment:pending>failed', 'payment:pending>expired', 'payment:pending>void', 'payment:failed>pending', 'payment:failed>paid', 'payment:failed>void', 'payment:expired>paid', 'payment:void>paid', 'payment:paid>partially_refunded', 'payment:paid>refunded', 'payment:partially_refunded>partially_refunded', 'payment:partially_refunded>refunded', 'payment:cod_due>cod_collected', 'payment:cod_due>cod_refused', 'payment:cod_due>void', 'payment:cod_collected>paid', 'fulfilment:unfulfilled>packed', 'fulfilment:packed>handed_over', 'fulfilment:packed>unfulfilled', 'fulfilment:handed_over>in_transit', 'fulfilment:handed_over>delivered', 'fulfilment:handed_over>failed_attempt', 'fulfilment:in_transit>delivered', 'fulfilment:in_transit>failed_attempt', 'fulfilment:failed_attempt>in_transit', 'fulfilment:failed_attempt>delivered', 'fulfilment:failed_attempt>returning', 'fulfilment:returning>returned')",
            name=op.f("ck_order_event_move"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_order_event_by_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_order_event_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index("ix_order_event_order", "order_event", ["seller_order_id", "id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("received_vnd", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=11), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("external_charge", sa.String(length=255), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IN ('vietqr', 'cod', 'stripe', 'fake')", name=op.f("ck_payment_method")),
        sa.CheckConstraint(
            "state <> 'paid' OR received_vnd >= amount_vnd", name=op.f("ck_payment_paid_in_full")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'paid', 'failed', 'expired', 'void')", name=op.f("ck_payment_state")
        ),
        sa.CheckConstraint("amount_vnd > 0 AND received_vnd >= 0", name=op.f("ck_payment_amounts")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_payment_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("external_charge", name=op.f("uq_payment_external_charge")),
        sa.UniqueConstraint("external_id", name=op.f("uq_payment_external_id")),
    )
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_index(op.f("ix_payment_seller_order_id"), "payment", ["seller_order_id"], unique=False)
    op.create_index("ix_payment_state", "payment", ["state", "method", "expires_at"], unique=False)
    op.create_index("uq_payment_attempt", "payment", ["reference", "attempt"], unique=True)

    op.create_table(
        "lot_take",
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken BETWEEN 0 AND quantity", name=op.f("ck_lot_take_taken")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_take_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_lot_take")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("pack", sa.String(), nullable=False),
        sa.Column("pack_en", sa.String(), nullable=True),
        sa.Column("unit_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled_quantity", sa.Integer(), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("bundle", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "cancelled_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_line_cancelled_quantity")
        ),
        sa.CheckConstraint("discount_vnd BETWEEN 0 AND goods_vnd", name=op.f("ck_order_line_discount_vnd")),
        sa.CheckConstraint("goods_vnd = unit_price_vnd * quantity", name=op.f("ck_order_line_goods_vnd")),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("unit_price_vnd >= 0", name=op.f("ck_order_line_unit_price_vnd")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_order_line_seller_order_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_order_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    op.create_index(op.f("ix_order_line_seller_order_id"), "order_line", ["seller_order_id"], unique=False)
    op.create_index(op.f("ix_order_line_variant_id"), "order_line", ["variant_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("bank_reference", sa.String(length=80), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cause IN ('cancelled', 'out_of_stock', 'return', 'late_payment', 'overpaid', 'dispute', 'goodwill')",
            name=op.f("ck_refund_cause"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'sent', 'settled', 'failed', 'refused')",
            name=op.f("ck_refund_state"),
        ),
        sa.CheckConstraint(
            "(goods_vnd = 0 AND shipping_vnd = 0) OR goods_vnd + shipping_vnd = amount_vnd",
            name=op.f("ck_refund_parts"),
        ),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_refund_amount_vnd")),
        sa.CheckConstraint("goods_vnd >= 0 AND shipping_vnd >= 0", name=op.f("ck_refund_parts_sign")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_refund_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_refund_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_refund_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("external_id", name=op.f("uq_refund_external_id")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
    )
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.create_index(op.f("ix_refund_seller_order_id"), "refund", ["seller_order_id"], unique=False)
    op.create_index("ix_refund_state", "refund", ["state", "id"], unique=False)

    op.create_table(
        "line_lot",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_line_lot_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_line_lot_line_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_line_lot_lot_id")),
        sa.PrimaryKeyConstraint("line_id", "lot_id", name=op.f("pk_line_lot")),
    )
    op.create_index(op.f("ix_line_lot_lot_id"), "line_lot", ["lot_id"], unique=False)

    op.create_table(
        "stock_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'held' OR expires_at IS NOT NULL", name=op.f("ck_stock_hold_expires_at")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'committed', 'shipped', 'released')", name=op.f("ck_stock_hold_state")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_hold_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_stock_hold_line_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_stock_hold_seller_order_id")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_stock_hold_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold")),
    )
    op.create_index(
        "ix_stock_hold_expiry",
        "stock_hold",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(op.f("ix_stock_hold_line_id"), "stock_hold", ["line_id"], unique=False)
    op.create_index(op.f("ix_stock_hold_seller_order_id"), "stock_hold", ["seller_order_id"], unique=False)
    op.create_index("ix_stock_hold_variant", "stock_hold", ["variant_id", "state"], unique=False)
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


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


def downgrade() -> None:
    for table in (
        "stock_hold",
        "line_lot",
        "refund",
        "order_line",
        "lot_take",
        "payment",
        "order_event",
        "seller_order",
        "shop_order",
        "ledger_posting",
        "ledger_journal",
        "ledger_account",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
