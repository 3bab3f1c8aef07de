"""Keeps the index of this process open and knows what has changed since it was built.

An answer is never stale: the index says up to which change it is complete, and every product changed later is taken
out of what the index says and matched on its present texts. Where the index is lost, damaged or too far behind, the
folded column is searched instead, a notice goes to the log, and word is left for the indexer.
"""

import logging
import threading
import weakref
from array import array
from bisect import bisect_left
from collections.abc import Collection
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from catalog.models import CatalogChange
from catalog.queries.change_feed import changed_since
from catalog.queries.column_set import Columns
from catalog.queries.search_entries import get_entries
from catalog.queries.word_sets import BitsCache, IndexedSets, StoredSets, WordSets
from catalog.search.folders import IndexDamagedError, present_folder, report_lost, root_of
from catalog.searched_texts import SearchedTexts
from core.db import db

if TYPE_CHECKING:
    from catalog.search.reading import SearchIndex

log = logging.getLogger("catalog.search")

LATER_MAX: Final = 5_000
"""With more changed products than this the index is of no use, and the column is quicker."""

LOOK_SECONDS: Final = 3.0
"""How long a process waits before it looks whether there is a better index by now."""


def get_word_sets(columns: Columns) -> WordSets:
    """Sets of the products in `columns`, as they are now."""
    return _keeper().sets(columns)


def without_index(columns: Columns, error: IndexDamagedError) -> WordSets:
    """Sets without the index, which could not be read. It is not touched again: only another one will be."""
    return _keeper().fall_back(columns, error)


def search_generation() -> int:
    """A number that grows whenever this process begins to search in another way: with another index, or without.

    A page made of search results is kept under it, so that what was found without the index is not kept for long.
    """
    return _keeper().generation


def claim_loss() -> bool:
    """Whether the index was found lost since this was last asked; then someone should ask for another."""
    return _keeper().claim_loss()


def open_index(engine: Engine) -> "SearchIndex":
    """The present index of the database. Raises IndexDamagedError if it cannot be used."""
    from catalog.search.reading import open_present  # Whoosh is loaded by those who search

    root = root_of(url_of(engine))
    if root is None:
        raise IndexDamagedError("nobody has said where indexes lie")
    return open_present(root)


def later_texts(connection: Connection, index: "SearchIndex", seq: int) -> dict[int, SearchedTexts | None]:
    """Products whose texts have changed after change number `seq`, or that are new; None for those not listed any
    more. What has only been priced, sold or judged anew is left out.

    Raises IndexDamagedError if the index is of another database, or the changes since can no longer be told.
    """
    manifest = index.manifest
    known = select(CatalogChange.product_id).where(CatalogChange.seq == manifest.seq)
    if connection.execute(known).scalar() not in {manifest.last_product_id, None}:
        raise IndexDamagedError("the index is of another database")
    changed = changed_since(connection, seq)
    if changed is None or len(changed) > LATER_MAX:
        raise IndexDamagedError("the index is too far behind")
    present = {entry.product_id: entry.texts for entry in get_entries(connection, list(changed))}
    return {
        product_id: present.get(product_id)
        for product_id in changed
        if _digest(index, product_id) != (present[product_id].digest() if product_id in present else None)
    }


def _digest(index: "SearchIndex", product_id: int) -> int | None:
    """The digest of the texts that the index holds of a product."""
    number = bisect_left(index.product_ids, product_id)
    is_there = number < len(index.product_ids) and index.product_ids[number] == product_id
    return index.digests[number] if is_there else None


def url_of(engine: Engine) -> str:
    """The database's address, by which its indexes are found."""
    return engine.url.render_as_string(hide_password=False)


def _keeper() -> "_Keeper":
    engine = db.engine
    keeper = _keepers.get(engine)
    if keeper is None:
        keeper = _keepers.setdefault(engine, _Keeper())
    return keeper


