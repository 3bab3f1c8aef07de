"""Which rows the log speaks of: each package says for its kinds of entry what is on record.

    @logged("certification.recorded")
    def certifications() -> Iterator[Recorded]: ...

From these the log catches up with what was recorded before it knew the kind, once for each kind, and is compared with
the rows as they stand now. Whoever adds a kind only registers it: the next start of the program catches up with it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

Recorded = tuple[str, Mapping[str, Any]]
"""Subject and facts, as `transparency.operations.append` took them."""
Source = Callable[[], Iterable[Recorded]]
CALLED: Final = "called"
"""The fact of how something was called then: for readers. It may be called otherwise now."""

_sources: Final[dict[str, Source]] = {}


def logged(kind: str) -> Callable[[Source], Source]:
    """Decorator: the function lists what is on record of `kind`, in the order in which it was recorded.

    Raises ValueError if the kind is taken.
    """

    def register(source: Source) -> Source:
        known = _sources.get(kind)
        if known is not None and known is not source and known.__qualname__ != source.__qualname__:
            raise ValueError(f"two functions list the entries of kind {kind}")
        _sources[kind] = source
        return source

    return register


def lasting(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that must be on record for ever as they were entered."""
    return {name: value for name, value in facts.items() if name != CALLED}


def list_kinds() -> list[str]:
    """The kinds whose rows are known."""
    return list(_sources)


def list_recorded(kinds: Collection[str] | None = None) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Kind, subject and facts of everything on record, kind after kind as they were registered.

    kinds: only these, all of them if None.
    """
    for kind, source in list(_sources.items()):
        if kinds is not None and kind not in kinds:
            continue
        for subject, facts in source():
            yield kind, subject, facts
