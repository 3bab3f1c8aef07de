"""The search index: built anew, or found to be good enough.

It changes no table. Entries are read after the number of the last change, so the index holds at least what it says.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from catalog.models import CatalogChange, Product
from catalog.queries.search_entries import list_entries
from catalog.queries.text_index import later_texts, open_index, url_of
from catalog.search.folders import IndexDamagedError, advance, is_lost, root_of
from catalog.searched_texts import Entry
from core.db import db
from core.jobs.queue import enqueue

if TYPE_CHECKING:
    from catalog.search.reading import SearchIndex

log = logging.getLogger("catalog.search")

INDEX_JOB: Final = "catalog.index_products"

SMALL: Final = 2_000
"""Up to so many products an index is built in a second or two, so every change is taken in at once."""

LATER_ALLOWED: Final = 200
"""How many products a larger index may lag behind; they are matched in memory, in a tenth of a millisecond a word."""

SEQ_LAG_ALLOWED: Final = 1_000
"""How many changes that touch no text (prices, stock) may pass until the index is told that it is still whole."""

CHANGES_KEPT: Final = 100_000
"""Rows of the feed that are kept: whoever has slept through more reads everything anew."""


class Outcome(StrEnum):
    """What was done about the index."""

    BUILT = "built"
    ADVANCED = "advanced"
    GOOD = "good"


def rebuild_index(*, wait_seconds: float, on_entry: Callable[[], None] = lambda: None) -> int:
    """Build the index from the database and make it the present one. Returns the number of products.

    on_entry: called for each product. Raises IndexBusyError if another process still builds after `wait_seconds`,
    IndexDamagedError if nobody has said where indexes lie.
    """
    from catalog.search.building import build_index  # Whoosh is loaded by those who build

    root = root_of(url_of(db.engine))
    if root is None:
        raise IndexDamagedError("nobody has said where indexes lie")
    with db.engine.connect() as connection:
        seq, product_id = _last_change(connection)
        entries = _told(list_entries(connection), on_entry)
        return build_index(root, entries, seq=seq, last_product_id=product_id, wait_seconds=wait_seconds)


def bring_index_up_to_date(*, wait_seconds: float) -> Outcome:
    """Build the index anew where it is lost, damaged or lags too far behind; otherwise leave it.

    Raises IndexBusyError if another process still builds after `wait_seconds`.
    """
    root = root_of(url_of(db.engine))
    if root is None:
        return Outcome.GOOD
    if not is_lost(root):
        try:
            index = open_index(db.engine)
        except IndexDamagedError as error:
            log.warning("search index is built anew", extra={"reason": str(error)})
        else:
            outcome = _judged(index, wait_seconds)
            index.close()
            if outcome is not None:
                return outcome
    rebuild_index(wait_seconds=wait_seconds)
    return Outcome.BUILT


def ask_for_index(*, now: datetime) -> None:
    """Ask the worker to see to the index as soon as it can; asked twice, it looks once."""
    enqueue(INDEX_JOB, key="periodic", now=now)


def prune_changes() -> int:
    """Forget old rows of the feed, always keeping the last ones. Returns how many went."""
    last = db.session.scalar(select(func.max(CatalogChange.seq))) or 0
    found = db.session.execute(delete(CatalogChange).where(CatalogChange.seq <= last - CHANGES_KEPT))
    return int(found.rowcount)  # type: ignore[attr-defined]  # of a DELETE it has one


def count_listed() -> int:
    """How many products an index has."""
    return db.session.scalar(select(func.count()).where(Product.is_listed)) or 0


def _told(entries: Iterator[Entry], on_entry: Callable[[], None]) -> Iterator[Entry]:
    for entry in entries:
        on_entry()
        yield entry


def _last_change(connection: Connection) -> tuple[int, int | None]:
    newest = select(CatalogChange.seq, CatalogChange.product_id).order_by(CatalogChange.seq.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return (row.seq, row.product_id) if row else (0, None)


def _judged(index: "SearchIndex", wait_seconds: float) -> Outcome | None:
    """What is enough for a readable index, or None if it must be built anew."""
    manifest = index.manifest
    with db.engine.connect() as connection:
        seq, product_id = _last_change(connection)
        try:
            later = later_texts(connection, index, manifest.seq)
        except IndexDamagedError as error:
            log.warning("search index is built anew", extra={"reason": str(error)})
            return None
    if later:
        return None if len(later) > LATER_ALLOWED or manifest.entry_count <= SMALL else Outcome.GOOD
    if seq - manifest.seq <= SEQ_LAG_ALLOWED:
        return Outcome.GOOD
    advance(index.folder, manifest, seq, product_id, wait_seconds)
    return Outcome.ADVANCED
