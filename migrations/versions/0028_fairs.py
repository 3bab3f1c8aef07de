"""Fairs, booths, who takes part with which goods, programmes.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ONLY_ADDED_TO = ("participation_event",)
STATES = "('invited', 'registered', 'confirmed', 'refused', 'withdrawn')"


def upgrade() -> None:
    _create_fairs()
    _create_booths()
    _create_participations()
    _create_events()
    _create_goods()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _create_fairs() -> None:
    op.create_table(
        "fair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=13), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.String(length=11), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("organiser_name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("live_url", sa.String(length=300), nullable=True),
        sa.Column("register_until_on", sa.Date(), nullable=False),
        sa.Column("plan_columns", sa.Integer(), nullable=False),
        sa.Column("plan_rows", sa.Integer(), nullable=False),
        sa.Column("pickup_point_id", sa.Integer(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('fair', 'exhibition', 'conference', 'live_session', 'point_of_sale')",
            name=op.f("ck_fair_kind"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_fair_dates")),
        sa.CheckConstraint("register_until_on <= ends_on", name=op.f("ck_fair_register_until_on")),
        sa.CheckConstraint("country = 'VN' OR province_code IS NULL", name=op.f("ck_fair_province")),
        sa.CheckConstraint("commune_code IS NULL OR province_code IS NOT NULL", name=op.f("ck_fair_commune")),
        sa.CheckConstraint(
            "plan_columns BETWEEN 1 AND 40 AND plan_rows BETWEEN 1 AND 40", name=op.f("ck_fair_plan")
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)"
            " AND (cancelled_at IS NULL) = (cancel_reason IS NULL)",
            name=op.f("ck_fair_cancelled"),
        ),
        sa.ForeignKeyConstraint(["organiser_id"], ["user_account.id"], name=op.f("fk_fair_organiser_id")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["user_account.id"], name=op.f("fk_fair_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["pickup_point_id"], ["pickup_point.id"], name=op.f("fk_fair_pickup_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
        sa.UniqueConstraint("slug", name=op.f("uq_fair_slug")),
    )
    op.create_index("ix_fair_days", "fair", ["ends_on", "starts_on"], unique=False)
    op.create_index(op.f("ix_fair_organiser_id"), "fair", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_fair_province_code"), "fair", ["province_code"], unique=False)


def _create_booths() -> None:
    op.create_table(
        "booth",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint('"left" BETWEEN 1 AND 40 AND top BETWEEN 1 AND 40', name=op.f("ck_booth_corner")),
        sa.CheckConstraint("width BETWEEN 1 AND 40 AND height BETWEEN 1 AND 40", name=op.f("ck_booth_size")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booth_fair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth")),
        sa.UniqueConstraint("fair_id", "code", name="uq_booth_code"),
        sa.UniqueConstraint("fair_id", "id", name="uq_booth_fair"),
    )
    op.create_table(
        "fair_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=True),
        sa.Column("booth_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_fair_session_times")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_session_fair_id")),
        sa.ForeignKeyConstraint(
            ["fair_id", "booth_id"], ["booth.fair_id", "booth.id"], name="fk_fair_session_booth"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_session")),
    )
    op.create_index("ix_fair_session_fair", "fair_session", ["fair_id", "starts_at"], unique=False)


def _create_participations() -> None:
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fair_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booth_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_participation_state")),
        sa.CheckConstraint(
            "booth_id IS NULL OR state = 'confirmed'", name=op.f("ck_participation_booth_confirmed")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_participation_fair_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_participation_producer_id")),
        sa.ForeignKeyConstraint(
            ["fair_id", "booth_id"], ["booth.fair_id", "booth.id"], name="fk_participation_booth"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint("fair_id", "producer_id", name="uq_participation_pair"),
        sa.UniqueConstraint("booth_id", name="uq_participation_booth"),
    )
    op.create_index("ix_participation_producer", "participation", ["producer_id", "state"], unique=False)


def _create_events() -> None:
    op.create_table(
        "participation_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("booth_code", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            f"from_state IS NULL OR from_state IN {STATES}", name=op.f("ck_participation_event_from_state")
        ),
        sa.CheckConstraint(f"to_state IN {STATES}", name=op.f("ck_participation_event_to_state")),
        sa.CheckConstraint(
            "to_state <> 'refused' OR reason IS NOT NULL", name=op.f("ck_participation_event_reason")
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_participation_event_participation_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_participation_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_event")),
    )
    op.create_index(
        "ix_participation_event_participation",
        "participation_event",
        ["participation_id", "id"],
        unique=False,
    )


def _create_goods() -> None:
    op.create_table(
        "booth_product",
        sa.Column("participation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stamp_run_id", sa.Integer(), nullable=True),
        sa.Column("stamp_first", sa.Integer(), nullable=True),
        sa.Column("stamp_last", sa.Integer(), nullable=True),
        sa.CheckConstraint("position BETWEEN 1 AND 60", name=op.f("ck_booth_product_position")),
        sa.CheckConstraint(
            "(stamp_run_id IS NULL) = (stamp_first IS NULL) AND (stamp_run_id IS NULL) = (stamp_last IS NULL)"
            " AND (stamp_first IS NULL OR (stamp_first >= 1 AND stamp_last >= stamp_first))",
            name=op.f("ck_booth_product_stamps"),
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_booth_product_participation_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_booth_product_product_id")),
        sa.ForeignKeyConstraint(
            ["stamp_run_id"], ["stamp_run.id"], name=op.f("fk_booth_product_stamp_run_id")
        ),
        sa.PrimaryKeyConstraint("participation_id", "product_id", name=op.f("pk_booth_product")),
        sa.UniqueConstraint("participation_id", "position", name="uq_booth_product_position"),
    )
    op.create_index(op.f("ix_booth_product_product_id"), "booth_product", ["product_id"], unique=False)


def downgrade() -> None:
    for table in ONLY_ADDED_TO:
        _admit_changes(table)
    for table in ("booth_product", "participation_event", "participation", "fair_session", "booth", "fair"):
        op.drop_table(table)


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
