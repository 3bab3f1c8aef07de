"""What waits for somebody at a producer: the areas each tell theirs, the workspace shows the newest.

An area adds its function to `SOURCES` and the words of its kinds to templates/components/todo_card.html; a higher
package hands its own in (storefront/app.py).
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from accounts.actors import Actor
from catalog.permissions.workspace import can_do_at
from catalog.queries.certificate_todos import certificate_todos
from catalog.queries.joining_todos import joining_todos
from catalog.queries.listing_todos import listing_todos
from catalog.queries.question_todos import question_todos
from catalog.queries.todo_cards import Todo, TodoSource

SHOWN_MOST: Final = 5
"""More at once is a list nobody reads (docs/producers.md)."""


SOURCES: Final[tuple[TodoSource, ...]] = (joining_todos, certificate_todos, question_todos, listing_todos)


def list_todos(actor: Actor, producer_id: int, on: date, more: Iterable[TodoSource] = ()) -> tuple[Todo, ...]:
    """What `actor` can do for the producer now, the newest first, at most five. more: sources of higher packages."""
    role = actor.role_at(producer_id)
    told = [todo for source in (*SOURCES, *more) for todo in source(producer_id, on) if role in todo.roles]
    own = [todo for todo in told if can_do_at(actor, producer_id, todo.path)]
    return tuple(sorted(own, key=lambda todo: todo.noted_at, reverse=True)[:SHOWN_MOST])
