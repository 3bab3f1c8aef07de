"""Delivery: fees, what producers offer, points of collection, what goods need on the way, parcels and their events.

The platform's fees begin with invented figures, marked as such, so that a new installation can be tried; the operator
sets its own (`flask orders load-rates`, /admin/delivery).

Revision ID: 0016
Revises: 0015
"""

from datetime import UTC, date, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = ("rate_table", "delivery_rate", "shipment_event", "carrier_place")
TABLES = (
    "carrier_notice",
    "carrier_place",
    "pickup_point",
    "cod_remittance",
    "delivery_terms",
    "producer_point",
    "rate_table",
    "cod_remittance_line",
    "delivery_rate",
    "product_handling",
    "shipment",
    "pack_weight",
    "shipment_event",
)
"""In the order in which they are made."""

# carrier, service, zone, days on the way, fee up to 500 g, then for each of STEPS; cooled or not. Invented.
STEPS = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000)
INVENTED = (
    ("manual", "standard", "same_province", (1, 2), (18, 20, 24, 28, 36, 56, 96, 136), False),
    ("manual", "standard", "same_region", (2, 3), (24, 28, 34, 40, 52, 82, 142, 202), False),
    ("manual", "standard", "nation", (3, 5), (30, 35, 43, 51, 67, 107, 187, 267), False),
    ("manual", "cold", "same_province", (1, 1), (45, 50, 60, 70, 90, 140, 240), True),
    ("manual", "cold", "same_region", (1, 2), (70, 80, 95, 110, 140, 220, 380), True),
)
FRAGILE_FEE_VND = 8_000


