"""States of stamps by range, seals and their keys, sheets that were printed, codes bound to orders.

Stamps issued before are numbered in the order of their issue, and each run gets the range that says that it was ordered.

Revision ID: 0023
Revises: 0022
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
ONLY_ADDED_TO = (
    "stamp_range",
    "sheet_print",
    "stamp_binding_step",
    "seal_key",
    "seal_key_revocation",
    "seal_key_list",
)
NUMBERS = (
    "UPDATE stamp SET number = counted.number FROM "
    "(SELECT id, row_number() OVER (PARTITION BY run_id ORDER BY id) AS number FROM stamp) AS counted "
    "WHERE counted.id = stamp.id"
)
ORDERED = (
    "INSERT INTO stamp_range (run_id, first, last, state, at) "
    "SELECT id, 1, stamp_count, 'ordered', issued_at FROM stamp_run ORDER BY id"
)


def upgrade() -> None:
    _keys()
    # Said in SQL, because an added column that carries its own constraint needs no copying of the table on SQLite.
    for column in (
        f"code_salt {'BLOB' if _is_sqlite() else 'BYTEA'}",
        "seal_kid INTEGER CONSTRAINT fk_stamp_run_seal_kid REFERENCES seal_key (kid)",
        "seal_month INTEGER CONSTRAINT ck_stamp_run_seal CHECK ((seal_kid IS NULL) = (seal_month IS NULL))",
        "ordered_by_id INTEGER CONSTRAINT fk_stamp_run_ordered_by_id REFERENCES user_account (id)",
    ):
        op.execute(f"ALTER TABLE stamp_run ADD COLUMN {column}")
    op.add_column("stamp", sa.Column("number", sa.Integer(), server_default=sa.text("0"), nullable=False))
    _ranges()
    _bindings()
    op.execute(NUMBERS)
    op.drop_index("ix_stamp_run_id", table_name="stamp")
    op.create_index("uq_stamp_number", "stamp", ["run_id", "number"], unique=True)
    op.execute(ORDERED)
    _salt_runs()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _keys() -> None:
    op.create_table(
        "seal_key",
        sa.Column("kid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.Column("not_after", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kid BETWEEN 0 AND 255", name=op.f("ck_seal_key_kid")),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("ck_seal_key_public_key")),
        sa.CheckConstraint("not_after >= not_before", name=op.f("ck_seal_key_days")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_seal_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_seal_key_public_key")),
    )
    op.create_table(
        "seal_key_revocation",
        sa.Column("kid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kid"], ["seal_key.kid"], name=op.f("fk_seal_key_revocation_kid")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_seal_key_revocation")),
    )
    op.create_table(
        "seal_key_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_key_list")),
    )


def _ranges() -> None:
    op.create_table(
        "stamp_range",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_stamp_range_numbers")),
        sa.CheckConstraint(
            "state IN ('ordered', 'printed', 'activated', 'display', 'withdrawn')",
            name=op.f("ck_stamp_range_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('withdrawn', 'display') OR reason IS NOT NULL", name=op.f("ck_stamp_range_reason")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_stamp_range_by_id")),
        sa.ForeignKeyConstraint(["run_id"], ["stamp_run.id"], name=op.f("fk_stamp_range_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_range")),
    )
    op.create_index("ix_stamp_range_run", "stamp_range", ["run_id", "state", "first"], unique=False)
    op.create_table(
        "sheet_print",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("label_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_sheet_print_numbers")),
        sa.CheckConstraint(
            "start >= 1 AND spoiled >= 0 AND label_count >= 1", name=op.f("ck_sheet_print_counts")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_sheet_print_by_id")),
        sa.ForeignKeyConstraint(["run_id"], ["stamp_run.id"], name=op.f("fk_sheet_print_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_print")),
    )
    op.create_index("ix_sheet_print_run", "sheet_print", ["run_id", "id"], unique=False)


def _bindings() -> None:
    op.create_table(
        "stamp_binding",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("stamp_id", BIG_ID, nullable=False),
        sa.Column("order_line_id", BIG_ID, nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_stamp_binding_order_line_id")
        ),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_stamp_binding_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_binding")),
        sa.UniqueConstraint("stamp_id", name=op.f("uq_stamp_binding_stamp_id")),
    )
    op.create_index("ix_stamp_binding_line", "stamp_binding", ["order_line_id"], unique=False)
    op.create_table(
        "stamp_binding_step",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("stamp_id", BIG_ID, nullable=False),
        sa.Column("order_line_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(length=7), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("act IN ('bound', 'unbound', 'shipped')", name=op.f("ck_stamp_binding_step_act")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_stamp_binding_step_by_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_stamp_binding_step_order_line_id")
        ),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_stamp_binding_step_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_binding_step")),
    )
    op.create_index("ix_stamp_binding_step_line", "stamp_binding_step", ["order_line_id", "id"], unique=False)
    op.create_index("ix_stamp_binding_step_stamp", "stamp_binding_step", ["stamp_id", "id"], unique=False)


def _salt_runs() -> None:
    bind = op.get_bind()
    runs = sa.table("stamp_run", sa.column("id", sa.Integer()), sa.column("code_salt", sa.LargeBinary()))
    for (run_id,) in bind.execute(sa.select(runs.c.id)).all():
        bind.execute(runs.update().where(runs.c.id == run_id).values(code_salt=secrets.token_bytes(16)))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refuse_changes(table: str) -> None:
    refusal = f"{table} is only ever added to"
    if _is_sqlite():
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
    for table in ("stamp_binding_step", "stamp_binding", "sheet_print", "stamp_range"):
        op.drop_table(table)
    op.drop_index("uq_stamp_number", table_name="stamp")
    op.create_index("ix_stamp_run_id", "stamp", ["run_id"], unique=False)
    op.execute("ALTER TABLE stamp DROP COLUMN number")
    for column in ("ordered_by_id", "seal_month", "seal_kid", "code_salt"):
        op.execute(f"ALTER TABLE stamp_run DROP COLUMN {column}")
    for table in ("seal_key_list", "seal_key_revocation", "seal_key"):
        op.drop_table(table)
    if not _is_sqlite():
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
