"""The hash tree over entries, built as they come: only what is needed to tell the tiles and the root.

Sources: RFC 6962, section 2.1; C2SP tlog-tiles.
"""

from collections.abc import Callable
from hashlib import sha256

WIDTH = 256
OnTile = Callable[[int, int, list[bytes]], None]
"""Told of each tile that is full, or the last of its level: level, number, hashes."""


class GrowingTree:
    """Hashes of entries are added in order; `root` is told at any moment, each tile to `on_tile` when it is full."""

    def __init__(self, on_tile: OnTile) -> None:
        self.size = 0
        self._on_tile = on_tile
        self._open: list[list[bytes]] = []
        self._full: list[int] = []

    def add(self, hashes: list[bytes]) -> None:
        """Add hashes of entries, not across the end of a tile."""
        self.size += len(hashes)
        self._add(0, hashes)

    def root(self) -> bytes:
        """The root of the tree as it is."""
        peaks = []
        for tile in reversed(self._open):
            start = 0
            while start < len(tile):
                count = 1 << ((len(tile) - start).bit_length() - 1)
                peaks.append(hash_over(tile[start : start + count]))
                start += count
        if not peaks:
            return sha256(b"").digest()
        found = peaks.pop()
        while peaks:
            found = sha256(b"\x01" + peaks.pop() + found).digest()
        return found

    def end(self) -> None:
        """Tell of the last tile of each level, which is not full."""
        for level, tile in enumerate(self._open):
            if tile:
                self._on_tile(level, self._full[level], tile)

    def _add(self, level: int, hashes: list[bytes]) -> None:
        if level == len(self._open):
            self._open.append([])
            self._full.append(0)
        tile = self._open[level]
        tile += hashes
        if len(tile) < WIDTH:
            return
        self._on_tile(level, self._full[level], tile)
        self._full[level] += 1
        self._open[level] = []
        self._add(level + 1, [hash_over(tile)])


def hash_over(hashes: list[bytes]) -> bytes:
    """The hash over 2^n hashes side by side."""
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]
