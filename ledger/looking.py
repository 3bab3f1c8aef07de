"""Looking at the books: every rule about money and stock that the program knows, by name."""

import importlib
from collections.abc import Iterable
from typing import Final

from core.db import db
from core.invariants import Result, UnknownInvariantError, check_all

RULES: Final = ("I1", "I2", "I3", "I5", "I5a", "I5b", "I5c", "I5d", "I6", "I7", "I8", "I19")
"""Rules of money, goods and orders (docs/ledger.md). Packages above register most of them."""


def look(modules: Iterable[str]) -> tuple[Result, ...]:
    """What every rule says of the present database. modules: where rules are registered; imported here."""
    for module in modules:
        importlib.import_module(module)
    found: list[Result] = []
    for name in RULES:
        try:
            found.extend(check_all([name]))
        except UnknownInvariantError:
            continue  # its package is not part of this program
    db.session.rollback()
    return tuple(found)
