"""What waits for somebody at a producer: the areas each tell theirs, the workspace shows the newest.

An area adds its function to `SOURCES` and the words of its kinds to templates/components/todo_card.html.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from accounts.actors import Actor

SHOWN_MOST: Final = 5
"""More at once is a list nobody reads (docs/producers.md)."""


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

SOURCES: Final[tuple[TodoSource, ...]] = ()


def list_todos(actor: Actor, producer_id: int, on: date) -> tuple[Todo, ...]:
    """What `actor` can do for the producer now, the newest first, at most five."""
    role = actor.role_at(producer_id)
    told = [todo for source in SOURCES for todo in source(producer_id, on) if role in todo.roles]
    return tuple(sorted(told, key=lambda todo: todo.noted_at, reverse=True)[:SHOWN_MOST])
