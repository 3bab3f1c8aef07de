"""Raw-material areas, inputs of lots, events with time, place and who, errors declared, templates, doubts.

What was recorded of lots is never changed or taken out from here on.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STEPS = "step IN ('harvesting', 'collecting', 'processing', 'inspecting', 'packing', 'storing', 'shipping')"
UNITS = "unit IN ('g', 'ml', 'piece')"
ONLY_ADDED_TO = ("trace_event", "lot_input", "event_document", "error_declaration")
# table -> columns that never change; its rows stay for ever, and what is not named here may end once.
LASTING = {
    "lot": (
        "product_id",
        "code",
        "produced_on",
        "expires_on",
        "quantity",
        "kind",
        "unit",
        "material",
        "recorded_at",
    ),
    "source_area": ("producer_id", "name", "place_id", "code", "cell", "recorded_at"),
    "event_photo": ("event_id", "key", "width", "height"),
}
TABLES = (
    "source_area",
    "lot_input",
    "event_photo",
    "event_document",
    "error_declaration",
    "event_template",
    "diary_doubt",
)
ADDED = {
    "lot": ("opened_by_id", "submission_key", "variant_id", "material", "unit", "kind"),
    "trace_event": ("submission_key", "recorded_by_id", "area_id", "happened_at"),
}


def upgrade() -> None:
    _create_areas()
    _widen_lots()
    _widen_events()
    _create_what_belongs_to_events()
    _create_errors_and_templates()
    for table in ONLY_ADDED_TO:
        _refuse(table, "UPDATE", "DELETE")
    for table, columns in LASTING.items():
        _refuse(table, f"UPDATE OF {', '.join(columns)}", "DELETE")


def _widen_lots() -> None:
    # Said in SQL, because an added column that carries its own CHECK needs no copying of the table on SQLite.
    op.execute(
        "ALTER TABLE lot ADD COLUMN kind VARCHAR(5) NOT NULL DEFAULT 'goods' "
        "CONSTRAINT ck_lot_kind CHECK (kind IN ('goods', 'raw'))"
    )
    op.execute(
        f"ALTER TABLE lot ADD COLUMN unit VARCHAR(5) CONSTRAINT ck_lot_unit CHECK (unit IS NULL OR {UNITS})"
    )
    op.execute(
        "ALTER TABLE lot ADD COLUMN material VARCHAR(100) CONSTRAINT ck_lot_raw "
        "CHECK ((kind = 'raw') = (unit IS NOT NULL AND material IS NOT NULL))"
    )
    _add_reference("lot", "variant_id", "variant")
    op.execute("ALTER TABLE lot ADD COLUMN submission_key VARCHAR(36)")
    op.create_index("uq_lot_submission_key", "lot", ["submission_key"], unique=True)
    _add_reference("lot", "opened_by_id", "user_account")


def _widen_events() -> None:
    op.add_column("trace_event", sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True))
    _add_reference("trace_event", "area_id", "source_area")
    _add_reference("trace_event", "recorded_by_id", "user_account")
    op.execute("ALTER TABLE trace_event ADD COLUMN submission_key VARCHAR(36)")
    op.create_index("uq_trace_event_submission_key", "trace_event", ["submission_key"], unique=True)


def _add_reference(table: str, column: str, to: str) -> None:
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"
    )


def _create_areas() -> None:
    op.create_table(
        "source_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("cell", sa.String(length=16), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        _to("source_area", "producer_id", "producer"),
        _to("source_area", "place_id", "place"),
        _to("source_area", "recorded_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_area")),
        sa.UniqueConstraint("submission_key", name="uq_source_area_submission_key"),
    )
    op.create_index("ix_source_area_producer", "source_area", ["producer_id", "name"], unique=False)


def _create_what_belongs_to_events() -> None:
    op.create_table(
        "lot_input",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("input_lot_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=5), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_lot_input_quantity")),
        sa.CheckConstraint(UNITS, name=op.f("ck_lot_input_unit")),
        sa.CheckConstraint("(input_lot_id IS NULL) <> (area_id IS NULL)", name=op.f("ck_lot_input_from")),
        sa.CheckConstraint(
            "input_lot_id IS NULL OR input_lot_id <> lot_id", name=op.f("ck_lot_input_not_itself")
        ),
        _to("lot_input", "event_id", "trace_event"),
        _to("lot_input", "lot_id", "lot"),
        _to("lot_input", "input_lot_id", "lot"),
        _to("lot_input", "area_id", "source_area"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_input")),
    )
    op.create_table(
        "event_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("card_sha256", sa.String(length=64), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (sha256 IS NOT NULL)", name=op.f("ck_event_photo_removed")
        ),
        _to("event_photo", "event_id", "trace_event"),
        _to("event_photo", "removed_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_photo")),
        sa.UniqueConstraint("event_id", "key", name="uq_event_photo_key"),
    )
    op.create_table(
        "event_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        _to("event_document", "event_id", "trace_event"),
        _to("event_document", "evidence_id", "evidence_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_document")),
        sa.UniqueConstraint("event_id", "evidence_id", name="uq_event_document_evidence"),
    )
    _create_indexes("lot_input", "event_id", "lot_id", "input_lot_id", "area_id")
    _create_indexes("event_photo", "event_id", "key", "sha256", "card_sha256")
    _create_indexes("event_document", "event_id", "evidence_id")


def _create_errors_and_templates() -> None:
    op.create_table(
        "error_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=14), nullable=False),
        sa.Column("corrective_event_id", sa.Integer(), nullable=True),
        sa.Column("declared_by_id", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('did_not_occur', 'incorrect_data')", name=op.f("ck_error_declaration_reason")
        ),
        sa.CheckConstraint(
            "corrective_event_id IS NULL OR corrective_event_id <> event_id",
            name=op.f("ck_error_declaration_not_itself"),
        ),
        _to("error_declaration", "event_id", "trace_event"),
        _to("error_declaration", "corrective_event_id", "trace_event"),
        _to("error_declaration", "declared_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_declaration")),
        sa.UniqueConstraint("event_id", name="uq_error_declaration_event"),
    )
    op.create_table(
        "event_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STEPS, name=op.f("ck_event_template_step")),
        _to("event_template", "producer_id", "producer"),
        _to("event_template", "area_id", "source_area"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_template")),
    )
    op.create_table(
        "diary_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("other_lot_id", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        _to("diary_doubt", "lot_id", "lot"),
        _to("diary_doubt", "other_lot_id", "lot"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_doubt")),
        sa.UniqueConstraint("key", name="uq_diary_doubt_key"),
    )
    _create_indexes("error_declaration", "corrective_event_id")
    _create_indexes("event_template", "producer_id")
    _create_indexes("diary_doubt", "lot_id", "other_lot_id")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _create_indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _refuse(table: str, *changes: str) -> None:
    """Let the database refuse these changes of the rows of `table`; on PostgreSQL emptying it as well."""
    refusal = f"{table} is only ever added to"
    if op.get_bind().dialect.name == "sqlite":
        for change in changes:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.split()[0].lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE {' OR '.join([*changes, 'TRUNCATE'])} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_changes()"
    )


def downgrade() -> None:
    _let_changes()
    # What only this revision knows has no place in the one before: raw lots and what was made of them.
    for table in ("diary_doubt", "event_template", "error_declaration", "event_document", "event_photo"):
        op.drop_table(table)
    op.drop_table("lot_input")
    op.execute("DELETE FROM trace_event WHERE lot_id IN (SELECT id FROM lot WHERE kind = 'raw')")
    op.execute("DELETE FROM lot WHERE kind = 'raw'")
    op.drop_index("uq_trace_event_submission_key", "trace_event")
    op.drop_index("uq_lot_submission_key", "lot")
    if op.get_bind().dialect.name != "sqlite":
        for table, columns in ADDED.items():
            for column in columns:
                op.drop_column(table, column)
    else:
        for column in ADDED["trace_event"]:
            _drop_on_sqlite("trace_event", column)
        for column in ADDED["lot"]:
            _drop_on_sqlite("lot", column)
    op.drop_table("source_area")


def _drop_on_sqlite(table: str, column: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _let_changes() -> None:
    for table in (*ONLY_ADDED_TO, *LASTING):
        if op.get_bind().dialect.name == "sqlite":
            for change in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_refuses_{change}")
        else:
            op.execute(f"DROP FUNCTION {table}_refuses_changes() CASCADE")
