"""A migrated, empty database for each test: migrated once, then restored in about a millisecond.

SQLite unless DATABASE_URL names a PostgreSQL server; the tests are the same.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

Migrate = Callable[[str], None]

# Empties every table that has rows, sets every used counter back to where the migrations left it, then lays back what
# they themselves put there. Triggers and foreign keys rest meanwhile. {filled}: names of the tables that have rows.
RESTORE = """
CREATE FUNCTION counters.restore() RETURNS void LANGUAGE plpgsql
SET session_replication_role = replica SET lock_timeout = '5s' AS $restore$
DECLARE
    name text;
    counted bigint;
BEGIN
    FOR name IN {filled} LOOP
        EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name, counted IN
        SELECT now.sequencename, used.last_value
        FROM pg_sequences AS now LEFT JOIN counters.used USING (sequencename)
        WHERE now.schemaname = 'public' AND now.last_value IS DISTINCT FROM used.last_value
    LOOP
        PERFORM setval(format('public.%I', name)::regclass, coalesce(counted, 1), counted IS NOT NULL);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'pristine' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM pristine.%I', name, name);
    END LOOP;
END $restore$
"""

REMEMBER = """
DO $remember$
DECLARE
    name text;
    used boolean;
BEGIN
    CREATE SCHEMA counters;
    CREATE TABLE counters.used AS SELECT sequencename, last_value FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
    CREATE SCHEMA pristine;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO used;
        IF used THEN EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', name, name); END IF;
    END LOOP;
END $remember$
"""


class Databases(Protocol):
    """Hands out databases in the state that the migrations leave."""

    def fresh(self, folder: Path) -> str:
        """URL of an empty migrated database; `folder` belongs to the test alone."""


class SqliteDatabases:
    """A migrated file, copied for each test."""

    def __init__(self, template: Path) -> None:
        self._template = template

    def fresh(self, folder: Path) -> str:
        shutil.copyfile(self._template, folder / "market.sqlite3")
        return f"sqlite:///{folder / 'market.sqlite3'}"


class PostgresqlDatabases:
    """One migrated database, emptied before each test."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(REMEMBER)
        tables = self._connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.{name})" for (name,) in tables
        )
        self._connection.execute(RESTORE.replace("{filled}", filled))

    def fresh(self, folder: Path) -> str:
        self._connection.execute("SELECT counters.restore()")
        return self._url

    def close(self) -> None:
        self._connection.close()


@contextmanager
def databases(migrate: Migrate) -> Iterator[Databases]:
    """Whatever DATABASE_URL asks for. migrate: brings the database at a URL up to date."""
    server = os.environ.get("DATABASE_URL", "")
    with (
        postgresql_databases(server, migrate) if "postgres" in server else sqlite_databases(migrate) as ready
    ):
        yield ready


@contextmanager
def sqlite_databases(migrate: Migrate) -> Iterator[Databases]:
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        template = Path(folder) / "template.sqlite3"
        migrate(f"sqlite:///{template}")
        yield SqliteDatabases(template)


@contextmanager
def postgresql_databases(server: str, migrate: Migrate) -> Iterator[Databases]:
    server = server.replace("+psycopg", "", 1)
    name = f"tests_{os.getpid()}"
    url = f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            migrate(url)
            ready = PostgresqlDatabases(url)
            try:
                yield ready
            finally:
                ready.close()
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def memory_folder() -> Path | None:
    """A folder in memory if there is one: test databases need no disk."""
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK) else None
