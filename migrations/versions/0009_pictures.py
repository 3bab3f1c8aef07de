"""Pictures of products; private papers, certificates claimed and reviewed, reminders.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # the one of 0002: all numbers of catalog_change are given under it

OF_CERTIFICATE = (
    "SELECT p.id FROM certificate c JOIN product p ON p.id = c.product_id OR p.producer_id = c.producer_id "
    "WHERE c.id = {row}.certificate_id"
)
# table -> SQL of the ids of the products that its row {row} is shown on, as in 0002.
SHOWN_ON = {
    "product_picture": "SELECT {row}.product_id",
    "certificate_review": OF_CERTIFICATE,
    "certificate_withdrawal": OF_CERTIFICATE,
    "certificate_page": OF_CERTIFICATE,
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
TABLES = (
    "picture",
    "picture_file",
    "product_picture",
    "evidence_file",
    "evidence_page",
    "certificate_claim",
    "certificate_review",
    "certificate_withdrawal",
    "certificate_page",
    "reminder",
)


def upgrade() -> None:
    _create_pictures()
    _create_evidence()
    _create_certificate_states()
    if op.get_bind().dialect.name == "sqlite":
        _create_triggers_sqlite()
    else:
        _create_triggers_postgresql()


def products_of(table: str, operation: str) -> str:
    return " UNION ".join(SHOWN_ON[table].format(row=row) for row in ROWS[operation])


def _create_triggers_sqlite() -> None:
    for table in SHOWN_ON:
        for operation in ROWS:
            op.execute(
                f"CREATE TRIGGER {table}_{operation.lower()}_changes_catalog AFTER {operation} ON {table} BEGIN "
                f"INSERT INTO catalog_change (product_id) {products_of(table, operation)}; END"
            )


def _create_triggers_postgresql() -> None:
    for table in SHOWN_ON:
        branches = " ".join(
            f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
            f"INSERT INTO catalog_change (product_id) {products_of(table, operation)};"
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


def _create_pictures() -> None:
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("key", name=op.f("uq_picture_key")),
    )
    op.create_table(
        "picture_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("format IN ('avif', 'webp', 'jpeg')", name=op.f("ck_picture_file_format")),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_picture_file_picture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_file")),
        sa.UniqueConstraint("picture_id", "name", "format", name="uq_picture_file_name"),
    )
    op.create_index(op.f("ix_picture_file_sha256"), "picture_file", ["sha256"], unique=False)
    op.create_table(
        "product_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=True),
        sa.Column("alt_en", sa.String(length=200), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_product_picture_position")),
        sa.CheckConstraint(
            "removed_at IS NOT NULL OR removed_by_id IS NULL", name=op.f("ck_product_picture_removed")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_product_picture_added_by_id")
        ),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_product_picture_picture_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_picture_product_id")),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["user_account.id"], name=op.f("fk_product_picture_removed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_picture")),
    )
    op.create_index(op.f("ix_product_picture_picture_id"), "product_picture", ["picture_id"], unique=False)
    op.create_index(op.f("ix_product_picture_product_id"), "product_picture", ["product_id"], unique=False)
    op.create_index(
        "uq_product_picture_position",
        "product_picture",
        ["product_id", "position"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_product_picture_shown",
        "product_picture",
        ["product_id", "picture_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("is_for_members", sa.Boolean(), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["user_account.id"], name=op.f("fk_evidence_file_kept_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_evidence_file_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index(op.f("ix_evidence_file_kept_by_id"), "evidence_file", ["kept_by_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_producer_id"), "evidence_file", ["producer_id"], unique=False)
    op.create_index("ix_evidence_file_sha256", "evidence_file", ["sha256"], unique=False)
    op.create_table(
        "evidence_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_file.id"], name=op.f("fk_evidence_page_evidence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_page")),
        sa.UniqueConstraint("evidence_id", "number", name="uq_evidence_page_number"),
    )
    op.create_index(op.f("ix_evidence_page_sha256"), "evidence_page", ["sha256"], unique=False)


def _create_certificate_states() -> None:
    op.create_table(
        "certificate_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("standard", sa.String(length=100), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('food_safety', 'vietgap', 'globalgap', 'organic', 'haccp', 'iso', 'geographical_indication', 'collective_mark', 'ocop')",
            name=op.f("ck_certificate_claim_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["user_account.id"], name=op.f("fk_certificate_claim_claimed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_file.id"], name=op.f("fk_certificate_claim_evidence_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_certificate_claim_producer_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_certificate_claim_product_id")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["certificate_claim.id"], name=op.f("fk_certificate_claim_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_claim")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_certificate_claim_submission_key")),
    )
    op.create_index(
        op.f("ix_certificate_claim_evidence_id"), "certificate_claim", ["evidence_id"], unique=False
    )
    op.create_index(
        op.f("ix_certificate_claim_producer_id"), "certificate_claim", ["producer_id"], unique=False
    )
    op.create_index(
        op.f("ix_certificate_claim_product_id"), "certificate_claim", ["product_id"], unique=False
    )
    op.create_table(
        "certificate_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'verified') = (certificate_id IS NOT NULL)",
            name=op.f("ck_certificate_review_certificate"),
        ),
        sa.CheckConstraint(
            "(outcome = 'verified') = (method IS NOT NULL)",
            name=op.f("ck_certificate_review_verified_by_method"),
        ),
        sa.CheckConstraint(
            "method IS NULL OR method IN ('issuer_register', 'issuer_asked', 'original_seen', 'own_files')",
            name=op.f("ck_certificate_review_method"),
        ),
        sa.CheckConstraint(
            "outcome = 'verified' OR reason IS NOT NULL", name=op.f("ck_certificate_review_reason")
        ),
        sa.CheckConstraint(
            "outcome IN ('verified', 'refused', 'noted')", name=op.f("ck_certificate_review_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_review_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["certificate_claim.id"], name=op.f("fk_certificate_review_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_certificate_review_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_review")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_certificate_review_claim_id")),
    )
    op.create_index(
        op.f("ix_certificate_review_certificate_id"), "certificate_review", ["certificate_id"], unique=False
    )
    op.create_table(
        "certificate_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_withdrawal_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_certificate_withdrawal_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_withdrawal")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificate_withdrawal_certificate_id")),
    )
    op.create_table(
        "certificate_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_page_certificate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_page")),
        sa.UniqueConstraint("certificate_id", "number", name="uq_certificate_page_number"),
    )
    op.create_index(op.f("ix_certificate_page_sha256"), "certificate_page", ["sha256"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_reminder_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("subject", "expires_on", "mark", name="uq_reminder_mark"),
    )
    op.create_index(op.f("ix_reminder_producer_id"), "reminder", ["producer_id"], unique=False)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in SHOWN_ON:
            op.execute(f"DROP FUNCTION {table}_changes_catalog() CASCADE")
    for table in reversed(TABLES):  # SQLite drops a table's triggers with it
        op.drop_table(table)
