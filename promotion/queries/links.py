"""Reads of short links."""

from sqlalchemy import select

from core.db import db
from promotion.models.reach import ShortLink
from promotion.short_keys import read_key


def find_link(typed: str) -> ShortLink | None:
    """The link of a key as somebody scanned or typed it, None if there is none."""
    key = read_key(typed)
    return None if key is None else db.session.scalar(select(ShortLink).where(ShortLink.key == key))
