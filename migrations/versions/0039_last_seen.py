"""When a person was last seen stands with the account, for sessions are forgotten 90 days after their end.

Of an account whose sessions are forgotten already only its beginning is known. Help that outlived the post of its
officer ends now.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("last_seen_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE user_account SET last_seen_at = COALESCE("
        "(SELECT MAX(seen_at) FROM session WHERE session.user_id = user_account.id), created_at)"
        " WHERE erased_at IS NULL"
    )
    officers = "SELECT user_id FROM role_grant WHERE role = 'officer' AND ended_at IS NULL"
    op.execute(
        "UPDATE membership SET ended_at = CURRENT_TIMESTAMP"
        f" WHERE is_assisting AND ended_at IS NULL AND user_id NOT IN ({officers})"
    )
    op.execute(
        "UPDATE assistance SET ended_at = CURRENT_TIMESTAMP"
        f" WHERE ended_at IS NULL AND officer_id NOT IN ({officers})"
    )


def downgrade() -> None:
    op.drop_column("user_account", "last_seen_at")
