"""Rules of sale: papers that some goods need, drafts of a checkout, and complaints.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS_BEFORE = (
    "food_safety",
    "vietgap",
    "globalgap",
    "organic",
    "haccp",
    "iso",
    "geographical_indication",
    "collective_mark",
)
KINDS = (*KINDS_BEFORE, "alcohol_licence", "advert_confirmation")
CLAIMED = ("ocop",)
# table -> kinds that its column `kind` admits beside those above
TABLES = {"certificate": (), "certificate_claim": CLAIMED}


def upgrade() -> None:
    op.create_table(
        "checkout_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("cart_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("checkout_key", sa.String(length=36), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart.id"], name=op.f("fk_checkout_draft_cart_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_draft")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_checkout_draft_cart_id")),
        sa.UniqueConstraint("checkout_key", name=op.f("uq_checkout_draft_checkout_key")),
    )
    op.create_index(op.f("ix_checkout_draft_changed_at"), "checkout_draft", ["changed_at"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=11), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("order_code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('order', 'seller', 'listing', 'privacy', 'platform')", name=op.f("ck_complaint_kind")
        ),
        sa.CheckConstraint("state IN ('received', 'in_hand', 'answered')", name=op.f("ck_complaint_state")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_complaint_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("reference", name=op.f("uq_complaint_reference")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_complaint_submission_key")),
    )
    op.create_index("ix_complaint_state", "complaint", ["state", "due_on", "id"], unique=False)
    op.create_index(op.f("ix_complaint_user_id"), "complaint", ["user_id"], unique=False)
    op.create_index(op.f("ix_complaint_received_at"), "complaint", ["received_at"], unique=False)
    op.create_table(
        "complaint_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("complaint_id", sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'in_hand', 'answered')", name=op.f("ck_complaint_step_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_complaint_step_by_id")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index(op.f("ix_complaint_step_complaint_id"), "complaint_step", ["complaint_id"], unique=False)
    for table, more in TABLES.items():
        _admit(table, (*KINDS_BEFORE, *more), (*KINDS, *more))


def downgrade() -> None:
    op.drop_table("complaint_step")
    op.drop_table("complaint")
    op.drop_table("checkout_draft")
    for table, more in TABLES.items():
        _admit(table, (*KINDS, *more), (*KINDS_BEFORE, *more))


def _admit(table: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the column `kind` hold other words.

    SQLite knows no such change, and a table made anew would lose its triggers and its place in those of others. So the
    text of the constraint is changed where it is kept, as the manual describes it (ALTER TABLE, section 7).
    """
    name = f"ck_{table}_kind"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"kind IN ({_listed(after)})")
        return
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar()
    op.execute("PRAGMA writable_schema=ON")
    changed = op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"
        ),
        {"before": f"kind IN ({_listed(before)})", "after": f"kind IN ({_listed(after)})", "name": table},
    )
    if changed.rowcount != 1:
        raise RuntimeError(f"no table {table}")
    op.execute(f"PRAGMA schema_version={int(version) + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(repr(kind) for kind in kinds)
