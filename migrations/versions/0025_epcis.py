"""Events as EPCIS tells them, their hashes, what producers' systems handed in, and names of lots in events.

Revision ID: 0025
Revises: 0024
"""

import secrets
from urllib.parse import quote

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = ("lot_name", "epcis_capture", "epcis_event", "epcis_identifier")
BIG_ID = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
NAME = sa.String(length=400)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_names()
    _create_captures()
    _create_events()
    _create_identifiers()
    _create_queries()
    _name_lots()
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)


def _create_names() -> None:
    op.create_table(
        "lot_name",
        sa.Column("lot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        _to("lot_name", "lot_id", "lot"),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_lot_name")),
    )
    op.create_index("ix_lot_name_name", "lot_name", ["name"], unique=False)


def _create_captures() -> None:
    op.create_table(
        "epcis_capture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("error_behaviour", sa.String(length=8), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("captured_count", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "captured_count BETWEEN 0 AND event_count", name=op.f("ck_epcis_capture_captured_count")
        ),
        sa.CheckConstraint(
            "error_behaviour IN ('rollback', 'proceed')", name=op.f("ck_epcis_capture_error_behaviour")
        ),
        _to("epcis_capture", "producer_id", "producer"),
        _to("epcis_capture", "key_id", "api_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_capture")),
        sa.UniqueConstraint("key", name="uq_epcis_capture_key"),
    )
    op.create_index("ix_epcis_capture_producer", "epcis_capture", ["producer_id", "id"], unique=False)


def _create_events() -> None:
    op.create_table(
        "epcis_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.Column("is_error", sa.Boolean(), nullable=False),
        sa.Column("event_name", NAME, nullable=False),
        sa.Column("event_type", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=7), nullable=True),
        *(sa.Column(name, NAME, nullable=True) for name in ("biz_step", "disposition")),
        *(sa.Column(name, NAME, nullable=True) for name in ("read_point", "biz_location")),
        sa.Column("event_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("trace_event_id", sa.Integer(), nullable=True),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(trace_event_id IS NULL) <> (capture_id IS NULL)", name=op.f("ck_epcis_event_source")
        ),
        sa.CheckConstraint("length(event_hash) = 64", name=op.f("ck_epcis_event_event_hash")),
        _to("epcis_event", "producer_id", "producer"),
        _to("epcis_event", "product_id", "product"),
        _to("epcis_event", "lot_id", "lot"),
        _to("epcis_event", "trace_event_id", "trace_event"),
        _to("epcis_event", "capture_id", "epcis_capture"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_event")),
        sa.UniqueConstraint("event_hash", "is_error", name="uq_epcis_event_hash"),
    )
    op.create_index("ix_epcis_event_time", "epcis_event", ["event_at", "id"], unique=False)
    op.create_index("ix_epcis_event_name", "epcis_event", ["event_name"], unique=False)
    for column in ("biz_step", "lot_id", "trace_event_id", "capture_id"):
        op.create_index(f"ix_epcis_event_{column}", "epcis_event", [column], unique=False)


def _create_identifiers() -> None:
    op.create_table(
        "epcis_identifier",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("quantity", sa.Float(), nullable=True),
        _to("epcis_identifier", "event_id", "epcis_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_identifier")),
    )
    op.create_index("ix_epcis_identifier_name", "epcis_identifier", ["name", "role"], unique=False)
    op.create_index("ix_epcis_identifier_event_id", "epcis_identifier", ["event_id"], unique=False)


def _create_queries() -> None:
    op.create_table(
        "epcis_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_epcis_query_name")),
        _to("epcis_query", "producer_id", "producer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_query")),
        sa.UniqueConstraint("name", name="uq_epcis_query_name"),
    )
    op.create_index("ix_epcis_query_producer_id", "epcis_query", ["producer_id"], unique=False)


def _name_lots() -> None:
    """Lots that have events already get their names now, as `traceability.operations.epcis_events` gives them."""
    site = current_app.extensions["settings"].public_base_url
    connection = op.get_bind()
    lots = connection.execute(
        sa.text(
            "SELECT lot.id, lot.code, (SELECT gtin FROM variant WHERE variant.product_id = lot.product_id "
            "AND gtin IS NOT NULL ORDER BY position LIMIT 1) AS gtin FROM lot "
            "WHERE EXISTS (SELECT 1 FROM trace_event WHERE trace_event.lot_id = lot.id) ORDER BY lot.id"
        )
    ).all()
    rows = [
        {
            "lot_id": lot.id,
            "name": f"https://id.gs1.org/01/{lot.gtin}/10/{quote(lot.code, safe='')}"
            if lot.gtin
            else f"{site}/api/v1/lots/{lot.id}",
            "site": site,
            "salt": secrets.token_bytes(16),
        }
        for lot in lots
    ]
    if rows:
        insert = sa.text(
            "INSERT INTO lot_name (lot_id, name, site, salt) VALUES (:lot_id, :name, :site, :salt)"
        )
        connection.execute(insert, rows)


def _to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"))


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
    for table in ("epcis_query", "epcis_identifier", "epcis_event", "epcis_capture", "lot_name"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