class _Keeper:
    """The open index of one engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: _OpenIndex | None = None
        self._refused: Path | None = None
        self._look_at = 0.0
        self._is_lost = False
        self._stored: StoredSets | None = None
        self.generation = 0

    def claim_loss(self) -> bool:
        with self._lock:
            is_lost, self._is_lost = self._is_lost, False
            return is_lost

    def sets(self, columns: Columns) -> WordSets:
        engine = db.engine
        with self._lock:
            try:
                self._look(engine)
                if self._open is not None:
                    return self._open.sets(engine, columns)
            except IndexDamagedError as error:
                return self._fallen_back(engine, columns, error)
        return self._column(engine, columns)

    def fall_back(self, columns: Columns, error: IndexDamagedError) -> WordSets:
        with self._lock:
            return self._fallen_back(db.engine, columns, error)

    def _look(self, engine: Engine) -> None:
        """Open the present index if there is reason to and it has not been refused. Raises IndexDamagedError."""
        held = self._open
        if (held is not None and not held.later) or monotonic() < self._look_at:
            return
        self._look_at = monotonic() + LOOK_SECONDS
        root = root_of(url_of(engine))
        folder = present_folder(root) if root else None
        if folder is None and held is None:
            raise IndexDamagedError("there is no index")
        if folder is not None and folder != self._refused and (held is None or folder != held.index.folder):
            self._refused = folder  # unless it opens
            self._open = _OpenIndex(open_index(engine))
            self._refused = self._stored = None
            self.generation += 1

    def _fallen_back(self, engine: Engine, columns: Columns, error: IndexDamagedError) -> WordSets:
        self.generation += 1
        if self._open is not None:
            self._refused, self._open = self._open.index.folder, None
        log.warning("search index cannot be used: searching the column", extra={"reason": str(error)})
        root = root_of(url_of(engine))
        if root is not None:
            self._is_lost = True
            report_lost(root)
        return self._column(engine, columns)

    def _column(self, engine: Engine, columns: Columns) -> StoredSets:
        if self._stored is None or self._stored.columns is not columns:
            self._stored = StoredSets(engine, columns)
        return self._stored


_keepers: "weakref.WeakKeyDictionary[Engine, _Keeper]" = weakref.WeakKeyDictionary()


class _OpenIndex:
    """An index with what has changed since, kept up to date."""

    def __init__(self, index: "SearchIndex") -> None:
        self.index = index
        self.later: dict[int, SearchedTexts | None] = {}
        self._seq = index.manifest.seq
        self._is_checked = False
        self._layout: object = None
        self._positions: Collection[int] = ()
        self._cache = BitsCache()
        self._sets: IndexedSets | None = None

    def sets(self, engine: Engine, columns: Columns) -> IndexedSets:
        """Sets by the positions of `columns`. Raises IndexDamagedError if the changes can no longer be told."""
        if columns.layout is not self._layout:
            found = (columns.find_position(product_id) for product_id in self.index.product_ids)
            self._positions = array("i", (-1 if position is None else position for position in found))
            self._cache = BitsCache()
            self._layout, self._sets = columns.layout, None
        if columns.seq != self._seq or not self._is_checked:
            self._catch_up(engine, columns)
        if self._sets is None:
            later = {columns.find_position(product_id): texts for product_id, texts in self.later.items()}
            known = {position: texts for position, texts in later.items() if position is not None}
            self._sets = IndexedSets(self.index, array("i", self._positions), known, self._cache)
        return self._sets

    def _catch_up(self, engine: Engine, columns: Columns) -> None:
        with engine.connect() as connection:
            changed = changed_since(connection, self._seq)
            later = later_texts(connection, self.index, self._seq)
        for product_id in changed or ():
            self.later.pop(product_id, None)
        self.later.update(later)
        if len(self.later) > LATER_MAX:
            raise IndexDamagedError("the index is too far behind")
        self._seq, self._is_checked, self._sets = columns.seq, True, None
