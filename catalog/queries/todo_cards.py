"""One thing to be done at a producer, as the areas tell it to `catalog.queries.todo`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing to be done. kind: fixed word that the card has words for. noted_at: since when; the newest come first.

    path: where it is done, after the workspace's address («/stock»). count: of how many things it speaks. name: what
    or whom it speaks of. by_on: the last day for it, if there is one. roles: who can do it.
    """

    kind: str
    path: str
    noted_at: datetime
    count: int = 1
    name: str = ""
    by_on: date | None = None
    is_urgent: bool = False
    roles: frozenset[str] = frozenset({"owner", "editor"})


TodoSource = Callable[[int, date], Iterable[Todo]]
"""(producer id, today in Vietnam) -> what the area knows is to be done."""
