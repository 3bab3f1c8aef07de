"""Addresses of campaigns, collections and live sessions: from their names, unique by a number at the end."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from core.db import db
from core.text import slugify

STEM_MAX: Final = 100


def free_slug(column: InstrumentedAttribute[str], name: str, otherwise: str) -> str:
    """A slug for `name` that no row has in `column`. otherwise: where nothing of the name can stand in an address."""
    stem = slugify(name)[:STEM_MAX].strip("-") or otherwise
    taken = set(db.session.scalars(select(column).where(column.startswith(stem, autoescape=True))))
    tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in tries if slug not in taken)
