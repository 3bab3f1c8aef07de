"""Setting lines of Vietnamese: which characters the typeface has, where lines end, how large they can be."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from core.config import ROOT

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

REGULAR, BOLD = "ChoSans-Regular.ttf", "ChoSans-SemiBold.ttf"
LEADING: Final = 1.3
"""Line height that cuts no mark: Source Sans 3 needs 1.24 («ẪẰỄỖỮỴẶ» under «ợ»)."""
_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"


@lru_cache(maxsize=64)
def font_of(name: str, pixels: int) -> "FreeTypeFont":
    """The typeface in a size."""
    from PIL import ImageFont

    return ImageFont.truetype(str(_FOLDER / name), pixels, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str, name: str = REGULAR) -> str:
    """`text` without the characters that the typeface does not have: no boxes stand for them."""
    known = _characters(name)
    kept = "".join(letter if letter == " " or ord(letter) in known else " " for letter in text)
    return " ".join(kept.split())


def set_lines(text: str, name: str, pixels: int, width: int, lines_max: int) -> list[str]:
    """`text` in at most `lines_max` lines of `width` pixels; what does not fit ends in «…»."""
    font = font_of(name, pixels)
    lines: list[str] = []
    for word in drawable(text, name).split():
        for piece in _pieces(word, font, width):
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    if len(lines) <= lines_max:
        return lines
    last = lines[lines_max - 1]
    while last and font.getlength(last + "…") > width:
        last = last[:-1].rstrip()
    return [*lines[: lines_max - 1], last.rstrip(" ,.;:-–") + "…"]


def fitting_lines(
    text: str, name: str, sizes: Sequence[int], width: int, height: int
) -> tuple[list[str], int]:
    """The lines in the largest of `sizes` in which nothing is cut, else cut in the smallest; and that size.

    width, height: the room in pixels; at least one line is set.
    """
    lines, pixels = [""], sizes[-1]
    for pixels in sizes:
        lines_max = max(1, int(height // round(pixels * LEADING)))
        lines = set_lines(text, name, pixels, width, lines_max)
        if not (lines and lines[-1].endswith("…")):
            return lines, pixels
    return lines, pixels


def _pieces(word: str, font: "FreeTypeFont", width: int) -> list[str]:
    """A word that is wider than a line, in pieces that are not."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@lru_cache(maxsize=2)
def _characters(name: str) -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFontFile

    return frozenset(TTFontFile(str(_FOLDER / name)).charToGlyph)
