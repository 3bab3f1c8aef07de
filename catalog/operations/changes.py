"""Telling kept pages of products that something beside the catalogue's own tables has changed what they show."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, insert, select

from catalog.models import CatalogChange
from core.db import db

ALL_PAGES: Final = 0
_LOCK: Final = 0x0C0B  # migration 0002: all numbers of catalog_change are given under it


def note_changes(product_ids: Iterable[int]) -> None:
    """Let kept pages of these products be made anew; `ALL_PAGES` stands for every one.

    Numbers of changes are given in the order in which they are committed, as the triggers do: a reader who has seen one
    never misses a smaller one.
    """
    rows = [{"product_id": each} for each in sorted(product_ids)]
    if not rows:
        return
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    db.session.execute(insert(CatalogChange), rows)
