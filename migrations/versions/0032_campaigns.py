"""Campaigns, featured collections, run sheets of live sessions.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ADVISORY_LOCK = 0x0C0B  # that of the changes of the catalogue (0002)
ONLY_ADDED_TO = ("campaign_entry_event", "run_sheet_switch")
TABLES = (
    "campaign",
    "campaign_voucher",
    "campaign_hamper",
    "campaign_entry",
    "campaign_entry_event",
    "featured_collection",
    "collection_exclusion",
    "women_led_statement",
    "share_image",
    "run_sheet",
    "run_sheet_item",
    "run_sheet_switch",
)
OPERATIONS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    _create_campaigns()
    _create_entries()
    _create_collections()
    _create_images()
    _create_run_sheets()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)
    _note_changes()


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes() CASCADE")
        op.execute("DROP FUNCTION campaign_changes_catalog() CASCADE")
    for table in reversed(TABLES):
        op.drop_table(table)


def _note_changes() -> None:
    """A campaign changes pages that are kept for the whole catalogue, of no product (0), see 0002."""
    if op.get_bind().dialect.name == "sqlite":
        for operation in OPERATIONS:
            op.execute(
                f"CREATE TRIGGER campaign_{operation.lower()}_changes_catalog AFTER {operation} ON campaign BEGIN "
                f"INSERT INTO catalog_change (product_id) SELECT 0; END"
            )
        return
    op.execute(
        f"CREATE FUNCTION campaign_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); INSERT INTO catalog_change (product_id) SELECT 0; "
        f"RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER campaign_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON campaign "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION campaign_changes_catalog()"
    )


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


def _create_campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("summary_en", sa.String(length=1000), nullable=True),
        sa.Column("criteria", sa.String(length=1000), nullable=False),
        sa.Column("criteria_en", sa.String(length=1000), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("office_level", sa.String(length=10), nullable=False),
        sa.Column("office_province_code", sa.String(length=2), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(office_level = 'province') = (office_province_code IS NOT NULL)",
            name=op.f("ck_campaign_office_province"),
        ),
        sa.CheckConstraint(
            "office_level IN ('market', 'nation', 'province')", name=op.f("ck_campaign_office_level")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_campaign_ended")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_campaign_days")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_campaign_ended_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_campaign_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_index("ix_campaign_days", "campaign", ["until_on", "from_on"], unique=False)
    op.create_table(
        "campaign_voucher",
        sa.Column("campaign_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("voucher_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_voucher_campaign_id")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_campaign_voucher_voucher_id")),
        sa.PrimaryKeyConstraint("campaign_id", "voucher_id", name=op.f("pk_campaign_voucher")),
    )
    op.create_table(
        "campaign_hamper",
        sa.Column("campaign_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("bundle_id", BIG_ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_campaign_hamper_bundle_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_hamper_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "bundle_id", name=op.f("pk_campaign_hamper")),
    )


def _create_entries() -> None:
    op.create_table(
        "campaign_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "state IN ('invited', 'asked', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_campaign_entry_state"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_entry_campaign_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_campaign_entry_producer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_campaign_entry_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_entry")),
        sa.UniqueConstraint("campaign_id", "product_id", name="uq_campaign_entry_product"),
    )
    op.create_index(
        "ix_campaign_entry_producer", "campaign_entry", ["producer_id", "campaign_id"], unique=False
    )
    op.create_index(op.f("ix_campaign_entry_product_id"), "campaign_entry", ["product_id"], unique=False)
    op.create_table(
        "campaign_entry_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "state <> 'refused' OR reason IS NOT NULL", name=op.f("ck_campaign_entry_event_reason")
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'asked', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_campaign_entry_event_state"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_campaign_entry_event_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["campaign_entry.id"], name=op.f("fk_campaign_entry_event_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_entry_event")),
    )
    op.create_index("ix_campaign_entry_event_entry", "campaign_entry_event", ["entry_id"], unique=False)


def _create_collections() -> None:
    op.create_table(
        "featured_collection",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=True),
        sa.Column("criteria", sa.String(length=1000), nullable=False),
        sa.Column("criteria_en", sa.String(length=1000), nullable=True),
        sa.Column("stars_least", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("group_no", sa.Integer(), nullable=True),
        sa.Column("is_women_led", sa.Boolean(), nullable=False),
        sa.Column("recognised_within_days", sa.Integer(), nullable=True),
        sa.Column("office_level", sa.String(length=10), nullable=False),
        sa.Column("office_province_code", sa.String(length=2), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(office_level = 'province') = (office_province_code IS NOT NULL)",
            name=op.f("ck_featured_collection_office_province"),
        ),
        sa.CheckConstraint(
            "office_level IN ('market', 'nation', 'province')",
            name=op.f("ck_featured_collection_office_level"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_featured_collection_ended")
        ),
        sa.CheckConstraint("group_no BETWEEN 1 AND 6", name=op.f("ck_featured_collection_group_no")),
        sa.CheckConstraint(
            "recognised_within_days BETWEEN 1 AND 1096", name=op.f("ck_featured_collection_within_days")
        ),
        sa.CheckConstraint("stars_least IN (3, 4, 5)", name=op.f("ck_featured_collection_stars_least")),
        sa.CheckConstraint(
            "stars_least IS NOT NULL OR province_code IS NOT NULL OR group_no IS NOT NULL OR is_women_led OR recognised_within_days IS NOT NULL",
            name=op.f("ck_featured_collection_some_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_featured_collection_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_featured_collection_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_collection")),
        sa.UniqueConstraint("slug", name=op.f("uq_featured_collection_slug")),
    )
    op.create_table(
        "collection_exclusion",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("collection_id", BIG_ID, nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_collection_exclusion_lifted")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_collection_exclusion_by_id")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["featured_collection.id"], name=op.f("fk_collection_exclusion_collection_id")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["user_account.id"], name=op.f("fk_collection_exclusion_lifted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_collection_exclusion_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_exclusion")),
    )
    op.create_index(
        "uq_collection_exclusion_open",
        "collection_exclusion",
        ["collection_id", "product_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "women_led_statement",
        sa.Column("producer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stated_by_id", sa.Integer(), nullable=False),
        sa.Column("stated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_women_led_statement_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["user_account.id"], name=op.f("fk_women_led_statement_stated_by_id")
        ),
        sa.PrimaryKeyConstraint("producer_id", name=op.f("pk_women_led_statement")),
    )


def _create_images() -> None:
    op.create_table(
        "share_image",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("shape", sa.String(length=8), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint("byte_count > 0", name=op.f("ck_share_image_byte_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_image")),
        sa.UniqueConstraint("kind", "subject_id", "language", "shape", name="uq_share_image_subject"),
    )


def _create_run_sheets() -> None:
    op.create_table(
        "run_sheet",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=True),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("live_url", sa.String(length=300), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", name=op.f("ck_run_sheet_ended")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_run_sheet_ended_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_run_sheet_made_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_run_sheet_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet")),
        sa.UniqueConstraint("slug", name=op.f("uq_run_sheet_slug")),
    )
    op.create_index("ix_run_sheet_made_by", "run_sheet", ["made_by_id", "id"], unique=False)
    op.create_index("ix_run_sheet_producer", "run_sheet", ["producer_id", "id"], unique=False)
    op.create_table(
        "run_sheet_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_sheet_id", BIG_ID, nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("points", sa.Text(), nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 180", name=op.f("ck_run_sheet_item_minutes")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_run_sheet_item_product_id")),
        sa.ForeignKeyConstraint(
            ["run_sheet_id"], ["run_sheet.id"], name=op.f("fk_run_sheet_item_run_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet_item")),
        sa.UniqueConstraint("run_sheet_id", "product_id", name="uq_run_sheet_item_product"),
    )
    op.create_index(op.f("ix_run_sheet_item_product_id"), "run_sheet_item", ["product_id"], unique=False)
    op.create_table(
        "run_sheet_switch",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("run_sheet_id", BIG_ID, nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_run_sheet_switch_by_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_run_sheet_switch_product_id")),
        sa.ForeignKeyConstraint(
            ["run_sheet_id"], ["run_sheet.id"], name=op.f("fk_run_sheet_switch_run_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet_switch")),
    )
    op.create_index("ix_run_sheet_switch_sheet", "run_sheet_switch", ["run_sheet_id", "id"], unique=False)
