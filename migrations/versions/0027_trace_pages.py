"""What buyers tell of a stamp, with pictures; packs for use without a network.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stamp_report", sa.Column("photo_sha256", sa.String(length=64), nullable=True))
    op.create_table(
        "offline_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("code_count", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(file IS NULL) = (made_at IS NULL)", name=op.f("ck_offline_pack_made")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_pack")),
        sa.UniqueConstraint("name", name=op.f("uq_offline_pack_name")),
    )
    op.create_table(
        "offline_pack_lot",
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_offline_pack_lot_lot_id")),
        sa.ForeignKeyConstraint(["pack_id"], ["offline_pack.id"], name=op.f("fk_offline_pack_lot_pack_id")),
        sa.PrimaryKeyConstraint("pack_id", "lot_id", name=op.f("pk_offline_pack_lot")),
    )


def downgrade() -> None:
    op.drop_table("offline_pack_lot")
    op.drop_table("offline_pack")
    op.drop_column("stamp_report", "photo_sha256")
