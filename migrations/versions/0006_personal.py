"""Consents, addresses, archives and erasures; favourites, follows, questions.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # the one of the change feed, see 0002

# A question is shown on its product's page from its answer on; what is asked only moves no cache.
QUESTION_SHOWN_ON = "SELECT {row}.product_id WHERE {row}.answered_at IS NOT NULL"
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def person(table: str, name: str = "user_id", *, nullable: bool = False) -> tuple[sa.Column, sa.Constraint]:
    key = sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, sa.Integer(), nullable=nullable), key


def upgrade() -> None:
    _create_account_tables()
    _create_shopper_tables()
    if op.get_bind().dialect.name == "sqlite":
        _watch_sqlite()
    else:
        _watch_postgresql()


def _create_account_tables() -> None:
    op.create_table(
        "consent_act",
        sa.Column("id", sa.Integer(), nullable=False),
        *person("consent_act"),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        instant("acted_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_act")),
    )
    op.create_index("ix_consent_act_latest", "consent_act", ["user_id", "purpose", "id"])
    op.create_table(
        "user_address",
        sa.Column("id", sa.Integer(), nullable=False),
        *person("user_address"),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=5), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("landmark", sa.String(length=200), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        instant("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_address")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_user_address_submission_key")),
    )
    op.create_index(op.f("ix_user_address_user_id"), "user_address", ["user_id"])
    _create_partial_index("uq_user_address_default", "user_address", "is_default")
    op.create_table(
        "data_export",
        sa.Column("id", sa.Integer(), nullable=False),
        *person("data_export"),
        instant("asked_at"),
        instant("made_at", nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("byte_count", sa.Integer(), nullable=True),
        instant("deleted_at", nullable=True),
        sa.CheckConstraint("(sha256 IS NULL) OR (made_at IS NOT NULL)", name=op.f("ck_data_export_made")),
        sa.CheckConstraint("deleted_at IS NULL OR sha256 IS NULL", name=op.f("ck_data_export_deleted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    op.create_index(op.f("ix_data_export_user_id"), "data_export", ["user_id"])
    op.create_index(op.f("ix_data_export_sha256"), "data_export", ["sha256"])
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        *person("erasure_request"),
        instant("asked_at"),
        instant("due_at"),
        instant("withdrawn_at", nullable=True),
        instant("done_at", nullable=True),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR done_at IS NULL", name=op.f("ck_erasure_request_one_end")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    _create_partial_index(
        "uq_erasure_request_open", "erasure_request", "withdrawn_at IS NULL AND done_at IS NULL"
    )


def _create_partial_index(name: str, table: str, where: str) -> None:
    op.create_index(
        name,
        table,
        ["user_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _create_shopper_tables() -> None:
    for table, other in (("favourite", "product"), ("follow", "producer")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            *person(table),
            sa.Column(f"{other}_id", sa.Integer(), nullable=False),
            instant("created_at"),
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("user_id", f"{other}_id", name=f"uq_{table}_pair"),
        )
        op.create_index(op.f(f"ix_{table}_{other}_id"), table, [f"{other}_id"])
    op.create_table(
        "announcement",
        sa.Column("product_id", sa.Integer(), nullable=False),
        instant("announced_at"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_announcement_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_announcement")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        *person("question", "author_id", nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        instant("asked_at"),
        sa.Column("answer", sa.Text(), nullable=True),
        instant("answered_at", nullable=True),
        *person("question", "answered_by_id", nullable=True),
        instant("hidden_at", nullable=True),
        *person("question", "hidden_by_id", nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_question_answered")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_question_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_question_submission_key")),
    )
    op.create_index("ix_question_product", "question", ["product_id", "answered_at"])
    op.create_index(op.f("ix_question_author_id"), "question", ["author_id"])
    op.create_table(
        "question_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        *person("question_report", "reporter_id", nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        instant("reported_at"),
        instant("settled_at", nullable=True),
        *person("question_report", "settled_by_id", nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_question_report_settled")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_report_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_report")),
        sa.UniqueConstraint("question_id", "reporter_id", name="uq_question_report_pair"),
    )
    op.create_index("ix_question_report_open", "question_report", ["settled_at", "id"])
    op.create_index(op.f("ix_question_report_reporter_id"), "question_report", ["reporter_id"])


def _products_of(operation: str) -> str:
    return " UNION ".join(QUESTION_SHOWN_ON.format(row=row) for row in ROWS[operation])


def _watch_sqlite() -> None:
    for operation in ROWS:
        op.execute(
            f"CREATE TRIGGER question_{operation.lower()}_changes_catalog AFTER {operation} ON question BEGIN "
            f"INSERT INTO catalog_change (product_id) {_products_of(operation)}; END"
        )
    for operation in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER consent_act_no_{operation.lower()} BEFORE {operation} ON consent_act BEGIN "
            "SELECT RAISE(ABORT, 'consents are only ever added'); END"
        )


def _watch_postgresql() -> None:
    branches = " ".join(
        f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
        f"INSERT INTO catalog_change (product_id) {_products_of(operation)};"
        for position, operation in enumerate(ROWS)
    )
    op.execute(
        "CREATE FUNCTION question_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); {branches} END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER question_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON question "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION question_changes_catalog()"
    )
    op.execute(
        "CREATE FUNCTION consent_act_only_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'consents are only ever added'; END $$"
    )
    op.execute(
        "CREATE TRIGGER consent_act_only_added BEFORE UPDATE OR DELETE ON consent_act "
        "FOR EACH ROW EXECUTE FUNCTION consent_act_only_added()"
    )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    tables = ("question_report", "question", "announcement", "follow", "favourite")
    for table in (*tables, "erasure_request", "data_export", "user_address", "consent_act"):
        op.drop_table(table)  # its triggers go with it
    if not sqlite:
        op.execute("DROP FUNCTION question_changes_catalog()")
        op.execute("DROP FUNCTION consent_act_only_added()")
