"""What the program holds about people: told on request, erased on request, and deleted when its time is over.

Each area that stores facts about a person says here what they are, so that nobody has to remember all of them. The
modules that do so are listed in `storefront/app.py` (PERSONAL_DATA_MODULES) and imported where they are needed.
Source: Law 91/2025/QH15 on the protection of personal data (in force since 1 January 2026), articles 4, 13 and 14;
what is kept for how long: docs/privacy-operations.md.
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from core.i18n import LazyText


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A file that a person handed in. name: SHA-256 in the storage. title: its name in the person's archive."""

    name: str
    title: str


class Holding(Protocol):
    """What an area must be able to do with the facts it holds about one person."""

    def export(self, user_id: int) -> Any:
        """All of it as values that JSON knows: a dict of facts, or a list of such."""

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        """Files that the person handed in, and nobody else may have use for."""

    def erase(self, user_id: int, now: datetime) -> None:
        """Delete it, or take away what tells who it was about. Harmless when repeated; never commits."""


class Ageing(Protocol):
    """Facts about people that have an end."""

    def count_older(self, before: datetime) -> int:
        """How many are older than `before`."""

    def delete_older(self, before: datetime) -> int:
        """Delete those older than `before`; how many there were. Never commits."""


@dataclass(frozen=True, slots=True)
class Area:
    """A registered holding. title: what people call it."""

    name: str
    title: LazyText
    holding: Holding


@dataclass(frozen=True, slots=True)
class Term:
    """A registered time limit: what is older than `keep` is deleted."""

    name: str
    keep: timedelta
    ageing: Ageing


HoldingClass = TypeVar("HoldingClass", bound=Callable[[], Holding])
AgeingClass = TypeVar("AgeingClass", bound=Callable[[], Ageing])

_areas: Final[dict[str, Area]] = {}
_terms: Final[dict[str, Term]] = {}


def personal_data(name: str, title: LazyText) -> Callable[[HoldingClass], HoldingClass]:
    """Decorator of a class (see `Holding`): `@personal_data("accounts.addresses", _("Addresses"))`.

    Raises ValueError if the name is taken by another class.
    """

    def register(kind: HoldingClass) -> HoldingClass:
        known = _areas.get(name)
        if known is not None and type(known.holding) is not kind:
            raise ValueError(f"two areas of personal data are called {name}")
        _areas[name] = Area(name, title, kind())
        return kind

    return register


def kept_for(name: str, keep: timedelta) -> Callable[[AgeingClass], AgeingClass]:
    """Decorator of a class (see `Ageing`): its facts are deleted when they are older than `keep`.

    Raises ValueError if the name is taken by another class.
    """

    def register(kind: AgeingClass) -> AgeingClass:
        known = _terms.get(name)
        if known is not None and type(known.ageing) is not kind:
            raise ValueError(f"two terms are called {name}")
        _terms[name] = Term(name, keep, kind())
        return kind

    return register


def load(modules: Iterable[str]) -> None:
    """Import the modules that register areas and terms."""
    for module in modules:
        importlib.import_module(module)


def list_areas() -> list[Area]:
    """Every area, by name. Complete only after `load`."""
    return [_areas[name] for name in sorted(_areas)]


def list_terms() -> list[Term]:
    """Every time limit, by name. Complete only after `load`."""
    return [_terms[name] for name in sorted(_terms)]


class NoFiles:
    """Base of holdings without files."""

    def files(self, user_id: int) -> Iterable[PersonalFile]:
        """None."""
        return ()
