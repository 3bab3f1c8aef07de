"""Points of collection to which only producers bring goods who were taken in there: those of fairs.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "pickup_point",
        sa.Column("is_by_invitation", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE pickup_point SET is_by_invitation = true"
        " WHERE id IN (SELECT pickup_point_id FROM fair WHERE pickup_point_id IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_column("pickup_point", "is_by_invitation")
