"""Addresses of campaigns, collections and live sessions: from their names, unique by a number at the end."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from core.db import db
from core.text import slugify
from promotion.models.campaigns import Campaign, FeaturedCollection, RunSheet

STEM_MAX: Final = 100


def add_under_slug(row: Campaign | FeaturedCollection | RunSheet, name: str, otherwise: str) -> None:
    """Add a row under a slug for `name` that no other has; of two that come at once the second gets the next.

    otherwise: where nothing of the name can stand in an address.
    """
    column = type(row).slug
    while True:
        slug = row.slug = _free_slug(column, name, otherwise)
        try:
            with db.session.begin_nested():
                db.session.add(row)
            return
        except IntegrityError:
            if db.session.scalar(select(column).where(column == slug)) is None:
                raise  # it was not the slug


def _free_slug(column: InstrumentedAttribute[str], name: str, otherwise: str) -> str:
    stem = slugify(name)[:STEM_MAX].strip("-") or otherwise
    taken = set(db.session.scalars(select(column).where(column.startswith(stem, autoescape=True))))
    tries = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in tries if slug not in taken)
