"""Writing on a page of millimetres in the house's typeface: lines, boxes, a QR. What is too long is cut with «…»."""

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from core.config import ROOT
from core.qr import LEVEL_M, matrix_of

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM: Final = 72 / 25.4
PLAIN, BOLD = "ChoSans", "ChoSans-SemiBold"
_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"
_FILES: Final = {PLAIN: "ChoSans-Regular.ttf", BOLD: "ChoSans-SemiBold.ttf"}
LEADING: Final = 1.26
"""Below that, capitals with two marks touch the line above."""


@dataclass(slots=True)
class Sheet:
    """A page that is written from the top. Lengths in millimetres, sizes of letters in points; y grows downwards."""

    canvas: "Canvas"
    width_mm: float
    height_mm: float
    margin_mm: float
    y: float = 0.0

    @property
    def right_mm(self) -> float:
        return self.width_mm - self.margin_mm

    @property
    def room_mm(self) -> float:
        """What is left of the page below the last line."""
        return self.height_mm - self.margin_mm - self.y

    def begin_page(self, *, is_first: bool) -> None:
        """Start a new page."""
        if not is_first:
            self.canvas.showPage()
        self.y = self.margin_mm

    def line(
        self,
        text: str,
        points: float,
        *,
        font: str = PLAIN,
        left_mm: float | None = None,
        width_mm: float | None = None,
        lines_max: int = 1,
    ) -> None:
        """Write `text` below what was written last, in at most `lines_max` lines; nothing beyond the page's end."""
        left = self.margin_mm if left_mm is None else left_mm
        width = self.right_mm - left if width_mm is None else width_mm
        for piece in wrapped(text, font, points, width * MM, lines_max):
            if points * LEADING / MM > self.room_mm:
                return
            self.y += points * LEADING / MM
            self.canvas.setFont(font, points)
            self.canvas.drawString(left * MM, (self.height_mm - self.y) * MM, piece)

    def rule(self, gap_mm: float = 1.6) -> None:
        """A thin line across, with room above and below."""
        self.y += gap_mm
        self.canvas.setLineWidth(0.5)
        at = (self.height_mm - self.y) * MM
        self.canvas.line(self.margin_mm * MM, at, self.right_mm * MM, at)
        self.y += gap_mm * 0.4

    def box(self, text: str, points: float, at: tuple[float, float, float, float], *, filled: bool) -> None:
        """A frame with `text` in its middle. at: left, top, width, height. filled: white letters on black."""
        left, top, width, height = at
        bottom = (self.height_mm - top - height) * MM
        self.canvas.setLineWidth(1.2)
        self.canvas.rect(left * MM, bottom, width * MM, height * MM, stroke=1, fill=1 if filled else 0)
        points = fitting(text, BOLD, points, (width - 2) * MM)
        self.canvas.setFont(BOLD, points)
        self.canvas.setFillGray(1 if filled else 0)
        self.canvas.drawCentredString(
            (left + width / 2) * MM, bottom + (height * MM - points * 0.72) / 2, text
        )
        self.canvas.setFillGray(0)

    def qr(self, text: str, left_mm: float, top_mm: float, side_mm: float) -> None:
        """A QR of capitals and digits with its side, quiet zone not counted: leave four modules around it."""
        matrix = matrix_of((text,), LEVEL_M)
        module = side_mm / matrix.size * MM
        self.canvas.setFillGray(0)
        top = (self.height_mm - top_mm) * MM
        for row in range(matrix.size):
            for column in range(matrix.size):
                if matrix.is_dark(row, column):
                    self.canvas.rect(
                        left_mm * MM + column * module,
                        top - (row + 1) * module,
                        module * 1.02,  # no hair between neighbours
                        module * 1.02,
                        stroke=0,
                        fill=1,
                    )


def new_sheet(file: IO[bytes], title: str, size_mm: tuple[float, float], margin_mm: float) -> Sheet:
    """A paper of pages of `size_mm`, written to `file` when its canvas is saved."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    registered = pdfmetrics.getRegisteredFontNames()
    for name, font_file in _FILES.items():
        if name not in registered:
            pdfmetrics.registerFont(TTFont(name, str(_FOLDER / font_file)))
    width, height = size_mm
    canvas = Canvas(file, pagesize=(width * MM, height * MM), pageCompression=1)
    canvas.setTitle(title)
    return Sheet(canvas, width, height, margin_mm)


def wrapped(text: str, font: str, points: float, width: float, lines_max: int) -> list[str]:
    """`text` in at most `lines_max` lines of `width` points; what does not fit ends in «…»."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, font, points) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:lines_max]
    if len(lines) > lines_max:
        kept[-1] += " …"
    for number, line in enumerate(kept):
        shorter = line
        while stringWidth(shorter, font, points) > width and len(shorter) > 1:
            shorter = shorter.removesuffix("…").rstrip()[:-1].rstrip() + "…"
        kept[number] = shorter
    return kept


def fitting(text: str, font: str, points: float, width: float) -> float:
    """`points`, or as much less as `text` needs to be no wider than `width` points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    needed = stringWidth(text, font, points)
    return min(points, points * width / needed) if needed else points


def national_form(phone: str) -> str:
    """A number as people in Vietnam read it: «0912 345 678»; one of another country as it is."""
    if not phone.startswith("+84"):
        return phone
    digits = "0" + phone.removeprefix("+84")
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}".strip()
