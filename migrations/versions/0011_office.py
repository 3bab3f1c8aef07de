"""Decisions that a second officer releases, drafts of files of many products, findings, notes and closures.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_closure",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_office_closure_closed_by_id")
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_office_closure")),
    )
    op.create_table(
        "office_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user_account.id"], name=op.f("fk_office_note_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_note")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_office_note_submission_key")),
    )
    op.create_index("ix_office_note_subject", "office_note", ["subject", "id"], unique=False)
    op.create_table(
        "decision_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_title", sa.String(length=200), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_file.id"], name=op.f("fk_decision_draft_evidence_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_decision_draft_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_decision_draft_key")),
    )
    op.create_index(op.f("ix_decision_draft_evidence_id"), "decision_draft", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_decision_draft_made_by_id"), "decision_draft", ["made_by_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_finding_product_id")),
        sa.ForeignKeyConstraint(
            ["reported_by_id"], ["user_account.id"], name=op.f("fk_finding_reported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_finding_submission_key")),
    )
    op.create_index(op.f("ix_finding_product_id"), "finding", ["product_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("authority_level", sa.String(length=10), nullable=True),
        sa.Column("authority_name", sa.String(), nullable=False),
        sa.Column("criteria_version", sa.String(length=20), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("expiry_basis", sa.String(length=10), nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("most_stars", sa.Integer(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=True),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_title", sa.String(length=200), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'recognition') = (authority_level IS NOT NULL)", name=op.f("ck_proposal_level_stated")
        ),
        sa.CheckConstraint(
            "(kind = 'revocation') = (ground IS NOT NULL)", name=op.f("ck_proposal_ground_stated")
        ),
        sa.CheckConstraint(
            "authority_level IS NULL OR authority_level IN ('district', 'province', 'ministry')",
            name=op.f("ck_proposal_authority_level"),
        ),
        sa.CheckConstraint(
            "expiry_basis IS NULL OR expiry_basis IN ('source', 'law')", name=op.f("ck_proposal_expiry_basis")
        ),
        sa.CheckConstraint(
            "ground IS NULL OR ground IN ('false_dossier', 'criteria_not_met', 'breach_of_law', 'misuse_of_mark', 'not_produced', 'other')",
            name=op.f("ck_proposal_ground"),
        ),
        sa.CheckConstraint("kind IN ('recognition', 'revocation')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint(
            "needs_second OR (kind = 'recognition' AND most_stars = 3)", name=op.f("ck_proposal_four_eyes")
        ),
        sa.CheckConstraint(
            "(expires_on IS NULL) = (expiry_basis IS NULL)", name=op.f("ck_proposal_expiry_stated")
        ),
        sa.CheckConstraint("most_stars IN (3, 4, 5)", name=op.f("ck_proposal_most_stars")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_file.id"], name=op.f("fk_proposal_evidence_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_proposal_proposed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("id", "proposed_by_id", "needs_second", name="uq_proposal_eyes"),
        sa.UniqueConstraint("submission_key", name=op.f("uq_proposal_submission_key")),
    )
    op.create_index(op.f("ix_proposal_evidence_id"), "proposal", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_proposal_proposed_by_id"), "proposal", ["proposed_by_id"], unique=False)
    op.create_index("ix_proposal_province", "proposal", ["province_code", "proposed_at"], unique=False)
    op.create_table(
        "proposal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_proposal_line_score")),
        sa.CheckConstraint("stars IN (3, 4, 5)", name=op.f("ck_proposal_line_stars")),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_proposal_line_certification_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_proposal_line_product_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_line_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_line")),
        sa.UniqueConstraint("proposal_id", "product_id", name="uq_proposal_line_product"),
    )
    op.create_index(
        op.f("ix_proposal_line_certification_id"), "proposal_line", ["certification_id"], unique=False
    )
    op.create_index(op.f("ix_proposal_line_product_id"), "proposal_line", ["product_id"], unique=False)
    op.create_table(
        "proposal_outcome",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(outcome IN ('released', 'returned') AND decided_by_id <> proposed_by_id) OR (outcome = 'withdrawn' AND decided_by_id = proposed_by_id) OR (outcome = 'recorded' AND decided_by_id = proposed_by_id AND NOT needs_second)",
            name=op.f("ck_proposal_outcome_eyes"),
        ),
        sa.CheckConstraint(
            "outcome <> 'returned' OR reason IS NOT NULL", name=op.f("ck_proposal_outcome_reason")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_proposal_outcome_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by_id", "needs_second"],
            ["proposal.id", "proposal.proposed_by_id", "proposal.needs_second"],
            name="fk_proposal_outcome_eyes",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_outcome")),
    )
    op.create_index(
        op.f("ix_proposal_outcome_decided_by_id"), "proposal_outcome", ["decided_by_id"], unique=False
    )
    op.create_table(
        "proposal_record",
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("revocation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(certification_id IS NULL) <> (revocation_id IS NULL)",
            name=op.f("ck_proposal_record_one_record"),
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_proposal_record_certification_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["proposal_line.id"], name=op.f("fk_proposal_record_line_id")),
        sa.ForeignKeyConstraint(
            ["revocation_id"], ["revocation.id"], name=op.f("fk_proposal_record_revocation_id")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_proposal_record")),
    )
    op.create_index(
        op.f("ix_proposal_record_certification_id"), "proposal_record", ["certification_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_record_revocation_id"), "proposal_record", ["revocation_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_proposal_record_revocation_id"), table_name="proposal_record")
    op.drop_index(op.f("ix_proposal_record_certification_id"), table_name="proposal_record")
    op.drop_table("proposal_record")
    op.drop_index(op.f("ix_proposal_outcome_decided_by_id"), table_name="proposal_outcome")
    op.drop_table("proposal_outcome")
    op.drop_index(op.f("ix_proposal_line_product_id"), table_name="proposal_line")
    op.drop_index(op.f("ix_proposal_line_certification_id"), table_name="proposal_line")
    op.drop_table("proposal_line")
    op.drop_index("ix_proposal_province", table_name="proposal")
    op.drop_index(op.f("ix_proposal_proposed_by_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_evidence_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_finding_product_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_decision_draft_made_by_id"), table_name="decision_draft")
    op.drop_index(op.f("ix_decision_draft_evidence_id"), table_name="decision_draft")
    op.drop_table("decision_draft")
    op.drop_index("ix_office_note_subject", table_name="office_note")
    op.drop_table("office_note")
    op.drop_table("office_closure")
