"""The register, the shop window, lots and stamps.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_change",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_catalog_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_catalog_change_product_id"), "catalog_change", ["product_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_sha256")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vintage", sa.String(length=20), nullable=False),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("commune", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("province", sa.String(), nullable=True),
        sa.Column("old_province_code", sa.String(length=2), nullable=True),
        sa.Column("current_commune_code", sa.String(length=5), nullable=True),
        sa.Column("current_commune", sa.String(), nullable=True),
        sa.Column("current_province_code", sa.String(length=2), nullable=True),
        sa.Column("current_province", sa.String(), nullable=True),
        sa.Column("conversion", sa.String(length=12), nullable=False),
        sa.CheckConstraint("vintage IN ('before_2025_07', 'since_2025_07')", name=op.f("ck_place_vintage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(
        "ix_place_current", "place", ["current_province_code", "current_commune_code"], unique=False
    )
    op.create_table(
        "scan_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_at >= began_at", name=op.f("ck_scan_gap_order")),
        sa.CheckConstraint("lost_count > 0", name=op.f("ck_scan_gap_lost_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_gap")),
    )
    op.create_index(op.f("ix_scan_gap_ended_at"), "scan_gap", ["ended_at"], unique=False)
    op.create_table(
        "scan_key",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day_on", name=op.f("pk_scan_key")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("key", name=op.f("uq_source_key")),
    )
    op.create_table(
        "stamp_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_report")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_stamp_report_submission_key")),
    )
    op.create_table(
        "producer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("story_en", sa.Text(), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('cooperative', 'cooperative_group', 'enterprise', 'household', 'farm')",
            name=op.f("ck_producer_kind"),
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_producer_place_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_producer_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_producer")),
        sa.UniqueConstraint("slug", name=op.f("uq_producer_slug")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_producer_tax_code")),
    )
    op.create_index(op.f("ix_producer_place_id"), "producer", ["place_id"], unique=False)
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("register_key", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("group_no", sa.Integer(), nullable=True),
        sa.Column("group_as_stated", sa.String(), nullable=True),
        sa.Column("sub_group_no", sa.Integer(), nullable=True),
        sa.Column("criteria_set", sa.Integer(), nullable=True),
        sa.Column("ocop_code", sa.String(length=40), nullable=True),
        sa.Column("illustration", sa.String(length=40), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("summary_en", sa.String(), nullable=True),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("story_en", sa.Text(), nullable=True),
        sa.Column("ingredients", sa.String(), nullable=True),
        sa.Column("ingredients_en", sa.String(), nullable=True),
        sa.Column("storage", sa.String(), nullable=True),
        sa.Column("storage_en", sa.String(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("is_for_sale", sa.Boolean(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("criteria_set BETWEEN 1 AND 26", name=op.f("ck_product_criteria_set")),
        sa.CheckConstraint("group_no BETWEEN 1 AND 6", name=op.f("ck_product_group_no")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_product_place_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_product_producer_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_product_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("register_key", name=op.f("uq_product_register_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    op.create_index("ix_product_group", "product", ["group_no"], unique=False)
    op.create_index(op.f("ix_product_place_id"), "product", ["place_id"], unique=False)
    op.create_index(op.f("ix_product_producer_id"), "product", ["producer_id"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("standard", sa.String(), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('food_safety', 'vietgap', 'globalgap', 'organic', 'haccp', 'iso', 'geographical_indication', 'collective_mark')",
            name=op.f("ck_certificate_kind"),
        ),
        sa.CheckConstraint(
            "(product_id IS NULL) <> (producer_id IS NULL)", name=op.f("ck_certificate_one_holder")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_certificate_document_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_certificate_producer_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_certificate_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index(op.f("ix_certificate_producer_id"), "certificate", ["producer_id"], unique=False)
    op.create_index(op.f("ix_certificate_product_id"), "certificate", ["product_id"], unique=False)
    op.create_table(
        "certification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("record_key", sa.String(length=120), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recognised_year", sa.Integer(), nullable=True),
        sa.Column("authority_level", sa.String(length=10), nullable=True),
        sa.Column("authority_name", sa.String(), nullable=True),
        sa.Column("criteria_version", sa.String(length=20), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("expiry_basis", sa.String(length=10), nullable=True),
        sa.Column("evidence_level", sa.String(length=1), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "authority_level IS NULL OR authority_level IN ('district', 'province', 'ministry')",
            name=op.f("ck_certification_authority_level"),
        ),
        sa.CheckConstraint("evidence_level IN ('A', 'B', 'C')", name=op.f("ck_certification_evidence_level")),
        sa.CheckConstraint(
            "(expires_on IS NULL) = (expiry_basis IS NULL)", name=op.f("ck_certification_expiry_basis")
        ),
        sa.CheckConstraint(
            "expires_on IS NULL OR decided_on IS NULL OR expires_on >= decided_on",
            name=op.f("ck_certification_dates"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_certification_score")),
        sa.CheckConstraint(
            "source_id IS NOT NULL OR document_id IS NOT NULL", name=op.f("ck_certification_has_evidence")
        ),
        sa.CheckConstraint("stars IN (3, 4, 5)", name=op.f("ck_certification_stars")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_certification_document_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_certification_product_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_certification_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
        sa.UniqueConstraint("product_id", "record_key", name="uq_certification_record"),
    )
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_inquiry_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_inquiry_submission_key")),
    )
    op.create_index(op.f("ix_inquiry_product_id"), "inquiry", ["product_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "expires_on IS NULL OR produced_on IS NULL OR expires_on >= produced_on",
            name=op.f("ck_lot_dates"),
        ),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 20", name=op.f("ck_lot_code")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_lot_quantity")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_lot_place_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_lot_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("product_id", "code", name="uq_lot_code"),
    )
    op.create_table(
        "scan_month",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=False),
        sa.Column("scan_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_scan_month_product_id")),
        sa.PrimaryKeyConstraint("product_id", "month_on", "province", name=op.f("pk_scan_month")),
    )
    op.create_table(
        "variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=True),
        sa.Column("net_quantity", sa.Integer(), nullable=True),
        sa.Column("net_unit", sa.String(length=10), nullable=True),
        sa.Column("price_vnd", sa.BigInteger(), nullable=True),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.CheckConstraint("gtin IS NULL OR length(gtin) = 14", name=op.f("ck_variant_gtin")),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_variant_on_hand")),
        sa.CheckConstraint("price_vnd >= 0", name=op.f("ck_variant_price_vnd")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("gtin", name=op.f("uq_variant_gtin")),
        sa.UniqueConstraint("product_id", "position", name="uq_variant_position"),
    )
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
    )
    op.create_index(op.f("ix_recall_lot_id"), "recall", ["lot_id"], unique=False)
    op.create_table(
        "renewal_dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_renewal_dossier_certification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_dossier")),
    )
    op.create_index(
        op.f("ix_renewal_dossier_certification_id"), "renewal_dossier", ["certification_id"], unique=False
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("authority_name", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ground IN ('false_dossier', 'criteria_not_met', 'breach_of_law', 'misuse_of_mark', 'not_produced', 'other')",
            name=op.f("ck_revocation_ground"),
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_revocation_certification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint("certification_id", name=op.f("uq_revocation_certification_id")),
    )
    op.create_table(
        "stamp_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("stamp_count", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gtin IS NULL OR length(gtin) = 14", name=op.f("ck_stamp_run_gtin")),
        sa.CheckConstraint("kind IN ('unit', 'lot')", name=op.f("ck_stamp_run_kind")),
        sa.CheckConstraint("stamp_count > 0", name=op.f("ck_stamp_run_stamp_count")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stamp_run_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_run")),
    )
    op.create_index(op.f("ix_stamp_run_lot_id"), "stamp_run", ["lot_id"], unique=False)
    op.create_table(
        "trace_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("note_en", sa.String(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('harvesting', 'collecting', 'processing', 'inspecting', 'packing', 'storing', 'shipping')",
            name=op.f("ck_trace_event_step"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_trace_event_document_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_trace_event_lot_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_trace_event_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_event")),
    )
    op.create_index(op.f("ix_trace_event_lot_id"), "trace_event", ["lot_id"], unique=False)
    op.create_table(
        "renewal_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["renewal_dossier.id"], name=op.f("fk_renewal_refusal_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_refusal")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_renewal_refusal_dossier_id")),
    )
    op.create_table(
        "stamp",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["stamp_run.id"], name=op.f("fk_stamp_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp")),
        sa.UniqueConstraint("code", name=op.f("uq_stamp_code")),
    )
    op.create_index(op.f("ix_stamp_run_id"), "stamp", ["run_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("stamp_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("scanned_hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("province", sa.String(length=40), nullable=True),
        sa.Column("device_hash", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_scan_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    op.create_index("ix_scan_stamp", "scan", ["stamp_id", "scanned_hour_at"], unique=False)
    op.create_table(
        "stamp_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["stamp_id"], ["stamp.id"], name=op.f("fk_stamp_withdrawal_stamp_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_withdrawal")),
        sa.UniqueConstraint("stamp_id", name=op.f("uq_stamp_withdrawal_stamp_id")),
    )


def downgrade() -> None:
    op.drop_table("stamp_withdrawal")
    op.drop_index("ix_scan_stamp", table_name="scan")
    op.drop_table("scan")
    op.drop_index(op.f("ix_stamp_run_id"), table_name="stamp")
    op.drop_table("stamp")
    op.drop_table("renewal_refusal")
    op.drop_index(op.f("ix_trace_event_lot_id"), table_name="trace_event")
    op.drop_table("trace_event")
    op.drop_index(op.f("ix_stamp_run_lot_id"), table_name="stamp_run")
    op.drop_table("stamp_run")
    op.drop_table("revocation")
    op.drop_index(op.f("ix_renewal_dossier_certification_id"), table_name="renewal_dossier")
    op.drop_table("renewal_dossier")
    op.drop_index(op.f("ix_recall_lot_id"), table_name="recall")
    op.drop_table("recall")
    op.drop_table("variant")
    op.drop_table("scan_month")
    op.drop_table("lot")
    op.drop_index(op.f("ix_inquiry_product_id"), table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_table("certification")
    op.drop_index(op.f("ix_certificate_product_id"), table_name="certificate")
    op.drop_index(op.f("ix_certificate_producer_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index(op.f("ix_product_producer_id"), table_name="product")
    op.drop_index(op.f("ix_product_place_id"), table_name="product")
    op.drop_index("ix_product_group", table_name="product")
    op.drop_table("product")
    op.drop_index(op.f("ix_producer_place_id"), table_name="producer")
    op.drop_table("producer")
    op.drop_table("stamp_report")
    op.drop_table("source")
    op.drop_table("scan_key")
    op.drop_index(op.f("ix_scan_gap_ended_at"), table_name="scan_gap")
    op.drop_table("scan_gap")
    op.drop_index("ix_place_current", table_name="place")
    op.drop_table("place")
    op.drop_table("document")
    op.drop_index(op.f("ix_catalog_change_product_id"), table_name="catalog_change")
    op.drop_table("catalog_change")
