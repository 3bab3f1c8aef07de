"""What waits for officers: the queues of the office, each with its number within somebody's area.

The table of contents of the program names them (`OFFICE_QUEUES` in storefront/app.py), because some belong to packages
above this one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that waits. name: tells it apart, and finds its words in components/office_nav.html.

    address: below /office, «/claims». count: how many wait in the area of an officer. may_see: who is shown it.
    """

    name: str
    address: str
    count: Callable[[Actor], int]
    may_see: Callable[[Actor], bool] = bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as one officer sees it. count: rows that wait in the officer's area."""

    name: str
    address: str
    count: int


def list_waiting(actor: Actor, queues: Iterable[Queue]) -> list[Waiting]:
    """The queues that `actor` may see, in their order, each with its number."""
    return [Waiting(each.name, each.address, each.count(actor)) for each in queues if each.may_see(actor)]
