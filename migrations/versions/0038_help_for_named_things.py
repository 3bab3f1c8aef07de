"""What an officer who helps was let in for stands on the place in the team, where it is asked for.

Revision ID: 0038
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("assists_with", sa.String(200)))
    op.execute(
        "UPDATE membership SET assists_with ="
        " (SELECT scope FROM assistance WHERE assistance.membership_id = membership.id)"
        " WHERE id IN (SELECT membership_id FROM assistance)"
    )


def downgrade() -> None:
    op.drop_column("membership", "assists_with")
