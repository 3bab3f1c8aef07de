"""Addresses of pages: deterministic, and unique by a number at the end."""

from collections.abc import Iterable

from sqlalchemy import select

from catalog.models import Producer, Product
from core.db import db


def free_slug(table: type[Producer] | type[Product], slugs: Iterable[str]) -> str:
    """The first of `slugs` that no row of `table` has."""
    return next(
        slug for slug in slugs if db.session.scalar(select(table.id).where(table.slug == slug)) is None
    )
