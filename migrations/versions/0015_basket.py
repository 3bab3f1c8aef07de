"""Baskets, vouchers and their uses, gift hampers.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cart",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("voucher_code", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_cart_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("user_id", name=op.f("uq_cart_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cart_created", "cart", ["created_at"], unique=False)
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("summary", sa.String(length=500), nullable=True),
        sa.Column("summary_en", sa.String(length=500), nullable=True),
        sa.Column("discount_bp", sa.Integer(), nullable=True),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_bundle_ended")),
        sa.CheckConstraint("discount_bp BETWEEN 1 AND 9000", name=op.f("ck_bundle_discount_bp")),
        sa.CheckConstraint(
            "discount_bp IS NULL OR discount_vnd IS NULL", name=op.f("ck_bundle_one_discount")
        ),
        sa.CheckConstraint("discount_vnd > 0", name=op.f("ck_bundle_discount_vnd")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_bundle_created_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_bundle_ended_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_bundle_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("slug", name=op.f("uq_bundle_slug")),
    )
    op.create_index("ix_bundle_producer", "bundle", ["producer_id", "id"], unique=False)
    op.create_table(
        "voucher",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("bearer", sa.String(length=10), nullable=False),
        sa.Column("percent_bp", sa.Integer(), nullable=True),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("cap_vnd", sa.BigInteger(), nullable=True),
        sa.Column("minimum_vnd", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("use_limit", sa.Integer(), nullable=True),
        sa.Column("person_limit", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "bearer = 'platform' OR producer_id IS NOT NULL", name=op.f("ck_voucher_bearer_known")
        ),
        sa.CheckConstraint("bearer IN ('platform', 'producer')", name=op.f("ck_voucher_bearer")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_voucher_ended")),
        sa.CheckConstraint("(percent_bp IS NULL) <> (amount_vnd IS NULL)", name=op.f("ck_voucher_one_kind")),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_voucher_amount_vnd")),
        sa.CheckConstraint(
            "cap_vnd IS NULL OR (cap_vnd > 0 AND percent_bp IS NOT NULL)", name=op.f("ck_voucher_cap_vnd")
        ),
        sa.CheckConstraint("minimum_vnd >= 0", name=op.f("ck_voucher_minimum_vnd")),
        sa.CheckConstraint("percent_bp BETWEEN 1 AND 10000", name=op.f("ck_voucher_percent_bp")),
        sa.CheckConstraint("person_limit > 0", name=op.f("ck_voucher_person_limit")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_voucher_days")),
        sa.CheckConstraint("use_limit > 0", name=op.f("ck_voucher_use_limit")),
        sa.CheckConstraint(
            "used >= 0 AND (use_limit IS NULL OR used <= use_limit)", name=op.f("ck_voucher_used")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_voucher_created_by_id")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_voucher_ended_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_voucher_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code")),
    )
    op.create_index("ix_voucher_producer", "voucher", ["producer_id", "id"], unique=False)
    op.create_table(
        "voucher_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("voucher_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("person_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("discount_vnd >= 0", name=op.f("ck_voucher_use_discount_vnd")),
        sa.CheckConstraint("ordinal > 0", name=op.f("ck_voucher_use_ordinal")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_voucher_use_order_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_use_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_use")),
        sa.UniqueConstraint("voucher_id", "order_id", name="uq_voucher_use_order"),
    )
    op.create_index("ix_voucher_use_order", "voucher_use", ["order_id"], unique=False)
    op.create_index(
        "uq_voucher_use_person",
        "voucher_use",
        ["voucher_id", "person_key", "ordinal"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "bundle_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name=op.f("ck_bundle_item_quantity")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_item_bundle_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_bundle_item_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_item")),
        sa.UniqueConstraint("bundle_id", "variant_id", name="uq_bundle_item_variant"),
    )
    op.create_index(op.f("ix_bundle_item_variant_id"), "bundle_item", ["variant_id"], unique=False)
    op.create_table(
        "cart_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("cart_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("bundle_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(variant_id IS NULL) <> (bundle_id IS NULL)", name=op.f("ck_cart_line_one_thing")
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_cart_line_quantity")),
        sa.CheckConstraint("seen_price_vnd >= 0", name=op.f("ck_cart_line_seen_price_vnd")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_cart_line_bundle_id")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_cart_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "bundle_id", name="uq_cart_line_bundle"),
        sa.UniqueConstraint("cart_id", "variant_id", name="uq_cart_line_variant"),
    )


def downgrade() -> None:
    for table in ("cart_line", "bundle_item", "voucher_use", "voucher", "bundle", "cart"):
        op.drop_table(table)
