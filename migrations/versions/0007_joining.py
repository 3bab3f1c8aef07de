"""Drafts of registrations, claims, invitations, assistance, sellers' checks and declarations.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # the one of the change feed, see 0002

# What is known of a seller stands on the page of the producer and of all its products.
SHOWN_ON = "SELECT 0 UNION SELECT id FROM product WHERE producer_id = {row}.producer_id"
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    # In place: a table made anew would lose what refers to it.
    op.add_column("membership", sa.Column("ends_at", Instant, nullable=True))
    _create_producer_draft()
    _create_producer_registration()
    _create_claim()
    _create_claim_paper()
    _create_invitation()
    _create_assistance()
    _create_seller_check()
    _create_declaration()
    if op.get_bind().dialect.name == "sqlite":
        _watch_sqlite()
    else:
        _watch_postgresql()


def _create_producer_draft() -> None:
    op.create_table(
        "producer_draft",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_producer_draft_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_producer_draft")),
    )


def _create_producer_registration() -> None:
    op.create_table(
        "producer_registration",
        sa.Column("producer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_producer_registration_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["user_account.id"], name=op.f("fk_producer_registration_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("producer_id", name=op.f("pk_producer_registration")),
    )
    op.create_index(
        op.f("ix_producer_registration_registered_by_id"),
        "producer_registration",
        ["registered_by_id"],
        unique=False,
    )


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("for_producer_id", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("claimed_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome <> 'refused' OR reason IS NOT NULL", name=op.f("ck_claim_reason")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('approved', 'refused', 'withdrawn')",
            name=op.f("ck_claim_outcome"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_claim_ended")),
        sa.CheckConstraint("(producer_id IS NULL) <> (product_id IS NULL)", name=op.f("ck_claim_one_entry")),
        sa.CheckConstraint(
            "(product_id IS NULL) = (for_producer_id IS NULL)", name=op.f("ck_claim_for_producer")
        ),
        sa.ForeignKeyConstraint(["claimant_id"], ["user_account.id"], name=op.f("fk_claim_claimant_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_claim_ended_by_id")),
        sa.ForeignKeyConstraint(["for_producer_id"], ["producer.id"], name=op.f("fk_claim_for_producer_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_claim_producer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_claim_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_for_producer_id"), "claim", ["for_producer_id"], unique=False)
    op.create_index(op.f("ix_claim_producer_id"), "claim", ["producer_id"], unique=False)
    op.create_index(op.f("ix_claim_product_id"), "claim", ["product_id"], unique=False)
    op.create_index("ix_claim_queue", "claim", ["outcome", "province_code"], unique=False)
    op.create_index(
        "uq_claim_open_producer",
        "claim",
        ["claimant_id", "producer_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "uq_claim_open_product",
        "claim",
        ["claimant_id", "product_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _create_claim_paper() -> None:
    op.create_table(
        "claim_paper",
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evidence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_paper_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "evidence_id", name=op.f("pk_claim_paper")),
    )


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted', 'declined', 'withdrawn')",
            name=op.f("ck_invitation_outcome"),
        ),
        sa.CheckConstraint("role IN ('owner', 'editor', 'packer')", name=op.f("ck_invitation_role")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_invitation_ended")),
        sa.CheckConstraint("outcome IS NULL OR phone IS NULL", name=op.f("ck_invitation_phone")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_invitation_ended_by_id")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user_account.id"], name=op.f("fk_invitation_invited_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_invitation_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_phone"), "invitation", ["phone"], unique=False)
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["producer_id", "phone"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def _create_assistance() -> None:
    op.create_table(
        "assistance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.CheckConstraint("basis <> 'paper' OR evidence_id IS NOT NULL", name=op.f("ck_assistance_paper")),
        sa.CheckConstraint("basis IN ('screen', 'paper')", name=op.f("ck_assistance_basis")),
        sa.CheckConstraint("ends_at > agreed_at", name=op.f("ck_assistance_ends_at")),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["user_account.id"], name=op.f("fk_assistance_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_assistance_ended_by_id")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_assistance_membership_id")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["user_account.id"], name=op.f("fk_assistance_officer_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_assistance_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_assistance_membership_id")),
    )
    op.create_index(op.f("ix_assistance_officer_id"), "assistance", ["officer_id"], unique=False)
    op.create_index(op.f("ix_assistance_producer_id"), "assistance", ["producer_id"], unique=False)


def _create_seller_check() -> None:
    op.create_table(
        "seller_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=True),
        sa.Column("office", sa.String(length=120), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("noted_at", Instant, nullable=False),
        sa.CheckConstraint(
            "CASE state WHEN 'verified' THEN method IS NOT NULL AND office IS NOT NULL AND until_on IS NOT NULL AND answers_id IS NOT NULL WHEN 'refused' THEN reason IS NOT NULL AND answers_id IS NOT NULL ELSE answers_id IS NULL END",
            name=op.f("ck_seller_check_facts"),
        ),
        sa.CheckConstraint(
            "method IS NULL OR method IN ('business_register', 'paper_seen', 'visit')",
            name=op.f("ck_seller_check_method"),
        ),
        sa.CheckConstraint("state IN ('asked', 'verified', 'refused')", name=op.f("ck_seller_check_state")),
        sa.ForeignKeyConstraint(["answers_id"], ["seller_check.id"], name=op.f("fk_seller_check_answers_id")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user_account.id"], name=op.f("fk_seller_check_noted_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_seller_check_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_check")),
        sa.UniqueConstraint("answers_id", name=op.f("uq_seller_check_answers_id")),
    )
    op.create_index(op.f("ix_seller_check_producer_id"), "seller_check", ["producer_id"], unique=False)


def _create_declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", Instant, nullable=False),
        sa.CheckConstraint(
            "(kind = 'trained_workers') = (share_percent IS NOT NULL) AND (share_percent IS NULL OR share_percent BETWEEN 0 AND 100)",
            name=op.f("ck_declaration_share_percent"),
        ),
        sa.CheckConstraint(
            "kind IN ('women_led', 'ethnic_minority', 'craft_village', 'raw_material_area', 'green_chain', 'trained_workers', 'modern_channels')",
            name=op.f("ck_declaration_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["user_account.id"], name=op.f("fk_declaration_declared_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_declaration_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index("uq_declaration_kind", "declaration", ["producer_id", "kind"], unique=True)


def _products_of(operation: str) -> str:
    return " UNION ".join(SHOWN_ON.format(row=row) for row in ROWS[operation])


def _watch_sqlite() -> None:
    for operation in ROWS:
        op.execute(
            f"CREATE TRIGGER seller_check_{operation.lower()}_changes_catalog AFTER {operation} ON seller_check BEGIN "
            f"INSERT INTO catalog_change (product_id) {_products_of(operation)}; END"
        )


def _watch_postgresql() -> None:
    branches = " ".join(
        f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
        f"INSERT INTO catalog_change (product_id) {_products_of(operation)};"
        for position, operation in enumerate(ROWS)
    )
    op.execute(
        f"CREATE FUNCTION seller_check_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); {branches} END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER seller_check_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON seller_check "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seller_check_changes_catalog()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION seller_check_changes_catalog() CASCADE")
    for table in (
        "declaration",
        "seller_check",
        "assistance",
        "invitation",
        "claim_paper",
        "claim",
        "producer_registration",
        "producer_draft",
    ):
        op.drop_table(table)
    op.drop_column("membership", "ends_at")
