"""Checkpoints of the public log, those who witness them, and which kinds of entry the log has caught up with.

Revision ID: 0026
Revises: 0025
"""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
LEVEL_MAX = 62
ONLY_ADDED_TO = ("log_kind", "log_key", "log_checkpoint", "log_cosignature")
# What the log spoke of when it caught up as a whole.
KINDS_BEFORE = (
    "certification.recorded",
    "revocation.recorded",
    "renewal.filed",
    "renewal.refused",
    "certificate.verified",
    "certificate.withdrawn",
)


def upgrade() -> None:
    kinds = op.create_table(
        "log_kind",
        sa.Column("kind", sa.String(length=81), nullable=False),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_log_kind")),
    )
    head = sa.table("log_head", sa.column("caught_up_at", sa.DateTime(timezone=True)))
    caught_up_at = op.get_bind().scalar(sa.select(head.c.caught_up_at))
    if caught_up_at is not None:
        op.bulk_insert(kinds, [{"kind": kind, "caught_up_at": caught_up_at} for kind in KINDS_BEFORE])
    op.drop_column("log_head", "caught_up_at")
    op.add_column("log_head", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE log_head SET last_at = (SELECT max(recorded_at) FROM log_entry)")
    op.create_table(
        "log_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verifier", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_key")),
        sa.UniqueConstraint("verifier", name=op.f("uq_log_key_verifier")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_checkpoint_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checkpoint")),
        sa.UniqueConstraint("note", name=op.f("uq_log_checkpoint_note")),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("checkpoint_id", BIG_ID, nullable=False),
        sa.Column("witness", sa.String(length=400), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["log_checkpoint.id"], name=op.f("fk_log_cosignature_checkpoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_cosignature")),
        sa.UniqueConstraint("checkpoint_id", "witness", name="uq_log_cosignature_witness"),
    )
    op.create_table(
        "log_witnessed",
        sa.Column("origin", sa.String(length=400), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("witnessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_log_witnessed_size")),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_log_witnessed")),
    )
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)
    _keep_nodes_at_every(4)
    for level in range(4, LEVEL_MAX, 8):
        _fill(level)


def _keep_nodes_at_every(step: int) -> None:
    """Let `log_node` hold levels that are multiples of `step`, and no longer of another number."""
    rule = f"level > 0 AND level % {step} = 0"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_log_node_level"), "log_node", type_="check")
        op.create_check_constraint(op.f("ck_log_node_level"), "log_node", rule)
        return
    for operation in ("update", "delete"):
        op.execute(f"DROP TRIGGER log_node_refuses_{operation}")
    op.rename_table("log_node", "log_node_before")
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("node_hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(rule, name=op.f("ck_log_node_level")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_node")),
    )
    op.execute(f"INSERT INTO log_node SELECT * FROM log_node_before WHERE level % {step} = 0")
    op.drop_table("log_node_before")
    _refuse_changes("log_node")


def _fill(level: int) -> None:
    """Make the nodes of `level` from those four levels below, 16 at a time."""
    leaves = sa.table("log_entry", sa.column("seq"), sa.column("leaf_hash"))
    nodes = sa.table("log_node", sa.column("level"), sa.column("number"), sa.column("node_hash"))
    below = sa.select(leaves.c.leaf_hash).order_by(leaves.c.seq)
    if level > 4:
        below = sa.select(nodes.c.node_hash).where(nodes.c.level == level - 4).order_by(nodes.c.number)
    hashes = [bytes(each) for each in op.get_bind().scalars(below)]
    made = [
        {"level": level, "number": number, "node_hash": _over(hashes[16 * number : 16 * number + 16])}
        for number in range(len(hashes) // 16)
    ]
    for start in range(0, len(made), 1000):
        op.bulk_insert(nodes, made[start : start + 1000])


def _over(hashes: list[bytes]) -> bytes:
    """Source: RFC 6962, section 2.1."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


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
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE log_node DISABLE TRIGGER log_node_refuses_changes")
        op.execute("DELETE FROM log_node WHERE level % 8 <> 0")
        op.execute("ALTER TABLE log_node ENABLE TRIGGER log_node_refuses_changes")
    _keep_nodes_at_every(8)
    op.add_column("log_head", sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("log_head", "last_at")
    op.execute("UPDATE log_head SET caught_up_at = (SELECT min(caught_up_at) FROM log_kind)")
    for table in ("log_witnessed", "log_cosignature", "log_checkpoint", "log_key", "log_kind"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
