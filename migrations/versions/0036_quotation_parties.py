"""Quotations keep who made them and for whom; those sent before keep nothing and are read as today's rows say.

The buyer's contact stands apart: a quotation is only ever added, a person's name and telephone can be erased.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quotation", sa.Column("parties", sa.JSON(), nullable=True))
    op.create_table(
        "quotation_contact",
        sa.Column("quotation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["quotation_id"], ["quotation.id"], name=op.f("fk_quotation_contact_quotation_id")
        ),
        sa.PrimaryKeyConstraint("quotation_id", name=op.f("pk_quotation_contact")),
    )


def downgrade() -> None:
    op.drop_table("quotation_contact")
    op.drop_column("quotation", "parties")
