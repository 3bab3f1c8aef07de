"""All products in memory, in columns: what the listing filters, counts and sorts by.

Each process holds its own and brings it up to date from `catalog_change` at every call, so that no answer is stale
and nobody has to tell anybody. A `Columns` is never changed: a change makes a new one that shares what stayed the
same. Stars and states are those of one day in Vietnam; with the next day the products whose day it is are judged anew.
"""

import threading
import weakref
from datetime import date
from typing import Final

from sqlalchemy import Engine, func, select

from catalog.models import Product
from catalog.queries.change_feed import changed_since, last_seq
from catalog.queries.column_rows import read_rows
from catalog.queries.column_set import SORTS, Columns, load_columns, update_columns
from core.clock import vietnam_date
from core.db import db

__all__ = ["SORTS", "Columns", "get_columns"]

# From so many changed products on it is quicker to read everything anew.
_RELOAD_FROM: Final = 3_000


def get_columns(on: date | None = None) -> Columns:
    """The products as of the last committed change, judged for `on` (default: the day last asked for).

    Usually one look at the feed; after a change a few statements for the products concerned.
    """
    engine = db.engine
    store = _stores.get(engine)
    if store is None:
        store = _stores.setdefault(engine, _Store())
    return store.current(engine, on)


class _Store:
    """The present columns of one engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._columns: Columns | None = None

    def current(self, engine: Engine, on: date | None) -> Columns:
        columns = self._columns
        seq = last_seq(engine)
        if columns is not None and columns.seq == seq and (on is None or columns.day == on):
            return columns
        with self._lock:
            return self._refreshed(engine, on)

    def _refreshed(self, engine: Engine, on: date | None) -> Columns:
        old = self._columns
        seq = last_seq(engine)  # before the rows: what changes in between is read once more, never missed
        if old is not None and old.seq == seq and (on is None or old.day == on):
            return old
        day = on or (old.day if old else _likely_day(engine))
        columns = _updated(engine, old, day) if old is not None and old.day <= day else None
        self._columns = columns or _loaded(engine, seq, day)
        return self._columns


_stores: "weakref.WeakKeyDictionary[Engine, _Store]" = weakref.WeakKeyDictionary()


def _likely_day(engine: Engine) -> date:
    """A day not far from the present, for those who ask first and need none: few products turn in between."""
    with engine.connect() as connection:
        newest = connection.execute(select(func.max(Product.recorded_at))).scalar()
    return vietnam_date(newest) if newest else date.min


def _loaded(engine: Engine, seq: int, day: date) -> Columns:
    with engine.connect() as connection:
        return load_columns(read_rows(connection, None, day), seq, day)


def _updated(engine: Engine, old: Columns, day: date) -> Columns | None:
    """`old` brought up to date, or None if everything must be read anew."""
    with engine.connect() as connection:
        changed = changed_since(connection, old.seq)
        if changed is None or len(changed) > _RELOAD_FROM:
            return None
        turned = old.turned_ids(day) if day > old.day else []
        rows = list(read_rows(connection, [*changed, *turned], day))
    last_id = old.ids[-1] if old.ids else 0
    if any(row.product_id < last_id and old.find_position(row.product_id) is None for row in rows):
        return None  # a new product with a number from the middle: positions would shift
    return update_columns(old, rows, changed, day)
