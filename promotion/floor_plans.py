"""Floor plans: booths as rectangles of cells on a grid, a file of booths, and the drawing. Pure values.

Columns and rows are counted from 1, at the top left, as people count them on paper.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.text import fold

CELL: Final = 40
"""Side of a cell in the drawing's own units."""
GAP: Final = 3
CODE_MAX: Final = 8
SIDE_MAX: Final = 40
FILE_ROWS_MAX: Final = 1_600
"""A grid of 40 by 40 has no room for more."""

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_NUMBER: Final = re.compile(r"[0-9]{1,4}")
_HEADINGS: Final[Mapping[str, str]] = {
    "code": "code",
    "ma": "code",
    "ma gian hang": "code",
    "column": "left",
    "cot": "left",
    "row": "top",
    "hang": "top",
    "width": "width",
    "rong": "width",
    "height": "height",
    "cao": "height",
    "dai": "height",
}
NEEDED: Final = ("code", "left", "top")


@dataclass(frozen=True, slots=True)
class Spot:
    """A booth on the grid. left, top: its first column and row, from 1; width, height: in cells."""

    code: str
    left: int
    top: int
    width: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class SpotFault:
    """Why a spot cannot be: `reason` code, size, outside, code_taken or overlap; other: the booth it meets."""

    reason: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file of booths. spot: None if its numbers cannot be read. fault: None if it can be laid."""

    line: int
    code: str
    spot: Spot | None
    fault: SpotFault | None


@dataclass(frozen=True, slots=True)
class Shape:
    """A booth as drawn: a rectangle, and the middle and size of its label."""

    code: str
    x: int
    y: int
    width: int
    height: int
    middle_x: float
    middle_y: float
    letters: float


def normal_code(typed: str) -> str:
    """A booth's code as it is kept: capitals, no spaces («a 12» is «A12»); «» for what can be none."""
    code = fold(typed).upper().replace(" ", "")
    return code if len(code) <= CODE_MAX and _CODE.fullmatch(code) else ""


def overlap(one: Spot, other: Spot) -> bool:
    """Whether two spots share a cell."""
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def fault_of(spot: Spot, columns: int, rows: int, others: Iterable[Spot]) -> SpotFault | None:
    """Why `spot` cannot lie on a grid of `columns` by `rows` beside `others`; None if it can."""
    if not spot.code or normal_code(spot.code) != spot.code:
        return SpotFault("code")
    if not (1 <= spot.width <= SIDE_MAX and 1 <= spot.height <= SIDE_MAX):
        return SpotFault("size")
    if spot.left < 1 or spot.top < 1:
        return SpotFault("outside")
    if spot.left + spot.width - 1 > columns or spot.top + spot.height - 1 > rows:
        return SpotFault("outside")
    for other in others:
        if other.code == spot.code:
            return SpotFault("code_taken", other.code)
        if overlap(spot, other):
            return SpotFault("overlap", other.code)
    return None


def fits(spots: Iterable[Spot], columns: int, rows: int) -> bool:
    """Whether all `spots` lie within a grid of `columns` by `rows`."""
    return all(spot.left + spot.width - 1 <= columns and spot.top + spot.height - 1 <= rows for spot in spots)


def free_cell(spots: Sequence[Spot], columns: int, rows: int) -> tuple[int, int] | None:
    """Column and row of the first cell that no booth has, row by row; None if the plan is full."""
    for top in range(1, rows + 1):
        for left in range(1, columns + 1):
            cell = Spot("", left, top)
            if not any(overlap(cell, spot) for spot in spots):
                return left, top
    return None


def next_code(codes: Iterable[str]) -> str:
    """A code to offer for one more booth: after «A12» and «A13» it is «A14»; «A1» for the first."""
    numbered = [found for code in codes if (found := re.fullmatch(r"([A-Z0-9-]*?)([0-9]{1,4})", code))]
    if not numbered:
        return "A1"
    last = max(numbered, key=lambda found: (found[1], int(found[2])))
    offered = f"{last[1]}{int(last[2]) + 1}"
    return normal_code(offered)


def columns_of(header: Sequence[str]) -> dict[str, int] | None:
    """Where each column of a file of booths stands, None if one that is needed is missing or one stands twice."""
    found: dict[str, int] = {}
    for position, heading in enumerate(header):
        name = _HEADINGS.get(fold(heading))
        if name is None:
            continue
        if name in found:
            return None
        found[name] = position
    return found if all(name in found for name in NEEDED) else None


def read_rows(
    lines: Iterable[tuple[int, Sequence[str]]],
    where: Mapping[str, int],
    grid: tuple[int, int],
    others: Sequence[Spot],
) -> list[FileRow]:
    """Each row of a file judged beside the booths there (`others`) and the good rows above it.

    lines: number and cells. where: as `columns_of` answers. grid: columns and rows. A missing width or height is 1.
    """
    laid = list(others)
    read: list[FileRow] = []
    for line, cells in lines:
        spot = _spot(cells, where)
        fault = SpotFault("number") if spot is None else fault_of(spot, *grid, laid)
        read.append(FileRow(line, _cell(cells, where, "code")[:40], spot, fault))
        if spot is not None and fault is None:
            laid.append(spot)
    return read


def shapes(spots: Iterable[Spot]) -> list[Shape]:
    """`spots` as they are drawn, each label as large as its booth lets it be."""
    return [_shape(spot) for spot in spots]


def _shape(spot: Spot) -> Shape:
    width, height = spot.width * CELL - 2 * GAP, spot.height * CELL - 2 * GAP
    x, y = (spot.left - 1) * CELL + GAP, (spot.top - 1) * CELL + GAP
    letters = min(20.0, width / (0.66 * max(len(spot.code), 1)), height * 0.6)
    return Shape(
        spot.code,
        x,
        y,
        width,
        height,
        x + width / 2,
        round(y + height / 2 + letters * 0.36, 1),
        round(letters, 1),
    )


def _spot(cells: Sequence[str], where: Mapping[str, int]) -> Spot | None:
    numbers = {}
    for name in ("left", "top", "width", "height"):
        text = _cell(cells, where, name).strip()
        if not text and name in {"width", "height"}:
            text = "1"
        if not _NUMBER.fullmatch(text):
            return None
        numbers[name] = int(text)
    return Spot(normal_code(_cell(cells, where, "code")), **numbers)


def _cell(cells: Sequence[str], where: Mapping[str, int], name: str) -> str:
    position = where.get(name)
    return cells[position] if position is not None and position < len(cells) else ""
