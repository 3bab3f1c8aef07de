"""The typeface on labels: which glyph a letter has, how wide text is, and a file with only the glyphs that are used.

Reads the few tables of a TrueType file that a PDF needs. The typeface of the house has no instructions, so nothing
beside the outlines has to be kept.
Sources: Apple TrueType Reference Manual and ISO/IEC 14496-22 (tables cmap 4, glyf, head, hhea, hmtx, loca, maxp);
ISO 32000-1:2008, 9.9 (what a TrueType file embedded for a CIDFontType2 holds).
"""

import struct
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.config import ROOT

FONT_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"
PLAIN_FILE: Final = FONT_FOLDER / "ChoSans-Regular.ttf"
STRONG_FILE: Final = FONT_FOLDER / "ChoSans-SemiBold.ttf"

KEPT_TABLES: Final = ("glyf", "head", "hhea", "hmtx", "loca", "maxp")
UNKNOWN: Final = "?"
"""Stands for what the typeface has not."""

LEADING: Final = 1.24
"""Below that, capitals with two marks lose one; measured on this typeface."""

_HAS_WORDS, _HAS_SCALE, _HAS_MORE, _HAS_XY_SCALE, _HAS_TWO_BY_TWO = 0x1, 0x8, 0x20, 0x40, 0x80
"""Flags of a part of a composite glyph."""

_CHECKSUM_MAGIC: Final = 0xB1B0AFBA


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """A TrueType file. glyphs: glyph by code point; advances: widths by glyph; both in units of 1/1000 em."""

    tables: Mapping[str, bytes]
    glyphs: Mapping[int, int]
    advances: tuple[int, ...]
    outlines: tuple[bytes, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def printable(self, text: str) -> str:
        """`text` composed, on one line, with «?» for what the typeface has not."""
        composed = unicodedata.normalize("NFC", " ".join(text.split()))
        return "".join(letter if ord(letter) in self.glyphs else UNKNOWN for letter in composed)

    def width(self, text: str, points: float) -> float:
        """Width of printable `text` in points."""
        return sum(self.advances[self.glyphs[ord(letter)]] for letter in text) * points / 1000

    def hexadecimal(self, text: str) -> str:
        """Printable `text` as numbers of glyphs, for a string of a PDF."""
        return "".join(f"{self.glyphs[ord(letter)]:04X}" for letter in text)

    def subset(self, letters: Iterable[str]) -> bytes:
        """The file with the outlines of `letters` only; glyphs keep their numbers."""
        kept = self._with_parts({0, *(self.glyphs[ord(letter)] for letter in letters)})
        outlines = [outline if glyph in kept else b"" for glyph, outline in enumerate(self.outlines)]
        offsets = [0]
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline))
        head = bytearray(self.tables["head"])
        head[8:12] = bytes(4)  # the sum of the whole file
        head[50:52] = (1).to_bytes(2, "big")  # offsets of four bytes
        return _file(
            dict(self.tables)
            | {
                "glyf": b"".join(outlines),
                "loca": struct.pack(f">{len(offsets)}I", *offsets),
                "head": bytes(head),
            }
        )

    def _with_parts(self, glyphs: set[int]) -> set[int]:
        """`glyphs` and those that they are put together from."""
        found: set[int] = set()
        waiting = list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in found:
                found.add(glyph)
                waiting.extend(_parts(self.outlines[glyph]))
        return found


@lru_cache(maxsize=1)
def plain_typeface() -> Typeface:
    """The typeface of labels."""
    return read_typeface(PLAIN_FILE.read_bytes())


def read_typeface(content: bytes) -> Typeface:
    """The typeface in a TrueType file whose em has 1,000 units."""
    tables = _tables(content)
    (glyph_count,) = struct.unpack_from(">H", tables["maxp"], 4)
    (advance_count,) = struct.unpack_from(">H", tables["hhea"], 34)
    advances = [struct.unpack_from(">H", tables["hmtx"], 4 * number)[0] for number in range(advance_count)]
    advances += advances[-1:] * (glyph_count - advance_count)
    (has_long_offsets,) = struct.unpack_from(">H", tables["head"], 50)
    loca = struct.unpack_from(f">{glyph_count + 1}{'I' if has_long_offsets else 'H'}", tables["loca"])
    offsets = [offset if has_long_offsets else 2 * offset for offset in loca]
    ascent, descent = struct.unpack_from(">hh", tables["hhea"], 4)
    return Typeface(
        tables={name: tables[name] for name in KEPT_TABLES},
        glyphs=_glyphs(tables["cmap"]),
        advances=tuple(advances),
        outlines=tuple(
            tables["glyf"][offsets[number] : offsets[number + 1]] for number in range(glyph_count)
        ),
        ascent=ascent,
        descent=descent,
        box=struct.unpack_from(">4h", tables["head"], 36),
    )


def _tables(content: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", content, 4)
    found: dict[str, bytes] = {}
    for number in range(count):
        tag, _sum, start, length = struct.unpack_from(">4sIII", content, 12 + 16 * number)
        found[tag.decode("ascii")] = content[start : start + length]
    return found


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Glyph by code point, from the table's part for Unicode (platform 3, encoding 1, format 4)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    parts = (struct.unpack_from(">HHI", cmap, 4 + 8 * number) for number in range(count))
    start = next(offset for platform, encoding, offset in parts if (platform, encoding) == (3, 1))
    (double_count,) = struct.unpack_from(">H", cmap, start + 6)
    half = double_count // 2
    ends = struct.unpack_from(f">{half}H", cmap, start + 14)
    starts = struct.unpack_from(f">{half}H", cmap, start + 16 + double_count)
    deltas = struct.unpack_from(f">{half}H", cmap, start + 16 + 2 * double_count)
    ranges_at = start + 16 + 3 * double_count
    found: dict[int, int] = {}
    for number, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        (range_offset,) = struct.unpack_from(">H", cmap, ranges_at + 2 * number)
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if range_offset:
                at = ranges_at + 2 * number + range_offset + 2 * (point - first)
                (glyph,) = struct.unpack_from(">H", cmap, at)
            found[point] = (glyph + delta) & 0xFFFF
    return {point: glyph for point, glyph in found.items() if glyph}


def _parts(outline: bytes) -> list[int]:
    """Glyphs that a composite one is put together from."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts: list[int] = []
    at, flags = 10, _HAS_MORE
    while flags & _HAS_MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        parts.append(glyph)
        at += 4 + (4 if flags & _HAS_WORDS else 2)
        at += 2 if flags & _HAS_SCALE else 4 if flags & _HAS_XY_SCALE else 8 if flags & _HAS_TWO_BY_TWO else 0
    return parts


def _file(tables: Mapping[str, bytes]) -> bytes:
    """A TrueType file of these tables."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = struct.pack(">IHHHH", 0x00010000, count, search, power, 16 * count - search)
    body = b""
    for name in sorted(tables):
        padded = tables[name] + bytes(-len(tables[name]) % 4)
        at = 12 + 16 * count + len(body)
        directory += struct.pack(">4sIII", name.encode("ascii"), _sum(padded), at, len(tables[name]))
        body += padded
    whole = bytearray(directory + body)
    head_at = (
        12
        + 16 * count
        + sum(len(tables[name]) + -len(tables[name]) % 4 for name in sorted(tables) if name < "head")
    )
    whole[head_at + 8 : head_at + 12] = ((_CHECKSUM_MAGIC - _sum(bytes(whole))) & 0xFFFFFFFF).to_bytes(
        4, "big"
    )
    return bytes(whole)


def _sum(content: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(content) // 4}I", content)
    return sum(words) & 0xFFFFFFFF
