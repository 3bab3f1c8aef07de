"""Reads of short links."""

from collections.abc import Iterable

from sqlalchemy import select

from catalog.models import Product
from core.db import db
from promotion.models.reach import ShortLink, SourceKind
from promotion.short_keys import LinkWish, read_key


def find_link(typed: str) -> ShortLink | None:
    """The link of a key as somebody scanned or typed it, None if there is none."""
    key = read_key(typed)
    return None if key is None else db.session.scalar(select(ShortLink).where(ShortLink.key == key))


def find_live_keys(run_sheet_id: int, goods: Iterable[Product]) -> dict[int, str]:
    """Keys of the links that goods have in a live session, by product; those without one are left out. One statement.

    The wishes are those of `link_of_item`.
    """
    wishes = {
        LinkWish(
            SourceKind.LIVE.value,
            run_sheet_id,
            f"/products/{product.slug}",
            producer_id=product.producer_id,
            product_id=product.id,
        ).digest()
        for product in goods
    }
    rows = db.session.execute(select(ShortLink.product_id, ShortLink.key).where(ShortLink.digest.in_(wishes)))
    return {row.product_id: row.key for row in rows if row.product_id is not None}
