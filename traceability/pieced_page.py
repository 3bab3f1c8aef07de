"""A finished page with a few gaps: made once for a lot, filled in for each stamp, compressed or plain.

The text between gaps is compressed beforehand, each piece for itself; filling in joins the pieces and stores the
filling as it is, which costs microseconds where compressing the whole page would cost most of the request.
Sources: RFC 1951, 3.2.4 (stored blocks) and 3.2.6; RFC 1952 (gzip).
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

_HEADER: Final = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952, 2.3: no name, no time, unknown system
)
_LAST_BLOCK: Final = b"\x03\x00"  # an empty block with fixed codes, marked as the final one
_STORED_MAX: Final = 65_535


class PiecedPage:
    """Text cut at its gaps. Immutable once made; safe to share between threads."""

    __slots__ = ("_gaps", "_packed", "_plain")

    def __init__(self, text: str, gaps: Sequence[str]) -> None:
        """text: with each of `gaps` (markers that occur nowhere else) any number of times."""
        pieces, found = _cut(text, gaps)
        self._gaps = tuple(found)
        self._plain = tuple(piece.encode() for piece in pieces)
        self._packed = tuple(_pack(piece) for piece in self._plain)

    def plain(self, filling: Mapping[str, str]) -> bytes:
        """The page in UTF-8 with each gap filled. filling: marker to text, ready for HTML."""
        parts = [self._plain[0]]
        for gap, piece in zip(self._gaps, self._plain[1:], strict=True):
            parts += (filling[gap].encode(), piece)
        return b"".join(parts)

    def gzipped(self, filling: Mapping[str, str]) -> bytes:
        """The same as a gzip stream."""
        plain = self.plain(filling)
        parts = [_HEADER, self._packed[0]]
        for gap, piece in zip(self._gaps, self._packed[1:], strict=True):
            parts += (_store(filling[gap].encode()), piece)
        parts += (_LAST_BLOCK, struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF))
        return b"".join(parts)


def _cut(text: str, gaps: Sequence[str]) -> tuple[list[str], list[str]]:
    pieces: list[str] = []
    found: list[str] = []
    while True:
        at, gap = min(((text.find(gap), gap) for gap in gaps if gap in text), default=(-1, ""))
        if at < 0:
            return [*pieces, text], found
        pieces.append(text[:at])
        found.append(gap)
        text = text[at + len(gap) :]


def _pack(piece: bytes) -> bytes:
    """Deflate blocks that end on a byte and look back at nothing before them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _store(filling: bytes) -> bytes:
    """Deflate blocks that hold `filling` as it is."""
    blocks = []
    for start in range(0, len(filling), _STORED_MAX):
        part = filling[start : start + _STORED_MAX]
        blocks.append(b"\x00" + struct.pack("<HH", len(part), len(part) ^ 0xFFFF) + part)
    return b"".join(blocks)
