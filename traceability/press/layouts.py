"""How labels lie on sheets and rolls, and how large the modules of their QR codes are.

Sources: traceability design 4.9 (module at least 0.396 mm, quiet zone of four modules, whole dots of the printer);
Decree 37/2026/NĐ-CP art. 37 (letters of at least 0.9 mm).
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Final

from traceability.errors import InvalidSheetError
from traceability.qr_images import QUIET_MODULES

POINTS_PER_MM: Final = 72 / 25.4
MM_PER_INCH: Final = 25.4

MODULE_MIN_MM: Final = 0.396
"""Source: GS1 General Specifications, symbol specification table for retail; traceability design 4.9."""
MODULE_MAX_MM: Final = 0.68
SMALL_MODULE_MAX_MM: Final = 0.51
"""Larger modules read no better, and leave no room for text on a narrow label."""

A4_MM: Final = (210.0, 297.0)
_GAPS_MM: Final = {5: 2.5}
"""Between columns: sheets of 65 labels have a gap there, the larger ones are cut edge to edge."""

OFFSET_MAX_MM: Final = 15
SCALE_MIN, SCALE_MAX = 0.95, 1.05
"""A printer that is farther off is set to fit the page, which no correction mends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLayout:
    """Labels on one sheet, or the label of a roll. Lengths in millimetres; sizes of letters in points.

    gap_mm: between columns. dots_per_inch: of the printers it is meant for, the first as far as the QR fits; modules
    are whole numbers of their dots.
    """

    name: str
    columns: int = 1
    rows: int = 1
    width_mm: float
    height_mm: float
    left_mm: float = 0
    top_mm: float = 0
    gap_mm: float = 0
    page_width_mm: float
    page_height_mm: float
    inset_mm: float
    qr_max_mm: float
    module_max_mm: float
    name_points: float
    text_points: float
    dots_per_inch: tuple[int, ...]

    @property
    def label_count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """Whether there is one label after the other."""
        return self.label_count == 1

    def corner_mm(self, position: int) -> tuple[float, float]:
        """Left and top of the label at `position` (1 is the first, by rows), from the page's upper left corner."""
        row, column = divmod(position - 1, self.columns)
        return self.left_mm + column * (self.width_mm + self.gap_mm), self.top_mm + row * self.height_mm


@dataclass(frozen=True, slots=True)
class _Room:
    """What a label has room for. Lengths in millimetres, sizes of letters in points."""

    inset_mm: float
    qr_max_mm: float
    name_points: float
    text_points: float
    module_max_mm: float = MODULE_MAX_MM


def _sheet(columns: int, rows: int, label_mm: tuple[float, float], room: _Room) -> LabelLayout:
    """A4. label_mm: width and height."""
    width, height = label_mm
    return LabelLayout(
        name=f"{columns}x{rows}",
        columns=columns,
        rows=rows,
        width_mm=width,
        height_mm=height,
        left_mm=(A4_MM[0] - columns * width - (columns - 1) * _GAPS_MM.get(columns, 0)) / 2,
        top_mm=(A4_MM[1] - rows * height) / 2,
        gap_mm=_GAPS_MM.get(columns, 0),
        page_width_mm=A4_MM[0],
        page_height_mm=A4_MM[1],
        dots_per_inch=(300,),
        **asdict(room),
    )


def _roll(width: float, height: float, room: _Room) -> LabelLayout:
    return LabelLayout(
        name=f"{width}x{height}",
        width_mm=width,
        height_mm=height,
        page_width_mm=width,
        page_height_mm=height,
        dots_per_inch=(203, 300),
        **asdict(room),
    )


_ALL: Final = (
    _sheet(3, 8, (70, 37), _Room(2.5, 28, 8.5, 6.6)),
    _sheet(4, 10, (52.5, 29.7), _Room(2, 24.5, 6.8, 5.6)),
    _sheet(5, 13, (38.1, 21.2), _Room(1, 19.2, 5.6, 5.3, SMALL_MODULE_MAX_MM)),
    _roll(50, 30, _Room(1.5, 28.6, 6.8, 5.6)),
    _roll(40, 30, _Room(1.5, 27, 6.2, 5.3, SMALL_MODULE_MAX_MM)),
    _roll(35, 22, _Room(0.7, 20.6, 5.6, 5.3, SMALL_MODULE_MAX_MM)),
)

LAYOUTS: Final = {layout.name: layout for layout in _ALL}
"""Sheets of A4 by columns and rows; rolls by the size of their labels in millimetres."""


def get_layout(name: str) -> LabelLayout:
    """The layout of that name. Raises InvalidSheetError if there is none."""
    if name not in LAYOUTS:
        raise InvalidSheetError(field="layout", value=name, reason="layout")
    return LAYOUTS[name]


def module_mm(size: int, layout: LabelLayout, *, is_sealed: bool = False) -> float:
    """Side of a module, in a PDF, of a QR of `size` modules. Raises InvalidSheetError if it does not fit."""
    for dots_per_inch in layout.dots_per_inch:
        if dots := _most_dots(size, layout, dots_per_inch):
            return dots * MM_PER_INCH / dots_per_inch
    raise _too_large(size, layout, is_sealed=is_sealed)


def module_dots(size: int, layout: LabelLayout, dots_per_inch: int, *, is_sealed: bool = False) -> int:
    """Side of a module, in dots of one printer. Raises InvalidSheetError if it does not fit."""
    dots = _most_dots(size, layout, dots_per_inch)
    if not dots:
        raise _too_large(size, layout, is_sealed=is_sealed)
    return dots


def _most_dots(size: int, layout: LabelLayout, dots_per_inch: int) -> int:
    """0 if no module of an allowed size fits."""
    dot_mm = MM_PER_INCH / dots_per_inch
    room_mm = min(layout.module_max_mm, layout.qr_max_mm / (size + 2 * QUIET_MODULES))
    dots = int(room_mm / dot_mm)
    return dots if dots * dot_mm >= MODULE_MIN_MM else 0


def _too_large(size: int, layout: LabelLayout, *, is_sealed: bool) -> InvalidSheetError:
    reason = "sealed_too_large" if is_sealed else "qr_too_large"
    return InvalidSheetError(field="layout", value=layout.name, size=size, reason=reason)


def free_positions(layout: LabelLayout, start: int, skip: Collection[int]) -> list[int]:
    """Positions of the first sheet that take labels. Raises InvalidSheetError if one named is none, or none is left."""
    for field, position in (("start", start), *(("skip", position) for position in sorted(skip))):
        if not 1 <= position <= layout.label_count:
            raise InvalidSheetError(field=field, value=position, last=layout.label_count, reason="position")
    free = [position for position in range(start, layout.label_count + 1) if position not in skip]
    if not free:
        raise InvalidSheetError(field="skip", value=len(skip), reason="no_position")
    return free


def refuse_wild_correction(offset_mm: tuple[float, float], scale: tuple[float, float]) -> None:
    """Raises InvalidSheetError if a printer that is so far off is not to be corrected."""
    if not all(isfinite(value) and abs(value) <= OFFSET_MAX_MM for value in offset_mm):
        raise InvalidSheetError(field="offset_mm", value=offset_mm, limit=OFFSET_MAX_MM, reason="offset")
    if not all(isfinite(value) and SCALE_MIN <= value <= SCALE_MAX for value in scale):
        raise InvalidSheetError(field="scale", value=scale, reason="scale")
