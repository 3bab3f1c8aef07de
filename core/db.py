"""The database: one session, one way to write.

SQLite (the default) runs in WAL mode with foreign keys on and `synchronous=FULL`; write transactions start
with BEGIN IMMEDIATE, because a deferred transaction that reads before it writes fails at once with
"database is locked" however long the busy timeout is. What is deleted is overwritten (`secure_delete`).
PostgreSQL uses its own transactions unchanged. This module alone says commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

ID_MAX = 2**31 - 1
"""No number of a row is larger: PostgreSQL refuses to compare an INTEGER with more. Source: its manual, 8.1.1."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
)


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(metadata=Model.metadata, disable_autonaming=True)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[None]:
    """All of the block is kept, or none of it. Opened once, at the edge, around the work.

    A read transaction that is still open is ended first, so what was read before may be read again afresh.
    Raises RuntimeError inside another `transaction()`.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("transactions do not nest: operations never open one")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"immediate": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Do as if: what the block writes is seen within it, and none of it is kept.

    For showing what something would look like, by the very queries that show it later. As brief as a small write,
    whose lock it takes. Raises RuntimeError inside `transaction()`.
    """
    session = db.session
    if session.info.get("writing"):
        raise RuntimeError("no rehearsal inside a transaction")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"immediate": True})
        yield
    finally:
        session.info.pop("writing", None)
        session.rollback()


@contextmanager
def brief_transaction(wait_ms: int = 50) -> Iterator[Connection]:
    """A small write on a connection of its own, which gives up rather than wait longer than `wait_ms`.

    For counts that a page must not wait for. Kept if the block ends well; on SQLite without waiting for the
    disk, so a power cut may take the last of them back. Must not run inside `transaction()`.
    Raises OperationalError when the database is busy or away; nothing has changed then.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms:d}")
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={wait_ms:d}")
        driver.execute("PRAGMA synchronous=NORMAL")
        try:
            with connection.execution_options(immediate=True).begin():
                yield connection
        finally:
            for pragma in SQLITE_PRAGMAS[1:]:
                driver.execute(pragma)


def wipe_freed_space() -> bool:
    """Let nothing of deleted rows remain in the database file or its log. Returns whether all of it is gone.

    SQLite: rows that moved between pages leave bytes behind even with `secure_delete`, so the file is written anew
    (VACUUM) and the write-ahead log is emptied; False if a reader still needs the log. Writers wait meanwhile:
    for quiet hours. PostgreSQL: nothing to do here; see docs/privacy-operations.md. Not inside `transaction()`.
    Source: SQLite manual, PRAGMA secure_delete, VACUUM and PRAGMA wal_checkpoint.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.rollback()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection  # statements that no transaction may surround
        driver.execute("VACUUM")
        is_busy, _frames, _moved = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    if "sqlite3" not in type(dbapi_connection).__module__:
        return
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = dbapi_connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
