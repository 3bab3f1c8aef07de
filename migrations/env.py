"""How Alembic reaches our tables and database. Run by `flask db …` and at the start of `flask serve`."""

import importlib
from typing import Any, Final, Literal

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from core.db import Model, UtcDateTime, db

# Any number that no other lock has.
MIGRATION_LOCK: Final = 0x0C1B

# Modules that define tables; comparing needs all of them imported.
for module in current_app.extensions["model_modules"]:
    importlib.import_module(module)


def drop_empty_revision(_context: object, _revision: object, directives: list[Any]) -> None:
    """`flask db migrate` writes no file when nothing has changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations name no type of ours: they must still run when the code has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Bring the database of the present application to the wanted revision, in one transaction."""
    with db.engine.connect().execution_options(immediate=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # SQLite alters a table by making it anew, and dropping the old one would take its children along.
            # The pragma counts only outside a transaction, hence straight to the driver.
            _sqlite_pragma(connection, "foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            process_revision_directives=drop_empty_revision,
            render_as_batch=is_sqlite,
            compare_type=True,
            render_item=render_item,
            transactional_ddl=True,  # true of SQLite as well, since our transactions begin with BEGIN IMMEDIATE
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                _wait_for_other_migrations(connection)
            context.run_migrations()
        if is_sqlite:
            orphans = _sqlite_pragma(connection, "foreign_key_check")
            if orphans:
                raise RuntimeError(f"rows without their parents after migration: {orphans[:10]}")
            _sqlite_pragma(connection, "foreign_keys=ON")


def _wait_for_other_migrations(connection: Connection) -> None:
    """Several machines may start at once; SQLite has one writer anyway. A migration may take longer than a page."""
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK:d})")


def _sqlite_pragma(connection: Connection, pragma: str) -> list[Any]:
    driver: Any = connection.connection.driver_connection
    return list(driver.execute(f"PRAGMA {pragma}"))


run()
