"""Words written with a step of a return can be emptied, and nothing else of the step: erased buyers stood in them.

Revision ID: 0040
Revises: 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE = "return_event"
REFUSAL = f"{TABLE} is only ever added to"
KEPT = ("id", "return_id", "from_state", "to_state", "actor", "by_id", "happened_at")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)
        _replace_sqlite(f"WHEN NEW.text IS NOT NULL OR {changed} ")
    else:
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in KEPT)
        _replace_postgresql("DELETE OR TRUNCATE")
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_update BEFORE UPDATE ON {TABLE} FOR EACH ROW"
            f" WHEN (NEW.text IS NOT NULL OR {changed}) EXECUTE FUNCTION {TABLE}_refuses_changes()"
        )
    op.execute(
        "UPDATE return_event SET text = NULL"
        " WHERE return_id IN (SELECT id FROM return_request WHERE erased_at IS NOT NULL)"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace_sqlite("")
    else:
        op.execute(f"DROP TRIGGER {TABLE}_refuses_update ON {TABLE}")
        _replace_postgresql("UPDATE OR DELETE OR TRUNCATE")


def _replace_sqlite(condition: str) -> None:
    op.execute(f"DROP TRIGGER {TABLE}_refuses_update")
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_update BEFORE UPDATE ON {TABLE} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _replace_postgresql(operations: str) -> None:
    op.execute(f"DROP TRIGGER {TABLE}_refuses_changes ON {TABLE}")
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_changes BEFORE {operations} ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuses_changes()"
    )
