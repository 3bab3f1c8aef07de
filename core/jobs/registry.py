"""Which function does which job, and which jobs come round by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., None])

handlers: Final[dict[str, Callable[..., None]]] = {}
lasting: Final[set[str]] = set()
"""Jobs that are never given up: each ends by itself, when it was done or is of no use any more."""
for_strangers: Final[set[str]] = set()
"""Jobs that wait for computers of others, seconds each: the worker turns to them when nothing else is due."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that the worker asks for every `every`."""

    name: str
    every: timedelta


periodic: Final[dict[str, Periodic]] = {}


def job(
    name: str, *, every: timedelta | None = None, is_lasting: bool = False, is_for_strangers: bool = False
) -> Callable[[Handler], Handler]:
    """Decorator: this function does the jobs called `name` ("package.verb_noun").

    It is called with the payload as keyword arguments, outside any transaction, and may be called twice with
    the same ones: after a crash nobody knows how far it came. Any error counts as a failed try.
    every: the worker asks for the job by itself, this often, without payload. is_lasting: it is tried until it
    succeeds, once an hour in the end, however long an outage lasts; its handler must know when it is of no use.
    is_for_strangers: it waits for a computer that is not ours, and comes after all other jobs.
    Raises ValueError if the name is taken.
    """

    def register(handler: Handler) -> Handler:
        if handlers.get(name, handler) is not handler:
            raise ValueError(f"two handlers for the job {name}")
        handlers[name] = handler
        if is_lasting:
            lasting.add(name)
        if is_for_strangers:
            for_strangers.add(name)
        if every is not None:
            periodic[name] = Periodic(name, every)
        return handler

    return register
