"""Labels as dots of a printer: text and QR codes drawn where they are printed, one bit for each dot.

A printer's own QR command chooses segments, mask and version by itself, so that paper would not hold what was
checked here. Text is drawn too: printers lack the letters of Vietnamese.
Source: traceability design 4.9 (modules in whole dots, own bitmaps).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from traceability.errors import InvalidSheetError
from traceability.press.layouts import MM_PER_INCH, LabelLayout, get_layout, module_dots
from traceability.press.typeface import LEADING, PLAIN_FILE, STRONG_FILE
from traceability.press.wording import Line, code_lines, face_of, line_width
from traceability.printed import LabelFacts
from traceability.qr_images import is_sealed, qr_tables
from traceability.qr_tables import row_bytes

if TYPE_CHECKING:
    from PIL import Image, ImageFont

DOTS_PER_INCH: Final = (203, 300, 600)
"""What printers of rolls have."""

BATCH: Final = 256
_POINTS_PER_INCH: Final = 72


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Dots at a place on the label. left, top: in dots from its upper left corner; a one is a dark dot.

    Rows are filled up to whole bytes with light dots.
    """

    left: int
    top: int
    row_bytes: int
    rows: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LabelBitmaps:
    """One label. width, height: in dots."""

    width: int
    height: int
    parts: tuple[Bitmap, ...]


def label_bitmaps(
    facts: LabelFacts, labels: Iterable[tuple[str, str]], *, layout: str, dots_per_inch: int
) -> Iterator[LabelBitmaps]:
    """The labels of a run, one after the other; what cannot be printed is refused at once.

    labels: code (13 characters) and address of each. All addresses have the same host and length.
    Raises InvalidSheetError if it is no layout of rolls, no printer has such dots, there is no label, or the QR does
    not fit on it in whole dots.
    """
    shape = get_layout(layout)
    if not shape.is_roll:
        raise InvalidSheetError(field="layout", value=layout, reason="layout")
    if dots_per_inch not in DOTS_PER_INCH:
        raise InvalidSheetError(field="dots_per_inch", value=dots_per_inch, reason="dots_per_inch")
    remaining = iter(labels)
    first = next(remaining, None)
    if first is None:
        raise InvalidSheetError(field="labels", value=0, reason="no_stamps")
    return _Drawer(facts, shape, dots_per_inch, first[1]).drawn(chain((first,), remaining))


class _Drawer:
    """Draws the labels of one run. url: of any of them."""

    def __init__(self, facts: LabelFacts, layout: LabelLayout, dots_per_inch: int, url: str) -> None:
        self._layout = layout
        self._dots_per_inch = dots_per_inch
        self._tables = qr_tables(url)
        self._dots = module_dots(self._tables.size, layout, dots_per_inch, is_sealed=is_sealed(url))
        module_mm = self._dots * MM_PER_INCH / dots_per_inch
        self._face = face_of(facts, layout, self._tables.size, module_mm)
        self._width, self._height = (
            int(side / MM_PER_INCH * dots_per_inch) for side in (layout.width_mm, layout.height_mm)
        )
        self._widened = _widened(self._dots)

    def drawn(self, labels: Iterator[tuple[str, str]]) -> Iterator[LabelBitmaps]:
        shared = self._text(self._placed(self._face.lines))
        while batch := list(islice(labels, BATCH)):
            matrices = self._tables.matrices([url for _code, url in batch])
            for (code, _url), matrix in zip(batch, matrices, strict=True):
                parts = (shared, self._qr(matrix), self._text(self._code(code)))
                yield LabelBitmaps(self._width, self._height, parts)

    def _qr(self, matrix: bytes) -> Bitmap:
        size, length = self._tables.size, row_bytes(self._tables.size)
        width = row_bytes(size * self._dots)
        rows: list[bytes] = []
        for start in range(0, len(matrix), length):
            row = b"".join(self._widened[byte] for byte in matrix[start : start + length])[:width]
            rows += [row] * self._dots
        left = -(-self._in_dots(self._face.qr_left) // 1)
        return Bitmap(int(left), (self._height - size * self._dots) // 2, width, tuple(rows))

    def _placed(self, lines: Iterable[Line]) -> list[tuple[Line, float]]:
        """Each line with its base, from the top of the label, in dots."""
        base = self._in_dots(self._layout.inset_mm / MM_PER_INCH * _POINTS_PER_INCH)
        placed: list[tuple[Line, float]] = []
        for line in lines:
            base += self._in_dots(line.points * LEADING)
            placed.append((line, base))
        return placed

    def _code(self, code: str) -> list[tuple[Line, float]]:
        lines = code_lines(code, self._layout, self._face)
        foot = self._height - self._in_dots(self._face.foot)
        step = self._in_dots(lines[0].points * LEADING)
        return [
            (line, foot - step * above)
            for above, line in zip(range(len(lines) - 1, -1, -1), lines, strict=True)
        ]

    def _text(self, placed: list[tuple[Line, float]]) -> Bitmap:
        """Lines of text as a bitmap that is no higher than they are."""
        from PIL import Image, ImageDraw

        left = round(self._in_dots(self._face.text_left))
        top = max(0, int(min(base - self._in_dots(line.points * LEADING) for line, base in placed)))
        bottom = min(
            self._height, int(max(base + self._in_dots(line.points) / 3 for line, base in placed)) + 1
        )
        picture = Image.new("1", (self._width - left, bottom - top), 0)
        draw = ImageDraw.Draw(picture)
        draw.fontmode = "1"  # dots are dark or not
        for line, base in placed:
            font = _font(self._in_dots(line.points), is_strong=line.is_strong)
            # Letter by letter: the widths of letters in whole dots would add up to a longer line.
            for place, letter in enumerate(line.text):
                left_of = self._in_dots(line_width(line.text[:place], line.points, is_strong=line.is_strong))
                draw.text((round(left_of), round(base) - top), letter, fill=1, font=font, anchor="ls")
        return _bitmap(picture, left, top)

    def _in_dots(self, points: float) -> float:
        return points / _POINTS_PER_INCH * self._dots_per_inch


def _bitmap(picture: "Image.Image", left: int, top: int) -> Bitmap:
    length = row_bytes(picture.width)
    content = picture.tobytes()
    rows = tuple(content[start : start + length] for start in range(0, len(content), length))
    return Bitmap(left, top, length, rows)


@lru_cache(maxsize=8)
def _widened(dots: int) -> tuple[bytes, ...]:
    """For each byte of modules, the same with every module `dots` wide."""
    bits = (f"{byte:08b}" for byte in range(256))
    return tuple(int("".join(bit * dots for bit in row), 2).to_bytes(dots, "big") for row in bits)


@lru_cache(maxsize=64)
def _font(size: float, *, is_strong: bool) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(
        str(STRONG_FILE if is_strong else PLAIN_FILE), size, layout_engine=ImageFont.Layout.BASIC
    )
