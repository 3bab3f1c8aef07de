"""Provinces as tiles of one size, roughly where they lie: no outline, no scale, nothing that could be measured. Pure.

Every map of Việt Nam shows Hoàng Sa and Trường Sa; here they are tiles of their own, labelled, beside Đà Nẵng and Khánh
Hòa to which they belong. The 34 provinces are those of Resolution 202/2025/QH15, by their short names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TILES: Final = {
    "Lai Châu": (1, 0), "Lào Cai": (2, 0), "Tuyên Quang": (3, 0), "Cao Bằng": (4, 0),
    "Điện Biên": (0, 1), "Sơn La": (1, 1), "Phú Thọ": (2, 1), "Thái Nguyên": (3, 1), "Lạng Sơn": (4, 1),
    "Hà Nội": (2, 2), "Bắc Ninh": (3, 2), "Hải Phòng": (4, 2), "Quảng Ninh": (5, 2),
    "Ninh Bình": (2, 3), "Hưng Yên": (3, 3), "Thanh Hóa": (2, 4), "Nghệ An": (2, 5),
    "Hà Tĩnh": (3, 6), "Quảng Trị": (3, 7), "Huế": (4, 8), "Đà Nẵng": (5, 9), "Quảng Ngãi": (5, 10),
    "Gia Lai": (5, 11), "Đắk Lắk": (5, 12), "Lâm Đồng": (4, 13), "Khánh Hòa": (5, 13),
    "Tây Ninh": (2, 14), "Hồ Chí Minh": (3, 14), "Đồng Nai": (4, 14),
    "An Giang": (1, 15), "Đồng Tháp": (2, 15), "Vĩnh Long": (3, 15), "Cà Mau": (1, 16), "Cần Thơ": (2, 16),
}  # fmt: skip
"""Column and row of each province."""
ISLANDS: Final = {"Hoàng Sa": (7, 9), "Trường Sa": (7, 14)}
"""Beside Đà Nẵng and Khánh Hòa."""

STEP: Final = 22
SIDE: Final = 20
ISLAND_SIDE: Final = 18
MARK_SIDE: Final = 22
WIDTH: Final = 208
HEIGHT: Final = 374


@dataclass(frozen=True, slots=True)
class Label:
    """A word or number on the map. x, y: of its baseline, in units of the drawing."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """What is drawn. land, sea, marked: paths of squares. names: of the marked provinces in order, for the list."""

    land: str
    sea: str
    marked: str
    numbers: tuple[Label, ...]
    islands: tuple[Label, ...]
    names: tuple[str, ...]


def tile_map(stops: Iterable[str | None]) -> TileMap:
    """The map with the provinces of `stops` marked 1, 2, … in their order, each once. Other names are left out."""
    names = tuple(dict.fromkeys(name for name in stops if name in TILES))
    places = [TILES[name] for name in names]
    return TileMap(
        land=_squares((column * STEP, row * STEP, SIDE) for column, row in TILES.values()),
        sea=_squares((column * STEP + 11, row * STEP + 1, ISLAND_SIDE) for column, row in ISLANDS.values()),
        marked=_squares((column * STEP - 1, row * STEP - 1, MARK_SIDE) for column, row in places),
        numbers=tuple(
            Label(column * STEP + 10, row * STEP + 14, str(number))
            for number, (column, row) in enumerate(places, 1)
        ),
        islands=tuple(
            Label((column - 1) * STEP + 18, (row + 1) * STEP + 11, name)
            for name, (column, row) in ISLANDS.items()
        ),
        names=names,
    )


def _squares(corners: Iterable[tuple[int, int, int]]) -> str:
    return "".join(f"M{x} {y}h{side}v{side}h-{side}z" for x, y, side in corners)
