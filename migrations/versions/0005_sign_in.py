"""One-time codes, second factors, messages.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def big_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", big_id(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("values", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('sms', 'zalo', 'email')", name=op.f("ck_message_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'failed', 'expired')", name=op.f("ck_message_state")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_message_sent")),
        sa.CheckConstraint(
            "(state = 'pending') = (recipient IS NOT NULL)", name=op.f("ck_message_wiped_recipient")
        ),
        sa.CheckConstraint("(state = 'pending') = (body IS NOT NULL)", name=op.f("ck_message_wiped_body")),
        sa.CheckConstraint("state = 'pending' OR subject IS NULL", name=op.f("ck_message_wiped_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_state", "message", ["state", "expires_at"])
    op.create_index("ix_message_created_at", "message", ["created_at"])
    op.create_table(
        "bucket",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("who", sa.LargeBinary(length=16), nullable=False),
        sa.Column("full_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "who", name=op.f("pk_bucket")),
    )
    op.create_index("ix_bucket_full_at_ms", "bucket", ["full_at_ms"])
    op.create_table(
        "challenge",
        sa.Column("id", big_id(), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("contact_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("message_id", big_id(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'reset', 'confirm', 'contact', 'second_proof', 'second_factor', 'help')",
            name=op.f("ck_challenge_purpose"),
        ),
        sa.CheckConstraint("tries >= 0 AND tries <= 5", name=op.f("ck_challenge_tries")),
        sa.CheckConstraint("used_at IS NULL OR proved_at IS NOT NULL", name=op.f("ck_challenge_used")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_challenge_user_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_challenge_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_challenge_handle_hash")),
    )
    op.create_index(op.f("ix_challenge_user_id"), "challenge", ["user_id"])
    op.create_index("ix_challenge_contact_key", "challenge", ["contact_key", "created_at"])
    op.create_index("ix_challenge_created_at", "challenge", ["created_at"])
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "challenge", "bucket", "message"):
        op.drop_table(table)
