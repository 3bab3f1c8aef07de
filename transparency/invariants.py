"""What must always be true of the public log: run by `flask verify`."""

import importlib
from collections.abc import Iterator

from flask import current_app

from core.invariants import Facts, invariant
from transparency.queries.faults import list_faults


@invariant("I13", "the public log is whole, and says of every recorded event what is on record, once")
def faults_of_the_log() -> Iterator[Facts]:
    """Entries, nodes and head that do not agree, and rows that do not agree with their entry."""
    import_sources()
    yield from list_faults()


def import_sources() -> None:
    """Make the kinds of entry of all packages known."""
    for module in current_app.extensions["logged_modules"]:
        importlib.import_module(module)
