"""Tiles: the hashes and the entries of a log as a finite set of files that never change. Pure.

A tile of level L holds 256 hashes, each of a complete subtree of 256^L entries; the last one of a level may have fewer.
Source: C2SP tlog-tiles (c2sp.org/tlog-tiles).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
ENTRIES: Final = "entries"
"""Stands in the path of a bundle of entries where a tile of hashes has its level."""
LEVEL_MAX: Final = 63
NUMBER_MAX: Final = (1 << 62) // WIDTH
"""No log gets there; larger numbers in addresses are refused before the database sees them."""

_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class NoTileError(ValueError):
    """Not the path of a tile."""


class Tile(NamedTuple):
    """width hashes from number * 256 on, of complete subtrees of 256^level entries."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """«0/x001/234» or, narrower than 256, «0/x001/234.p/7»."""
        return f"{self.level}/{number_path(self.number)}{_suffix(self.width)}"


class Bundle(NamedTuple):
    """width entries from number * 256 on."""

    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """«entries/x001/234» or, narrower than 256, «entries/x001/234.p/7»."""
        return f"{ENTRIES}/{number_path(self.number)}{_suffix(self.width)}"


def number_path(number: int) -> str:
    """1234067 as «x001/x234/067»."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle at `path`, what follows `/tile/`. Each has one path only. Raises NoTileError."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise NoTileError(path)
    number = int(found[2].replace("/", "").replace("x", ""))
    width = int(found[3] or WIDTH)
    level = 0 if found[1] == ENTRIES else int(found[1])
    if number_path(number) != found[2] or number > NUMBER_MAX or level > LEVEL_MAX:
        raise NoTileError(path)
    if found[3] and width >= WIDTH:
        raise NoTileError(path)
    return Bundle(number, width) if found[1] == ENTRIES else Tile(level, number, width)


def tiles_of(size: int, height: int = HEIGHT) -> Iterator[Tile]:
    """Every tile of a tree of `size` entries, level after level, from left to right; only the last may be narrower."""
    return new_tiles(0, size, height)


def new_tiles(old_size: int, size: int, height: int = HEIGHT) -> Iterator[Tile]:
    """The tiles that a tree of `size` entries has and one of `old_size` has not."""
    level = 0
    while size >> (height * level):
        before, count = old_size >> (height * level), size >> (height * level)
        if before != count:
            full = count >> height
            for number in range(before >> height, full):
                yield Tile(level, number, 1 << height)
            if count > full << height:
                yield Tile(level, full, count - (full << height))
        level += 1


def bundles_of(size: int, start: int = 0) -> Iterator[Bundle]:
    """The bundles that hold the entries of a log of `size` entries from number `start` on."""
    for number in range(start // WIDTH, -(-size // WIDTH)):
        yield Bundle(number, min(WIDTH, size - number * WIDTH))


def bundled(entries: Iterable[bytes]) -> bytes:
    """Entries side by side, before each its length in two bytes. Raises OverflowError for one of 64 KiB or more."""
    return b"".join(len(each).to_bytes(_LENGTH_BYTES) + each for each in entries)


def unbundled(bundle: bytes) -> Sequence[bytes]:
    """The entries of a bundle. Raises ValueError if it breaks off."""
    entries, place = [], 0
    while place < len(bundle):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(bundle[start - _LENGTH_BYTES : start])
        if place > len(bundle) or start > len(bundle):
            raise ValueError("the bundle breaks off")
        entries.append(bundle[start:place])
    return entries


def _suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"
