"""Sheets of labels as PDF: A4, exact to the millimetre, QR in whole printer dots, text in Vietnamese. The one door to
`reportlab`.

Sources: traceability design 4.9 (module at least 0.396 mm, quiet zone of four modules, a module snapped to whole dots
of 300 dpi); Decree 37/2026/NĐ-CP art. 37 (letters of at least 0.9 mm) and 28(4) (a code that is no GS1 code says so).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from core.config import ROOT
from core.i18n import format_date, gettext, speaking
from traceability.errors import InvalidSheetError
from traceability.printed import LabelFacts
from traceability.qr_images import QUIET_MODULES, QrMatrix, qr_matrix
from traceability.stamp_codes import grouped

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

POINTS_PER_MM: Final = 72 / 25.4
DOT_MM: Final = 25.4 / 300
"""A dot of a 300 dpi printer, and two of a 600 dpi one: modules are whole numbers of it."""

MODULE_DOTS: Final = range(5, 9)
"""0.423 to 0.677 mm; four dots (0.339) would be below the 0.396 mm that scanners ask for."""

FONT_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"
PLAIN, BOLD = "ChoSans", "ChoSans-SemiBold"
FONT_FILES: Final = {PLAIN: "ChoSans-Regular.ttf", BOLD: "ChoSans-SemiBold.ttf"}
STATIC_FORM: Final = "label"
A4_HEIGHT_MM: Final = 297

LEADING: Final = 1.24
"""Below that, capitals with two marks lose one; measured on this typeface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """How labels lie on A4. Lengths in millimetres; sizes of letters in points."""

    columns: int
    rows: int
    width_mm: float
    height_mm: float
    top_mm: float
    qr_max_mm: float
    inset_mm: float
    name_points: float
    text_points: float

    @property
    def label_count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows


LAYOUTS: Final = {
    "3x8": SheetLayout(
        columns=3,
        rows=8,
        width_mm=70,
        height_mm=37,
        top_mm=0.5,
        qr_max_mm=28,
        inset_mm=2.5,
        name_points=8.5,
        text_points=6.6,
    ),
    "4x10": SheetLayout(
        columns=4,
        rows=10,
        width_mm=52.5,
        height_mm=29.7,
        top_mm=0,
        qr_max_mm=24.5,
        inset_mm=2,
        name_points=6.8,
        text_points=5.6,
    ),
}


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    font: str
    points: float


def write_sheets(
    file: IO[bytes],
    facts: LabelFacts,
    labels: Iterable[tuple[str, str]],
    *,
    layout: SheetLayout,
    start: int = 1,
) -> int:
    """Write labels to `file`, row by row, beginning at position `start` of the first sheet; answers how many sheets.

    labels: code (13 characters) and address of each. All addresses have the same length.
    Raises InvalidSheetError if there is no such position, or the QR of so long an address does not fit on a label.
    """
    if not 1 <= start <= layout.label_count:
        raise InvalidSheetError(field="start", value=start, last=layout.label_count, reason="position")
    canvas = _new_canvas(file, facts)
    positions = range(start - 1, layout.label_count)
    sheet_count = 0
    remaining = iter(labels)
    while sheet := list(islice(remaining, len(positions))):
        for position, (code, url) in zip(positions, sheet, strict=False):
            matrix = qr_matrix(url)
            if not canvas.hasForm(STATIC_FORM):
                _define_static_part(canvas, facts, layout, matrix.size)
            _draw_label(canvas, layout, position, matrix, code)
        canvas.showPage()
        sheet_count += 1
        positions = range(layout.label_count)
    if not sheet_count:
        raise InvalidSheetError(field="labels", value=0, reason="no_stamps")
    canvas.save()
    return sheet_count


def module_mm(size: int, layout: SheetLayout) -> float:
    """Side of a module of a QR of `size` modules on labels of `layout`. Raises InvalidSheetError if it does not fit."""
    whole = size + 2 * QUIET_MODULES
    fitting = [dots for dots in MODULE_DOTS if dots * DOT_MM * whole <= layout.qr_max_mm]
    if not fitting:
        raise InvalidSheetError(field="layout", value=size, reason="qr_too_large")
    return fitting[-1] * DOT_MM


def _new_canvas(file: IO[bytes], facts: LabelFacts) -> "Canvas":
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    registered = pdfmetrics.getRegisteredFontNames()
    for name, font_file in FONT_FILES.items():
        if name not in registered:
            pdfmetrics.registerFont(TTFont(name, str(FONT_FOLDER / font_file)))
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(f"{facts.product_name} · {facts.lot_code}")
    canvas.setAuthor(facts.host)
    return canvas


