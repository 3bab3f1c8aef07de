"""Recalls by product, lots and units; claims of having opened; what speaks for a copy.

A recall was of one lot, and closed by a date in its row. Now it is of goods of a product, and each step is a row of its
own. The rows there are move over with their numbers.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ADVISORY_LOCK = 0x0C0B  # that of the changes of the catalogue (0002)
ONLY_ADDED_TO = ("recall", "recall_lot", "recall_range", "recall_step", "clone_decision")
BEFORE = {"recall": "SELECT product_id FROM lot WHERE id = {row}.lot_id"}
SHOWN_ON = {
    "recall": "SELECT {row}.product_id",
    "recall_step": "SELECT product_id FROM recall WHERE id = {row}.recall_id",
}
OLD_ROWS = (
    "SELECT r.id, r.lot_id, l.product_id, r.reason, r.instruction, r.contact, r.opened_at, r.closed_at "
    "FROM recall r JOIN lot l ON l.id = r.lot_id ORDER BY r.id"
)
NEW_RECALL = (
    "INSERT INTO recall (id, product_id, scope, is_drill, reason, instruction, contact, opened_at) "
    "VALUES (:id, :product_id, 'lots', FALSE, :reason, :instruction, :contact, :opened_at)"
)
NEW_LOT = "INSERT INTO recall_lot (recall_id, lot_id) VALUES (:id, :lot_id)"
NEW_STEP = "INSERT INTO recall_step (recall_id, stage, taken_at) VALUES (:id, 'closed', :closed_at)"
ROWS_OF_LOTS = (
    "SELECT l.id AS lot_id, r.reason, r.instruction, r.contact, r.opened_at, s.taken_at AS closed_at FROM recall r "
    "JOIN lot l ON l.product_id = r.product_id "
    "LEFT JOIN recall_lot k ON k.recall_id = r.id AND k.lot_id = l.id "
    "LEFT JOIN recall_step s ON s.recall_id = r.id AND s.stage = 'closed' "
    "WHERE NOT r.is_drill AND (r.scope = 'product' OR k.lot_id IS NOT NULL) ORDER BY r.id, l.id"
)
OLD_RECALL = (
    "INSERT INTO recall (lot_id, reason, instruction, contact, opened_at, closed_at) "
    "VALUES (:lot_id, :reason, :instruction, :contact, :opened_at, :closed_at)"
)
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    before = op.get_bind().execute(sa.text(OLD_ROWS)).mappings().all()
    _forget_changes("recall")
    op.drop_table("recall")
    _create_recalls()
    _create_steps()
    _create_openings()
    _create_doubts()
    for row in before:
        op.get_bind().execute(sa.text(NEW_RECALL), dict(row))
        op.get_bind().execute(sa.text(NEW_LOT), dict(row))
        if row["closed_at"] is not None:
            op.get_bind().execute(sa.text(NEW_STEP), dict(row))
    op.execute(
        "INSERT INTO sale_stop (product_id, subject, stopped_at) "
        "SELECT product_id, 'recall:' || id, opened_at FROM recall "
        "WHERE id NOT IN (SELECT recall_id FROM recall_step WHERE stage = 'closed') ORDER BY id"
    )
    _count_on("recall")
    _note_changes(SHOWN_ON)
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _create_recalls() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("is_drill", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("refund", sa.Text(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("scope IN ('product', 'lots', 'units')", name=op.f("ck_recall_scope")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_recall_opened_by_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_recall_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_recall_submission_key")),
    )
    op.create_index(op.f("ix_recall_product_id"), "recall", ["product_id"], unique=False)
    op.create_table(
        "recall_lot",
        sa.Column("recall_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_lot_lot_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_lot_recall_id")),
        sa.PrimaryKeyConstraint("recall_id", "lot_id", name=op.f("pk_recall_lot")),
    )
    op.create_index(op.f("ix_recall_lot_lot_id"), "recall_lot", ["lot_id"], unique=False)
    op.create_table(
        "recall_range",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("first >= 1 AND last >= first", name=op.f("ck_recall_range_numbers")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_range_recall_id")),
        sa.ForeignKeyConstraint(["run_id"], ["stamp_run.id"], name=op.f("fk_recall_range_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_range")),
    )
    op.create_index(op.f("ix_recall_range_recall_id"), "recall_range", ["recall_id"], unique=False)
    op.create_index(op.f("ix_recall_range_run_id"), "recall_range", ["run_id"], unique=False)


def _create_steps() -> None:
    op.create_table(
        "recall_step",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('traced', 'warned', 'exported', 'closed')", name=op.f("ck_recall_step_stage")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_recall_step_by_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_step_recall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_step")),
        sa.UniqueConstraint("recall_id", "stage", name="uq_recall_step_stage"),
    )


def _create_openings() -> None:
    for table in ("opening", "later_opening"):
        op.create_table(
            table,
            sa.Column("id", BIG_ID, nullable=False),
            sa.Column("stamp_id", BIG_ID, nullable=False),
            sa.Column("claimed_hour_at", INSTANT, nullable=False),
            sa.Column("province", sa.String(length=40), nullable=True),
            sa.Column("device_hash", sa.LargeBinary(length=16), nullable=True),
            sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f(f"fk_{table}_stamp_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("stamp_id", name=op.f("uq_opening_stamp_id"))
            if table == "opening"
            else sa.UniqueConstraint("stamp_id", "device_hash", name="uq_later_opening_device"),
        )
    op.create_index(
        op.f("ix_later_opening_claimed_hour_at"), "later_opening", ["claimed_hour_at"], unique=False
    )


def _create_doubts() -> None:
    op.create_table(
        "clone_doubt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("stamp_id", BIG_ID, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("assessed_at", INSTANT, nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 3", name=op.f("ck_clone_doubt_grade")),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_clone_doubt_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clone_doubt")),
        sa.UniqueConstraint("stamp_id", name=op.f("uq_clone_doubt_stamp_id")),
    )
    op.create_table(
        "clone_decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("doubt_id", BIG_ID, nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('confirmed_copy', 'cleared')", name=op.f("ck_clone_decision_outcome")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_clone_decision_by_id")),
        sa.ForeignKeyConstraint(["doubt_id"], ["clone_doubt.id"], name=op.f("fk_clone_decision_doubt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clone_decision")),
    )
    op.create_index("ix_clone_decision_doubt", "clone_decision", ["doubt_id", "id"], unique=False)
    op.create_table(
        "lot_market",
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_market_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", "province_code", name=op.f("pk_lot_market")),
    )
    op.create_table(
        "sale_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_stop_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_stop")),
        sa.UniqueConstraint("subject", name=op.f("uq_sale_stop_subject")),
    )
    op.create_index(op.f("ix_sale_stop_product_id"), "sale_stop", ["product_id"], unique=False)
    progress = op.create_table(
        "clone_progress",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_scan_id", BIG_ID, nullable=False),
        sa.Column("seen_scan_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clone_progress")),
    )
    # The row that a run locks is there from the start: two cannot make one at once.
    op.bulk_insert(progress, [{"id": 1, "done_scan_id": 0, "seen_scan_id": 0}])


def downgrade() -> None:
    """Recalls of products and packs cannot be told in the table of before: they become recalls of their lots."""
    for table in ONLY_ADDED_TO:
        _admit_changes(table)
    for table in SHOWN_ON:
        _forget_changes(table)
    for table in (
        "sale_stop",
        "clone_progress",
        "lot_market",
        "clone_decision",
        "clone_doubt",
        "later_opening",
        "opening",
    ):
        op.drop_table(table)
    rows = op.get_bind().execute(sa.text(ROWS_OF_LOTS)).mappings().all()
    for table in ("recall_step", "recall_range", "recall_lot", "recall"):
        op.drop_table(table)
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    for row in rows:
        op.get_bind().execute(sa.text(OLD_RECALL), dict(row))
    op.create_index(op.f("ix_recall_lot_id"), "recall", ["lot_id"], unique=False)
    _note_changes(BEFORE)


def _count_on(table: str) -> None:
    """The numbers taken over are not given again."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"SELECT setval('{table}_id_seq', COALESCE((SELECT MAX(id) FROM {table}), 0) + 1, false)")


