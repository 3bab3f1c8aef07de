"""Accounts that take transfers, what banks told of them, and how far refunds are.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
STATES = "state IN ('queued', 'matched', 'returned', 'ignored')"

POSTGRESQL_KINDS = {"KEY": "BIGINT", "INSTANT": "TIMESTAMP WITH TIME ZONE"}

# Said in SQL, because an added column that carries its own constraint needs no copying of the table on SQLite.
COLUMNS = (
    (
        "payment",
        "refunded_vnd",
        (
            "BIGINT NOT NULL DEFAULT 0 CONSTRAINT ck_payment_refunded_vnd "
            "CHECK (refunded_vnd BETWEEN 0 AND received_vnd)"
        ),
    ),
    (
        "payment",
        "receiving_account_id",
        "KEY CONSTRAINT fk_payment_receiving_account_id REFERENCES receiving_account (id)",
    ),
    ("refund", "sent_at", "INSTANT"),
    ("refund", "attempt", "INTEGER NOT NULL DEFAULT 1"),
    (
        "seller_order",
        "uncharged_vnd",
        (
            "BIGINT NOT NULL DEFAULT 0 CONSTRAINT ck_seller_order_uncharged_vnd "
            "CHECK (uncharged_vnd BETWEEN 0 AND total_vnd)"
        ),
    ),
)


def upgrade() -> None:
    _make_receiving_account()
    _make_bank_line()
    op.create_table(
        "refund_approval",
        sa.Column("refund_id", NUMBER, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_refund_approval_by_id"),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name="fk_refund_approval_refund_id"),
        sa.PrimaryKeyConstraint("refund_id", "by_id", name="pk_refund_approval"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kinds = {"KEY": "INTEGER", "INSTANT": "DATETIME"} if is_sqlite else POSTGRESQL_KINDS
    for table, column, kind in COLUMNS:
        first, _, rest = kind.partition(" ")
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kinds.get(first, first)} {rest}".rstrip())


def _make_receiving_account() -> None:
    op.create_table(
        "receiving_account",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("bank_bin", sa.String(length=6), nullable=False),
        sa.Column("account_number", sa.String(length=19), nullable=False),
        sa.Column("account_name", sa.String(length=100), nullable=False),
        sa.Column("valid_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(bank_bin) = 6", name=op.f("ck_receiving_account_bank_bin")),
        sa.CheckConstraint(
            "length(account_number) BETWEEN 4 AND 19", name=op.f("ck_receiving_account_account_number")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_receiving_account_producer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receiving_account"),
    )
    op.create_index("ix_receiving_account_producer", "receiving_account", ["producer_id", "valid_from_at"])
    op.create_index("ix_receiving_account_number", "receiving_account", ["account_number"])


def _make_bank_line() -> None:
    op.create_table(
        "bank_line",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("likeness", sa.String(length=32), nullable=False),
        sa.Column("counterparty", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("payment_id", NUMBER, nullable=True),
        sa.Column("suggested_id", NUMBER, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_bank_line_state")),
        sa.CheckConstraint(
            "(state = 'matched') = (payment_id IS NOT NULL)", name=op.f("ck_bank_line_matched")
        ),
        sa.CheckConstraint(
            "state <> 'matched' OR (amount_vnd > 0 AND currency = 'VND')", name=op.f("ck_bank_line_incoming")
        ),
        sa.CheckConstraint("state <> 'queued' OR reason IS NOT NULL", name=op.f("ck_bank_line_reason")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name="fk_bank_line_decided_by_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_bank_line_payment_id"),
        sa.ForeignKeyConstraint(["suggested_id"], ["payment.id"], name="fk_bank_line_suggested_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_line"),
        sa.UniqueConstraint("account", "bank_reference", name="uq_bank_line_reference"),
    )
    op.create_index("ix_bank_line_likeness", "bank_line", ["likeness"])
    op.create_index("ix_bank_line_payment_id", "bank_line", ["payment_id"])
    op.create_index("ix_bank_line_state", "bank_line", ["state", "id"])


def downgrade() -> None:
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in ("refund_approval", "bank_line", "receiving_account"):
        op.drop_table(table)
