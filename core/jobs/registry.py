"""Which function does which job, and which jobs come round by themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., None])

handlers: Final[dict[str, Callable[..., None]]] = {}


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that the worker asks for every `every`."""

    name: str
    every: timedelta


periodic: Final[dict[str, Periodic]] = {}


def job(name: str, *, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Decorator: this function does the jobs called `name` ("package.verb_noun").

    It is called with the payload as keyword arguments, outside any transaction, and may be called twice with
    the same ones: after a crash nobody knows how far it came. Any error counts as a failed try.
    every: the worker asks for the job by itself, this often, without payload.
    Raises ValueError if the name is taken.
    """

    def register(handler: Handler) -> Handler:
        if handlers.get(name, handler) is not handler:
            raise ValueError(f"two handlers for the job {name}")
        handlers[name] = handler
        if every is not None:
            periodic[name] = Periodic(name, every)
        return handler

    return register
