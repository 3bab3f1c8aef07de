"""What must always be true of the data, as functions that list the exceptions. `flask verify` runs them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

Facts = Mapping[str, object]
Check = Callable[[], Iterable[Facts]]


@dataclass(frozen=True, slots=True)
class Result:
    """One invariant's outcome. violations: the facts of each exception, empty when all is well."""

    name: str
    rule: str
    violations: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class _Invariant:
    rule: str
    check: Check


_invariants: Final[dict[str, _Invariant]] = {}


class UnknownInvariantError(LookupError):
    """No invariant has this name."""


def invariant(name: str, rule: str) -> Callable[[Check], Check]:
    """Decorator: `check` lists the violations of `rule` in the present database, as facts (ids, counts).

    name: the number of the rule, e.g. "I10". Raises ValueError if the name is taken.
    """

    def register(check: Check) -> Check:
        known = _invariants.get(name)
        if known is not None and known.check is not check:
            raise ValueError(f"two invariants are called {name}")
        _invariants[name] = _Invariant(rule, check)
        return check

    return register


def check_all(only: Iterable[str] = ()) -> Iterable[Result]:
    """Run every invariant, or those named in `only`, in the order of their names.

    Raises UnknownInvariantError for a name that nobody registered.
    """
    wanted = set(only)
    if unknown := wanted - set(_invariants):
        raise UnknownInvariantError(", ".join(sorted(unknown)))
    for name in sorted(wanted or _invariants, key=_by_number):
        each = _invariants[name]
        yield Result(name, each.rule, tuple(each.check()))


def _by_number(name: str) -> tuple[int, str]:
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits or 0), name
