"""Rows of several tables read as plain records: for pages, at a fraction of the cost of objects that can be changed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement


class RowParts:
    """The columns of several tables side by side in one SELECT, and each of its rows taken apart again.

    parts: the columns of one table (or alias) each, beginning with its key.
    """

    def __init__(self, *parts: Iterable[ColumnElement[Any]]) -> None:
        self.columns: list[Any] = []
        self._cuts: list[tuple[int, slice, Callable[[Sequence[Any]], Any]]] = []
        for part in parts:
            columns: list[Any] = list(part)
            start = len(self.columns)
            self.columns += columns
            record: Any = NamedTuple("Record", [(column.name, Any) for column in columns])  # type: ignore[misc]
            self._cuts.append((start, slice(start, len(self.columns)), record._make))

    def take_apart(self, row: Sequence[Any]) -> list[Any]:
        """A record for each part, named like its columns; None where an outer join found nothing."""
        return [None if row[key] is None else make(row[cut]) for key, cut, make in self._cuts]
