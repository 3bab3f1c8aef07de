"""Short links, visits, where orders came from.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
SOURCE_KINDS = "'fair', 'booth', 'campaign', 'collection', 'live', 'card', 'share', 'stall'"
CHANNELS = "'web', 'counter', 'elsewhere'"


def upgrade() -> None:
    op.create_table(
        "short_link",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("source_kind", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("fair_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"source_kind IN ({SOURCE_KINDS})", name=op.f("ck_short_link_source_kind")),
        sa.CheckConstraint("target LIKE '/%'", name=op.f("ck_short_link_target")),
        sa.CheckConstraint("length(key) = 8", name=op.f("ck_short_link_key")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_short_link_producer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_short_link_product_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_short_link_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_link")),
        sa.UniqueConstraint("key", name=op.f("uq_short_link_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_short_link_digest")),
    )
    op.create_index("ix_short_link_producer", "short_link", ["producer_id", "id"])
    op.create_index("ix_short_link_fair", "short_link", ["fair_id", "id"])
    op.create_index("ix_short_link_campaign", "short_link", ["campaign_id", "id"])
    op.create_table(
        "link_visit",
        sa.Column("link_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=60), nullable=False),
        sa.Column("visit_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("visit_count > 0", name=op.f("ck_link_visit_visit_count")),
        sa.ForeignKeyConstraint(["link_id"], ["short_link.id"], name=op.f("fk_link_visit_link_id")),
        sa.PrimaryKeyConstraint("link_id", "visited_on", "province", name=op.f("pk_link_visit")),
    )
    _create_sources()


def _create_sources() -> None:
    op.create_table(
        "order_source",
        sa.Column("order_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("link_id", BIG_ID, nullable=True),
        sa.Column("fair_id", sa.Integer(), nullable=True),
        sa.Column("booth_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_order_source_channel")),
        sa.ForeignKeyConstraint(["link_id"], ["short_link.id"], name=op.f("fk_order_source_link_id")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_source_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_source")),
    )
    op.create_index("ix_order_source_link", "order_source", ["link_id"])
    op.create_index("ix_order_source_fair", "order_source", ["fair_id"])
    op.create_table(
        "inquiry_source",
        sa.Column("inquiry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_source_inquiry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["short_link.id"], name=op.f("fk_inquiry_source_link_id")),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_inquiry_source")),
    )
    op.create_index("ix_inquiry_source_link", "inquiry_source", ["link_id"])


def downgrade() -> None:
    for table in ("inquiry_source", "order_source", "link_visit", "short_link"):
        op.drop_table(table)
