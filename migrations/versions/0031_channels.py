"""Other shelves: goods a producer keeps off a shelf, categories of platforms, keys of feeds, what was fetched and made.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHANNELS = "channel IN ('google', 'facebook', 'schema', 'shopee', 'lazada', 'tiki', 'tiktok', 'postmart')"
TABLES = ("channel_exclusion", "platform_category", "feed_key", "channel_fetch", "feed_run", "channel_count")


def upgrade() -> None:
    _create_choices()
    _create_keys()
    _create_counts()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_choices() -> None:
    op.create_table(
        "channel_exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("excluded_by_id", sa.Integer(), nullable=False),
        sa.Column("excluded_at", INSTANT, nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_channel_exclusion_channel")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_channel_exclusion_ended")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_channel_exclusion_product_id")),
        sa.ForeignKeyConstraint(
            ["excluded_by_id"], ["user_account.id"], name=op.f("fk_channel_exclusion_excluded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_channel_exclusion_ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_exclusion")),
    )
    op.create_index(
        "uq_channel_exclusion_open",
        "channel_exclusion",
        ["product_id", "channel"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "platform_category",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_platform_category_channel")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_platform_category_product_id")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["user_account.id"], name=op.f("fk_platform_category_set_by_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "channel", name=op.f("pk_platform_category")),
    )


def _create_keys() -> None:
    op.create_table(
        "feed_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=26), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("length(key) = 26", name=op.f("ck_feed_key_key")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_feed_key_ended")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_feed_key_producer_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_feed_key_made_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_feed_key_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("key", name=op.f("uq_feed_key_key")),
    )
    op.create_index(
        "uq_feed_key_open",
        "feed_key",
        ["producer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_counts() -> None:
    op.create_table(
        "channel_fetch",
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("producer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fetched_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_channel_fetch_channel")),
        sa.CheckConstraint("count > 0", name=op.f("ck_channel_fetch_count")),
        sa.PrimaryKeyConstraint("channel", "producer_id", "fetched_on", name=op.f("pk_channel_fetch")),
    )
    op.create_table(
        "feed_run",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("breach_count", sa.Integer(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "row_count >= 0 AND breach_count >= 0 AND byte_count >= 0", name=op.f("ck_feed_run_counts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_run")),
    )
    op.create_index("ix_feed_run_name", "feed_run", ["name", "id"])
    op.create_table(
        "channel_count",
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_channel_count_channel")),
        sa.CheckConstraint("count > 0", name=op.f("ck_channel_count_count")),
        sa.PrimaryKeyConstraint("channel", "province_code", "reason", name=op.f("pk_channel_count")),
    )
