"""Settlement: rules of commission and tax, sales, payouts, bank accounts of producers, and looks at the books.

Revision ID: 0020
Revises: 0019
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = (
    "commission_line",
    "sale",
    "sale_line",
    "sale_reversal",
    "tax_profile",
    "tax_threshold",
    "ledger_check",
)
TABLES = (
    "sale_reversal",
    "sale_line",
    "commission_line",
    "transfer",
    "sale",
    "payout",
    "tax_profile",
    "statement_question",
    "payout_hold",
    "commission_rule",
    "bank_account",
    "tax_rule",
    "payout_run",
    "tax_threshold",
    "ledger_check",
)
SEEDED_AT = datetime(2026, 11, 22, tzinfo=UTC)
DECREE_117 = (
    "Nghị định 117/2025/NĐ-CP ngày 09/06/2025, hiệu lực từ 01/07/2025: tỷ lệ khấu trừ trên doanh thu của từng "
    "giao dịch thành công của hộ, cá nhân bán hàng trên nền tảng có chức năng thanh toán"
)
# Hundredths of a percent: VAT, PIT of residents, PIT of those who are not. `unknown` is the highest of them.
RATES_OF_DECREE_117 = {
    "goods": (100, 50, 100),
    "services": (500, 200, 500),
    "transport": (300, 150, 200),
    "unknown": (500, 200, 500),
}
THRESHOLDS = (
    (
        date(2025, 1, 1),
        100_000_000,
        "Luật thuế GTGT và thuế TNCN trước khi sửa đổi tháng 12/2025: ngưỡng 100 triệu đồng mỗi năm",
        "published pages, law not read",
    ),
    (
        date(2026, 1, 1),
        500_000_000,
        "Luật thuế thu nhập cá nhân sửa đổi ngày 10/12/2025: ngưỡng 500 triệu đồng mỗi năm từ kỳ thuế 2026",
        "published pages, law not read",
    ),
    (
        date(2026, 4, 29),
        1_000_000_000,
        "Nghị định 141/2026/NĐ-CP ngày 29/04/2026 sửa đổi Nghị định 68/2026/NĐ-CP: ngưỡng 1 tỷ đồng mỗi năm",
        "one page of a law firm; the text of the decree was not seen",
    ),
)


def upgrade() -> None:
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("violation_count", sa.Integer(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.CheckConstraint("violation_count >= 0", name=op.f("ck_ledger_check_violation_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
        sa.UniqueConstraint("checked_at", "name", name="uq_ledger_check_look"),
    )
    op.create_table(
        "tax_threshold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_tax_threshold_amount_vnd")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_threshold")),
        sa.UniqueConstraint("valid_from_on", name=op.f("uq_tax_threshold_valid_from_on")),
    )
    op.create_table(
        "payout_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'draft') = (ended_at IS NULL)", name=op.f("ck_payout_run_ended")),
        sa.CheckConstraint("state IN ('draft', 'checked', 'cancelled')", name=op.f("ck_payout_run_state")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_payout_run_ended_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_payout_run_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_run")),
    )
    op.create_index(
        "uq_payout_run_draft",
        "payout_run",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "tax_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=3), nullable=False),
        sa.Column("seller_type", sa.String(length=12), nullable=False),
        sa.Column("residency", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category IN ('goods', 'services', 'transport', 'unknown')", name=op.f("ck_tax_rule_category")
        ),
        sa.CheckConstraint("kind IN ('vat', 'pit')", name=op.f("ck_tax_rule_kind")),
        sa.CheckConstraint("residency IN ('resident', 'nonresident')", name=op.f("ck_tax_rule_residency")),
        sa.CheckConstraint(
            "seller_type IN ('household', 'individual', 'company', 'cooperative')",
            name=op.f("ck_tax_rule_seller_type"),
        ),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_tax_rule_source")),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_tax_rule_rate_bp")),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> entered_by_id", name=op.f("ck_tax_rule_four_eyes")
        ),
        sa.CheckConstraint(
            "valid_to_on IS NULL OR valid_to_on >= valid_from_on", name=op.f("ck_tax_rule_validity")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_tax_rule_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_tax_rule_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rule")),
    )
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=False),
        sa.Column("bank_name", sa.String(length=60), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_end", sa.String(length=4), nullable=False),
        sa.Column("holder_name", sa.String(length=100), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("usable_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(bank_bin) = 6", name=op.f("ck_bank_account_bank_bin")),
        sa.CheckConstraint("usable_from_at >= added_at", name=op.f("ck_bank_account_usable_from_at")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_bank_account_added_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_bank_account_producer_id")),
        sa.ForeignKeyConstraint(
            ["stopped_by_id"], ["user_account.id"], name=op.f("fk_bank_account_stopped_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index("ix_bank_account_producer", "bank_account", ["producer_id", "id"], unique=False)
    op.create_table(
        "commission_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("producer_kind", sa.String(length=20), nullable=True),
        sa.Column("group_no", sa.Integer(), nullable=True),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("flat_vnd", sa.BigInteger(), nullable=False),
        sa.Column("min_vnd", sa.BigInteger(), nullable=False),
        sa.Column("max_vnd", sa.BigInteger(), nullable=True),
        sa.Column("includes_shipping", sa.Boolean(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("valid_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "producer_kind IS NULL OR producer_kind IN ('cooperative', 'cooperative_group', 'enterprise', 'household', 'farm')",
            name=op.f("ck_commission_rule_producer_kind"),
        ),
        sa.CheckConstraint("flat_vnd >= 0 AND min_vnd >= 0", name=op.f("ck_commission_rule_amounts")),
        sa.CheckConstraint("group_no BETWEEN 1 AND 6", name=op.f("ck_commission_rule_group_no")),
        sa.CheckConstraint("max_vnd IS NULL OR max_vnd >= min_vnd", name=op.f("ck_commission_rule_max_vnd")),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_commission_rule_rate_bp")),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> entered_by_id",
            name=op.f("ck_commission_rule_four_eyes"),
        ),
        sa.CheckConstraint(
            "valid_to_at IS NULL OR valid_to_at >= valid_from_at", name=op.f("ck_commission_rule_validity")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_commission_rule_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_commission_rule_producer_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_commission_rule_released_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["commission_rule.id"], name=op.f("fk_commission_rule_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rule")),
    )
    op.create_index(op.f("ix_commission_rule_producer_id"), "commission_rule", ["producer_id"], unique=False)
    op.create_table(
        "payout_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_payout_hold_reason")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_payout_hold_ended_by_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_payout_hold_made_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_payout_hold_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_hold")),
    )
    op.create_index(
        "uq_payout_hold_open",
        "payout_hold",
        ["producer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "statement_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("order_code", sa.String(length=11), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_statement_question_answered")
        ),
        sa.CheckConstraint("length(question) > 0", name=op.f("ck_statement_question_question")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_statement_question_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_statement_question_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_statement_question_producer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_question")),
    )
    op.create_index("ix_statement_question_open", "statement_question", ["answered_at", "id"], unique=False)
    op.create_index(
        op.f("ix_statement_question_producer_id"), "statement_question", ["producer_id"], unique=False
    )
    op.create_table(
        "tax_profile",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("seller_type", sa.String(length=12), nullable=False),
        sa.Column("residency", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("residency IN ('resident', 'nonresident')", name=op.f("ck_tax_profile_residency")),
        sa.CheckConstraint(
            "seller_type IN ('household', 'individual', 'company', 'cooperative')",
            name=op.f("ck_tax_profile_seller_type"),
        ),
        sa.CheckConstraint("length(evidence) > 0", name=op.f("ck_tax_profile_evidence")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_tax_profile_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_tax_profile_producer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_profile")),
    )
    op.create_index(
        "ix_tax_profile_producer", "tax_profile", ["producer_id", "valid_from_on", "id"], unique=False
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=19), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name=op.f("ck_payout_reason")),
        sa.CheckConstraint(
            "state <> 'paid' OR bank_reference IS NOT NULL", name=op.f("ck_payout_bank_reference")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'sent', 'paid', 'failed', 'cancelled')", name=op.f("ck_payout_state")
        ),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_payout_amount_vnd")),
        sa.ForeignKeyConstraint(["account_id"], ["bank_account.id"], name=op.f("fk_payout_account_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_payout_ended_by_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_payout_producer_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payout_run.id"], name=op.f("fk_payout_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_reference")),
    )
    op.create_index(op.f("ix_payout_producer_id"), "payout", ["producer_id"], unique=False)
    op.create_index("ix_payout_state", "payout", ["state", "id"], unique=False)
    op.create_index("uq_payout_producer", "payout", ["run_id", "producer_id"], unique=True)
    op.create_table(
        "sale",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("seller_type", sa.String(length=12), nullable=False),
        sa.Column("residency", sa.String(length=12), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("recognised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["ledger_journal.id"], name=op.f("fk_sale_journal_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_sale_producer_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_sale_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("seller_order_id", name=op.f("uq_sale_seller_order_id")),
    )
    op.create_index("ix_sale_producer", "sale", ["producer_id", "recognised_at"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("net_vnd", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("payout_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('sale', 'reversal', 'cash', 'receipt')", name=op.f("ck_transfer_kind")),
        sa.CheckConstraint("net_vnd <> 0", name=op.f("ck_transfer_net_vnd")),
        sa.ForeignKeyConstraint(["journal_id"], ["ledger_journal.id"], name=op.f("fk_transfer_journal_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_transfer_payout_id")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_transfer_producer_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_transfer_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_transfer_journal_id")),
    )
    op.create_index("ix_transfer_open", "transfer", ["producer_id", "payout_id"], unique=False)
    op.create_index(op.f("ix_transfer_payout_id"), "transfer", ["payout_id"], unique=False)
    op.create_index(op.f("ix_transfer_seller_order_id"), "transfer", ["seller_order_id"], unique=False)
    op.create_table(
        "commission_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("seller_order_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("flat_vnd", sa.BigInteger(), nullable=False),
        sa.Column("min_vnd", sa.BigInteger(), nullable=False),
        sa.Column("max_vnd", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("flat_vnd >= 0 AND min_vnd >= 0", name=op.f("ck_commission_line_amounts")),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_commission_line_rate_bp")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_commission_line_line_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["commission_rule.id"], name=op.f("fk_commission_line_rule_id")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_commission_line_seller_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_line")),
        sa.UniqueConstraint("line_id", name="uq_commission_line_line_id"),
    )
    op.create_index(
        op.f("ix_commission_line_seller_order_id"), "commission_line", ["seller_order_id"], unique=False
    )
    op.create_index(
        "uq_commission_line_shipping",
        "commission_line",
        ["seller_order_id"],
        unique=True,
        sqlite_where=sa.text("line_id IS NULL"),
        postgresql_where=sa.text("line_id IS NULL"),
    )
    op.create_table(
        "sale_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("sale_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("paid_vnd", sa.BigInteger(), nullable=False),
        sa.Column("promotion_vnd", sa.BigInteger(), nullable=False),
        sa.Column("commission_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_vnd", sa.BigInteger(), nullable=False),
        sa.Column("pit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_rule_id", sa.Integer(), nullable=True),
        sa.Column("pit_rule_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "commission_vnd + vat_vnd + pit_vnd <= paid_vnd + promotion_vnd", name=op.f("ck_sale_line_net")
        ),
        sa.CheckConstraint(
            "commission_vnd >= 0 AND vat_vnd >= 0 AND pit_vnd >= 0", name=op.f("ck_sale_line_deductions")
        ),
        sa.CheckConstraint("paid_vnd >= 0 AND promotion_vnd >= 0", name=op.f("ck_sale_line_revenue")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_sale_line_line_id")),
        sa.ForeignKeyConstraint(["pit_rule_id"], ["tax_rule.id"], name=op.f("fk_sale_line_pit_rule_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id")),
        sa.ForeignKeyConstraint(["vat_rule_id"], ["tax_rule.id"], name=op.f("fk_sale_line_vat_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_line")),
    )
    op.create_index(op.f("ix_sale_line_sale_id"), "sale_line", ["sale_id"], unique=False)
    op.create_table(
        "sale_reversal",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("sale_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("goods_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shipping_vnd", sa.BigInteger(), nullable=False),
        sa.Column("paid_vnd", sa.BigInteger(), nullable=False),
        sa.Column("promotion_vnd", sa.BigInteger(), nullable=False),
        sa.Column("commission_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_vnd", sa.BigInteger(), nullable=False),
        sa.Column("pit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "commission_vnd >= 0 AND vat_vnd >= 0 AND pit_vnd >= 0", name=op.f("ck_sale_reversal_deductions")
        ),
        sa.CheckConstraint("goods_vnd + shipping_vnd = paid_vnd", name=op.f("ck_sale_reversal_parts")),
        sa.CheckConstraint("paid_vnd >= 0 AND promotion_vnd >= 0", name=op.f("ck_sale_reversal_revenue")),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journal.id"], name=op.f("fk_sale_reversal_journal_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_sale_reversal_refund_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_reversal_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_reversal")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_sale_reversal_refund_id")),
    )
    op.create_index(op.f("ix_sale_reversal_sale_id"), "sale_reversal", ["sale_id"], unique=False)
    for table in ONLY_ADDED_TO:
        _refuse_changes(table)
    _seed()


def _seed() -> None:
    rules = sa.table(
        "tax_rule",
        *(
            sa.column(name)
            for name in (
                "kind",
                "seller_type",
                "residency",
                "category",
                "rate_bp",
                "source",
            )
        ),
        sa.column("valid_from_on", sa.Date()),
        sa.column("entered_at", sa.DateTime(timezone=True)),
        sa.column("released_at", sa.DateTime(timezone=True)),
    )
    op.bulk_insert(
        rules,
        [
            {
                "kind": kind,
                "seller_type": seller_type,
                "residency": residency,
                "category": category,
                "rate_bp": rate_bp,
                "source": DECREE_117,
                "valid_from_on": date(2025, 7, 1),
                "entered_at": SEEDED_AT,
                "released_at": SEEDED_AT,
            }
            for seller_type in ("household", "individual")
            for residency in ("resident", "nonresident")
            for category, (vat_bp, pit_bp, pit_abroad_bp) in RATES_OF_DECREE_117.items()
            for kind, rate_bp in (
                ("vat", vat_bp),
                ("pit", pit_bp if residency == "resident" else pit_abroad_bp),
            )
        ],
    )
    thresholds = sa.table(
        "tax_threshold",
        sa.column("valid_from_on", sa.Date()),
        sa.column("amount_vnd", sa.BigInteger()),
        sa.column("source"),
        sa.column("evidence"),
    )
    op.bulk_insert(
        thresholds,
        [
            {"valid_from_on": day, "amount_vnd": amount, "source": source, "evidence": evidence}
            for day, amount, source, evidence in THRESHOLDS
        ],
    )
    commission = sa.table(
        "commission_rule",
        *(
            sa.column(name)
            for name in (
                "position",
                "rate_bp",
                "reason",
            )
        ),
        *(sa.column(name, sa.BigInteger()) for name in ("flat_vnd", "min_vnd")),
        *(sa.column(name, sa.Boolean()) for name in ("includes_shipping", "is_enabled")),
        *(
            sa.column(name, sa.DateTime(timezone=True))
            for name in ("valid_from_at", "entered_at", "released_at")
        ),
    )
    op.bulk_insert(
        commission,
        [
            {
                "position": 1000,
                "rate_bp": 0,
                "flat_vnd": 0,
                "min_vnd": 0,
                "includes_shipping": False,
                "is_enabled": False,
                "reason": "Quy tắc cuối, khi không quy tắc nào trước đó khớp; tắt cho đến khi đặt mức thu.",
                "valid_from_at": datetime(2026, 1, 1, tzinfo=UTC),
                "entered_at": SEEDED_AT,
                "released_at": SEEDED_AT,
            }
        ],
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


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION {table}_refuses_changes()")
