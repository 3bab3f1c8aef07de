"""Notices of payment services and banks.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("notice_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=True),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('parked', 'failed') OR reason IS NOT NULL", name=op.f("ck_payment_notice_reason")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'applied', 'parked', 'ignored', 'failed')",
            name=op.f("ck_payment_notice_state"),
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_notice_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_notice")),
        sa.UniqueConstraint("provider", "notice_id", name="uq_payment_notice_notice"),
    )
    op.create_index("ix_payment_notice_object", "payment_notice", ["object_id"], unique=False)
    op.create_index(op.f("ix_payment_notice_payment_id"), "payment_notice", ["payment_id"], unique=False)
    op.create_index(op.f("ix_payment_notice_received_at"), "payment_notice", ["received_at"], unique=False)
    op.create_index("ix_payment_notice_state", "payment_notice", ["state", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("payment_notice")
