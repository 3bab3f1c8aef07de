"""Every change to what is shown of a product leaves a row in catalog_change, whoever makes the change.

On SQLite there is one writer, so rows appear in the order of their numbers. On PostgreSQL the triggers run at
commit, one committing transaction at a time (an advisory lock), so that a reader who has seen number n never finds
a smaller one later; run earlier, the lock would be held for whole transactions and could deadlock.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADVISORY_LOCK = 0x0C0B  # any number not used for another lock

# table -> SQL of the ids of the products that its row {row} is shown on. 0 is no product: it moves the number on for
# the pages of a producer that has none.
SHOWN_ON = {
    "product": "SELECT {row}.id",
    "variant": "SELECT {row}.product_id",
    "certification": "SELECT {row}.product_id",
    "revocation": "SELECT product_id FROM certification WHERE id = {row}.certification_id",
    "renewal_dossier": "SELECT product_id FROM certification WHERE id = {row}.certification_id",
    "renewal_refusal": (
        "SELECT c.product_id FROM renewal_dossier d JOIN certification c ON c.id = d.certification_id "
        "WHERE d.id = {row}.dossier_id"
    ),
    "certificate": "SELECT id FROM product WHERE id = {row}.product_id OR producer_id = {row}.producer_id",
    "producer": "SELECT 0 UNION SELECT id FROM product WHERE producer_id = {row}.id",
    "place": (
        "SELECT 0 UNION SELECT p.id FROM product p LEFT JOIN producer m ON m.id = p.producer_id "
        "WHERE p.place_id = {row}.id OR m.place_id = {row}.id"
    ),
    "source": (
        "SELECT id FROM product WHERE source_id = {row}.id "
        "UNION SELECT product_id FROM certification WHERE source_id = {row}.id"
    ),
    "lot": "SELECT {row}.product_id",
    "trace_event": "SELECT product_id FROM lot WHERE id = {row}.lot_id",
    "recall": "SELECT product_id FROM lot WHERE id = {row}.lot_id",
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def products_of(table: str, operation: str) -> str:
    return " UNION ".join(SHOWN_ON[table].format(row=row) for row in ROWS[operation])


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()


def _upgrade_sqlite() -> None:
    for table in SHOWN_ON:
        for operation in ROWS:
            op.execute(
                f"CREATE TRIGGER {table}_{operation.lower()}_changes_catalog AFTER {operation} ON {table} BEGIN "
                f"INSERT INTO catalog_change (product_id) {products_of(table, operation)}; END"
            )


def _upgrade_postgresql() -> None:
    for table in SHOWN_ON:
        branches = " ".join(
            f"{'IF' if position == 0 else 'ELSIF'} TG_OP = '{operation}' THEN "
            f"INSERT INTO catalog_change (product_id) {products_of(table, operation)};"
            for position, operation in enumerate(ROWS)
        )
        op.execute(
            f"CREATE FUNCTION {table}_changes_catalog() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock({ADVISORY_LOCK}); {branches} END IF; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_changes_catalog AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {table}_changes_catalog()"
        )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in SHOWN_ON:
        if sqlite:
            for operation in ROWS:
                op.execute(f"DROP TRIGGER {table}_{operation.lower()}_changes_catalog")
        else:
            op.execute(f"DROP FUNCTION {table}_changes_catalog() CASCADE")
