"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from core.prepared import Prepared

# The look at the feed of changes that every request makes, and what begins and ends a transaction, are not counted.
_FREE = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach any database while the block runs, in order."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_FREE) and "catalog_change" not in statement:
            seen.append(statement)

    told = Prepared._told

    @contextmanager
    def noted(self: Prepared, within: Connection | None = None) -> Iterator[tuple[Any, Any]]:
        """Prepared statements go past the events of the engine."""
        with told(self, within) as (cursor, form):
            note(None, None, form.text)
            yield cursor, form

    event.listen(Engine, "before_cursor_execute", note)
    Prepared._told = noted  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        Prepared._told = told  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", note)