def upgrade() -> None:
    op.create_table(
        "carrier_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_notice")),
        sa.UniqueConstraint("carrier", "sha256", name="uq_carrier_notice_body"),
    )
    op.create_index(op.f("ix_carrier_notice_received_at"), "carrier_notice", ["received_at"], unique=False)
    op.create_table(
        "carrier_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("place_code", sa.String(length=5), nullable=False),
        sa.Column("carrier_code", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_place")),
        sa.UniqueConstraint("carrier", "version", "place_code", name="uq_carrier_place_code"),
    )
    op.create_index(
        "ix_carrier_place_valid", "carrier_place", ["carrier", "place_code", "valid_from_on"], unique=False
    )
    op.create_table(
        "pickup_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("run_by", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('pickup_point', 'pickup_fair')", name=op.f("ck_pickup_point_kind")),
        sa.CheckConstraint("fee_vnd >= 0", name=op.f("ck_pickup_point_fee_vnd")),
        sa.CheckConstraint(
            "from_on IS NULL OR until_on IS NULL OR until_on >= from_on", name=op.f("ck_pickup_point_dates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
    )
    op.create_index("ix_pickup_point_province", "pickup_point", ["province_code", "id"], unique=False)
    op.create_table(
        "cod_remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_cod_remittance_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cod_remittance")),
        sa.UniqueConstraint("sha256", name=op.f("uq_cod_remittance_sha256")),
    )
    op.create_table(
        "delivery_terms",
        sa.Column("producer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("handover_days", sa.Integer(), nullable=False),
        sa.Column("send_weekdays", sa.String(length=7), nullable=False),
        sa.Column("sends_by_carrier", sa.Boolean(), nullable=False),
        sa.Column("free_from_vnd", sa.BigInteger(), nullable=True),
        sa.Column("own_scope", sa.String(length=10), nullable=False),
        sa.Column("own_fee_vnd", sa.BigInteger(), nullable=False),
        sa.Column("own_free_from_vnd", sa.BigInteger(), nullable=True),
        sa.Column("own_days", sa.Integer(), nullable=False),
        sa.Column("pickup_hours", sa.String(length=200), nullable=True),
        sa.Column("minimum_vnd", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "own_scope IN ('none', 'commune', 'province')", name=op.f("ck_delivery_terms_own_scope")
        ),
        sa.CheckConstraint("handover_days BETWEEN 0 AND 30", name=op.f("ck_delivery_terms_handover_days")),
        sa.CheckConstraint(
            "length(send_weekdays) BETWEEN 1 AND 7", name=op.f("ck_delivery_terms_send_weekdays")
        ),
        sa.CheckConstraint("own_days BETWEEN 0 AND 30", name=op.f("ck_delivery_terms_own_days")),
        sa.CheckConstraint("own_fee_vnd >= 0 AND minimum_vnd >= 0", name=op.f("ck_delivery_terms_amounts")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_delivery_terms_producer_id")),
        sa.PrimaryKeyConstraint("producer_id", name=op.f("pk_delivery_terms")),
    )
    op.create_table(
        "producer_point",
        sa.Column("producer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("point_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("days BETWEEN 0 AND 30", name=op.f("ck_producer_point_days")),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_producer_point_point_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_producer_point_producer_id")),
        sa.PrimaryKeyConstraint("producer_id", "point_id", name=op.f("pk_producer_point")),
    )
    op.create_index(op.f("ix_producer_point_point_id"), "producer_point", ["point_id"], unique=False)
    op.create_table(
        "rate_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_to_on IS NULL OR valid_to_on >= valid_from_on", name=op.f("ck_rate_table_dates")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_rate_table_producer_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_rate_table_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_table")),
    )
    op.create_index(op.f("ix_rate_table_digest"), "rate_table", ["digest"], unique=False)
    op.create_index("ix_rate_table_valid", "rate_table", ["producer_id", "valid_from_on", "id"], unique=False)
    op.create_table(
        "cod_remittance_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("remittance_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("collected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('matched', 'unknown', 'other_carrier', 'not_cod', 'amount_differs', 'repeated', 'not_delivered', 'unreadable', 'settled_by_hand')",
            name=op.f("ck_cod_remittance_line_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_cod_remittance_line_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["cod_remittance.id"], name=op.f("fk_cod_remittance_line_remittance_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_cod_remittance_line_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cod_remittance_line")),
        sa.UniqueConstraint("remittance_id", "line", name="uq_cod_remittance_line"),
    )
    op.create_index(
        "ix_cod_remittance_line_open", "cod_remittance_line", ["closed_at", "outcome"], unique=False
    )
    op.create_index(
        op.f("ix_cod_remittance_line_seller_order_id"),
        "cod_remittance_line",
        ["seller_order_id"],
        unique=False,
    )
    op.create_table(
        "delivery_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("table_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=20), nullable=False),
        sa.Column("up_to_g", sa.Integer(), nullable=False),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fragile_fee_vnd", sa.BigInteger(), nullable=True),
        sa.Column("days_from", sa.Integer(), nullable=False),
        sa.Column("days_to", sa.Integer(), nullable=False),
        sa.Column("is_cold", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "zone IN ('same_province', 'same_region', 'nation')", name=op.f("ck_delivery_rate_zone")
        ),
        sa.CheckConstraint(
            "days_from >= 0 AND days_to >= days_from AND days_to <= 60", name=op.f("ck_delivery_rate_days")
        ),
        sa.CheckConstraint(
            "fee_vnd >= 0 AND (fragile_fee_vnd IS NULL OR fragile_fee_vnd >= 0)",
            name=op.f("ck_delivery_rate_fees"),
        ),
        sa.CheckConstraint("up_to_g > 0", name=op.f("ck_delivery_rate_up_to_g")),
        sa.ForeignKeyConstraint(["table_id"], ["rate_table.id"], name=op.f("fk_delivery_rate_table_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_rate")),
        sa.UniqueConstraint(
            "table_id", "carrier", "service", "zone", "up_to_g", name="uq_delivery_rate_step"
        ),
    )
    op.create_table(
        "product_handling",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("packaging_g", sa.Integer(), nullable=True),
        sa.Column("is_fragile", sa.Boolean(), nullable=False),
        sa.Column("is_chilled", sa.Boolean(), nullable=False),
        sa.Column("max_transit_days", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "max_transit_days IS NULL OR max_transit_days BETWEEN 0 AND 60",
            name=op.f("ck_product_handling_transit_days"),
        ),
        sa.CheckConstraint(
            "packaging_g IS NULL OR packaging_g BETWEEN 0 AND 100000",
            name=op.f("ck_product_handling_packaging_g"),
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_handling_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_handling")),
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("booking", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("cod_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "booking IN ('by_hand', 'asked', 'booked', 'failed', 'cancelled')",
            name=op.f("ck_shipment_booking"),
        ),
        sa.CheckConstraint("cod_vnd >= 0 AND weight_g > 0", name=op.f("ck_shipment_amounts")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_shipment_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("carrier", "tracking_number", name="uq_shipment_tracking"),
        sa.UniqueConstraint("seller_order_id", name=op.f("uq_shipment_seller_order_id")),
    )
    op.create_table(
        "pack_weight",
        sa.Column("variant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight_g BETWEEN 1 AND 1000000", name=op.f("ck_pack_weight_weight_g")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_pack_weight_variant_id")),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_pack_weight")),
    )
    op.create_table(
        "shipment_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("shipment_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('moved', 'nothing', 'conflict')", name=op.f("ck_shipment_event_outcome")
        ),
        sa.CheckConstraint("source IN ('carrier', 'hand')", name=op.f("ck_shipment_event_source")),
        sa.CheckConstraint(
            "status IN ('booked', 'handed_over', 'in_transit', 'delivered', 'failed_attempt', 'returning', 'returned', 'cancelled', 'lost', 'unknown')",
            name=op.f("ck_shipment_event_status"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_shipment_event_by_id")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_event_shipment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_event")),
        sa.UniqueConstraint("shipment_id", "key", name="uq_shipment_event_key"),
    )
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)
    _seed()


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


def _seed() -> None:
    rows = [
        {
            "carrier": carrier,
            "service": service,
            "zone": zone,
            "up_to_g": up_to_g,
            "fee_vnd": fee * 1_000,
            "fragile_fee_vnd": FRAGILE_FEE_VND,
            "days_from": days[0],
            "days_to": days[1],
            "is_cold": is_cold,
        }
        for carrier, service, zone, days, fees, is_cold in INVENTED
        for up_to_g, fee in zip(STEPS, fees, strict=False)
    ]
    tables = sa.table(
        "rate_table",
        sa.column("id"),
        sa.column("valid_from_on", sa.Date()),
        sa.column("digest"),
        sa.column("note"),
        sa.column("is_demonstration", sa.Boolean()),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
    )
    digest = sha256("\n".join(sorted(",".join(map(str, row.values())) for row in rows)).encode()).hexdigest()
    table_id = (
        op.get_bind()
        .execute(
            tables.insert()
            .values(
                valid_from_on=date(2026, 1, 1),
                digest=digest,
                note="",
                is_demonstration=True,
                recorded_at=datetime(2026, 11, 1, tzinfo=UTC),
            )
            .returning(tables.c.id)
        )
        .scalar_one()
    )
    rates = sa.table("delivery_rate", sa.column("table_id"), *(sa.column(name) for name in rows[0]))
    op.bulk_insert(rates, [{"table_id": table_id, **row} for row in rows])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