def _note_changes(shown_on: dict[str, str]) -> None:
    """Rows of the tables change what is shown of a product (see 0002)."""
    for table, products in shown_on.items():
        of = {
            operation: " UNION ".join(products.format(row=row) for row in ROWS[operation])
            for operation in ROWS
        }
        if op.get_bind().dialect.name == "sqlite":
            for operation in ROWS:
                op.execute(
                    f"CREATE TRIGGER {table}_{operation.lower()}_changes_catalog AFTER {operation} ON {table} BEGIN "
                    f"INSERT INTO catalog_change (product_id) {of[operation]}; END"
                )
            continue
        branches = " ".join(
            f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
            f"INSERT INTO catalog_change (product_id) {of[operation]};"
            for position, operation in enumerate(ROWS)
        )
        op.execute(
            f"CREATE FUNCTION {table}_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); {branches} END IF; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {table}_changes_catalog()"
        )


def _forget_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for operation in ROWS:
            op.execute(f"DROP TRIGGER {table}_{operation.lower()}_changes_catalog")
    else:
        op.execute(f"DROP FUNCTION {table}_changes_catalog() CASCADE")


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


def _admit_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for operation in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_refuses_{operation}")
    else:
        op.execute(f"DROP FUNCTION {table}_refuses_changes() CASCADE")