def _define_static_part(canvas: "Canvas", facts: LabelFacts, layout: SheetLayout, size: int) -> None:
    """What all labels share is written once and referred to: lines from the top, beside the QR."""
    left, width = _text_space(layout, size)
    canvas.beginForm(STATIC_FORM)
    top = (layout.height_mm - layout.inset_mm) * POINTS_PER_MM
    for line in _lines(facts, layout, width):
        top -= line.points * LEADING
        canvas.setFont(line.font, line.points)
        canvas.drawString(left, top, line.text)
    canvas.endForm()


def _draw_label(canvas: "Canvas", layout: SheetLayout, position: int, matrix: QrMatrix, code: str) -> None:
    row, column = divmod(position, layout.columns)
    module = module_mm(matrix.size, layout) * POINTS_PER_MM
    side = module * matrix.size
    canvas.saveState()
    canvas.translate(
        column * layout.width_mm * POINTS_PER_MM,
        (A4_HEIGHT_MM - layout.top_mm - (row + 1) * layout.height_mm) * POINTS_PER_MM,
    )
    canvas.doForm(STATIC_FORM)
    left, width = _text_space(layout, matrix.size)
    shown = grouped(code)
    canvas.setFont(BOLD, _fitting_points(shown, layout.text_points + 1.4, width))
    canvas.drawString(left, layout.inset_mm * POINTS_PER_MM, shown)
    qr_x, qr_y = _qr_left(layout, module), (layout.height_mm * POINTS_PER_MM - side) / 2
    # An image mask whose ones are painted; in hexadecimal, because a page's operators are text.
    canvas.addLiteral(
        f"{side:.4f} 0 0 {side:.4f} {qr_x:.4f} {qr_y:.4f} cm "
        f"BI /W {matrix.size} /H {matrix.size} /IM true /BPC 1 /D [1 0] /F /AHx ID {_hexadecimal(matrix)}> EI"
    )
    canvas.restoreState()


def _qr_left(layout: SheetLayout, module: float) -> float:
    return max(layout.inset_mm * POINTS_PER_MM, QUIET_MODULES * module)


def _text_space(layout: SheetLayout, size: int) -> tuple[float, float]:
    """Where text begins, right of the quiet zone, and how wide it may be; in points."""
    module = module_mm(size, layout) * POINTS_PER_MM
    left = _qr_left(layout, module) + (size + QUIET_MODULES) * module
    return left, (layout.width_mm - layout.inset_mm) * POINTS_PER_MM - left


def _lines(facts: LabelFacts, layout: SheetLayout, width: float) -> list[_Line]:
    """Lines from the top; the name has as many as are left over, three at most and one at least."""
    with speaking("vi"):
        told = [
            gettext("Lot code: %(code)s", code=facts.lot_code)
            if facts.is_lot_code
            else gettext("Lot: %(code)s", code=facts.lot_code),
            gettext("Made: %(day)s", day=format_date(facts.produced_on)) if facts.produced_on else "",
            gettext("Best before: %(day)s", day=format_date(facts.expires_on)) if facts.expires_on else "",
            f"GTIN (01) {facts.gtin}" if facts.gtin else gettext("Internal trace code, not a GS1 code"),
            gettext("Demonstration data") if facts.is_demonstration else "",
            facts.host,
        ]
    points = layout.text_points
    lines = [
        _Line(piece, PLAIN, _fitting_points(piece, points, width))
        for text in told
        if text
        for piece in _wrapped(text, PLAIN, points, (width, 2))
    ]
    code_height = (points + 1.4) * LEADING
    room = (layout.height_mm - 2 * layout.inset_mm) * POINTS_PER_MM - code_height
    left_over = room - sum(line.points * LEADING for line in lines)
    name_count = max(1, min(3, int(left_over // (layout.name_points * LEADING))))
    name = _wrapped(facts.product_name, BOLD, layout.name_points, (width, name_count))
    return [_Line(piece, BOLD, layout.name_points) for piece in name] + lines


def _wrapped(text: str, font: str, points: float, space: tuple[float, int]) -> list[str]:
    """`text` in at most so many lines of so many points (`space`: width, count); what does not fit ends in «…»."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    width, count = space
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, font, points) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:count]
    if len(lines) > count:
        kept[-1] += " …"
    while stringWidth(kept[-1], font, points) > width and len(kept[-1]) > 1:
        kept[-1] = kept[-1].removesuffix("…").rstrip()[:-1].rstrip() + "…"
    return kept


def _fitting_points(text: str, points: float, width: float) -> float:
    """`points`, or as much less as `text` needs to be no wider than `width`."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return min(points, points * width / stringWidth(text, BOLD, points))


def _hexadecimal(matrix: QrMatrix) -> str:
    """Rows from the top, each filled up to whole bytes."""
    digits = -(-matrix.size // 8) * 2
    filler = digits * 4 - matrix.size
    return "".join(f"{row << filler:0{digits}X}" for row in matrix.rows)
