"""The public log; what is in it, and in the audit trail, is never changed or taken out.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = ("audit_event", "log_entry", "log_node")
BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=81), nullable=False),
        sa.Column("subject", sa.String(length=105), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_log_entry_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("kind", "subject", name="uq_log_entry_event"),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("node_hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("level > 0 AND level % 8 = 0", name=op.f("ck_log_node_level")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    head = op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    # The rows that are locked by whoever adds are there from the start: two cannot make one at once.
    op.bulk_insert(head, [{"id": 1, "size": 0, "peaks": b"", "caught_up_at": None}])
    op.execute(
        "INSERT INTO audit_head (id, seq, event_hash) "
        f"SELECT 1, 0, '{'0' * 64}' WHERE NOT EXISTS (SELECT 1 FROM audit_head)"
    )
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    refusal = f"{table} is only ever added to"
    if op.get_bind().dialect.name == "sqlite":
        for operation in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{operation.lower()} BEFORE {operation} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_changes()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for operation in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_event_refuses_{operation}")
    else:
        op.execute("DROP FUNCTION audit_event_refuses_changes() CASCADE")
    for table in ("log_head", "log_node", "log_entry"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ("log_entry", "log_node"):
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
