"""Tiles and bundles of entries, read from what is kept."""

from sqlalchemy import select

from core.db import db
from transparency.errors import TileNotFoundError
from transparency.merkle import Subtree
from transparency.models import LogEntry
from transparency.queries.entries import get_size
from transparency.queries.proofs import read_hashes
from transparency.tiles import HEIGHT, WIDTH, Bundle, Tile, bundled


def get_tile(tile: Tile) -> bytes:
    """The hashes of `tile`, 32 bytes each. Raises TileNotFoundError if the log has not got so far."""
    first = tile.number * WIDTH
    if first + tile.width > get_size() >> (HEIGHT * tile.level):
        raise TileNotFoundError(path=tile.path)
    level = HEIGHT * tile.level
    return b"".join(read_hashes([Subtree(level, number) for number in range(first, first + tile.width)]))


def get_bundle(bundle: Bundle) -> bytes:
    """The entries of `bundle`, each with its length before it. Raises TileNotFoundError."""
    first = bundle.number * WIDTH
    if first + bundle.width > get_size():
        raise TileNotFoundError(path=bundle.path)
    rows = select(LogEntry.leaf).where(LogEntry.seq.between(first, first + bundle.width - 1))
    entries = db.session.scalars(rows.order_by(LogEntry.seq)).all()
    if len(entries) != bundle.width:
        raise TileNotFoundError(path=bundle.path)  # an entry was taken out: checking tells which
    return bundled(entries)
