"""Demonstration documents: PDFs that say on their face that they are none.

The same content gives the same bytes, so that a build which is repeated keeps each file once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Final

from core.config import ROOT

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

FONTS: Final = {"Cho": "ChoSans-Regular.ttf", "Cho-SemiBold": "ChoSans-SemiBold.ttf"}
FONT_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"

MARGIN_PT: Final = 48.0
LABEL_WIDTH_PT: Final = 150.0
LINE_PT: Final = 17.0

WARNING: Final = "TÀI LIỆU TRÌNH DIỄN — không phải %s thật"
WARNING_EN: Final = "DEMONSTRATION DOCUMENT — not a real %s"
CLOSING: Final = (
    "Nhà sản xuất, sản phẩm, hội đồng và con số trong tài liệu này đều được đặt ra để trình diễn phần mềm.",
    "Producer, product, council and figures in this document are made up to show how the software works.",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says. what_vi, what_en: what it is not: «quyết định», «decision».

    title: Vietnamese, as the page links it. rows: label (both languages) and value.
    """

    what_vi: str
    what_en: str
    title: str
    title_en: str
    rows: tuple[tuple[str, str], ...]


def drawn(paper: Paper) -> bytes:
    """`paper` as a PDF of one page, A5, with its fonts inside."""
    from reportlab.lib.pagesizes import A5
    from reportlab.pdfgen.canvas import Canvas

    _register_fonts()
    target = BytesIO()
    canvas = Canvas(target, pagesize=A5, invariant=1, pageCompression=1)
    warnings = (WARNING % paper.what_vi, WARNING_EN % paper.what_en)
    canvas.setTitle(f"{warnings[0]}: {paper.title}")
    width, height = A5
    _draw_warnings(canvas, warnings, width, height)
    y = _draw_lines(canvas, (paper.title,), ("Cho-SemiBold", 13.0), height - 150.0, width)
    y = _draw_lines(canvas, (paper.title_en,), ("Cho", 10.0), y, width) - LINE_PT
    for label, value in paper.rows:
        y = _draw_row(canvas, label, value, y, width)
    _draw_lines(canvas, CLOSING, ("Cho", 8.5), 60.0, width)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def day_text(day: date | None) -> str:
    """`day` as Vietnamese papers write it, 22/11/2026; a dash if there is none."""
    return "—" if day is None else f"{day:%d/%m/%Y}"


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONT_FOLDER / file)))


def _draw_warnings(canvas: "Canvas", texts: tuple[str, str], width: float, height: float) -> None:
    canvas.setLineWidth(1.5)
    canvas.rect(MARGIN_PT / 2, height - 100.0, width - MARGIN_PT, 66.0)
    for text, size, y in ((texts[0], 13.0, height - 62.0), (texts[1], 10.0, height - 82.0)):
        canvas.setFont("Cho-SemiBold", size)
        canvas.drawCentredString(width / 2, y, text)


def _draw_row(canvas: "Canvas", label: str, value: str, y: float, width: float) -> float:
    """One fact: its label left, its value right, as many lines as it takes. Answers where the next one begins."""
    canvas.setFont("Cho", 9.0)
    canvas.drawString(MARGIN_PT, y, label)
    room = width - 2 * MARGIN_PT - LABEL_WIDTH_PT
    canvas.setFont("Cho-SemiBold", 10.0)
    for line in _broken(value, ("Cho-SemiBold", 10.0), room):
        canvas.drawString(MARGIN_PT + LABEL_WIDTH_PT, y, line)
        y -= LINE_PT
    return y


def _draw_lines(
    canvas: "Canvas", texts: Sequence[str], font: tuple[str, float], y: float, width: float
) -> float:
    canvas.setFont(*font)
    for text in texts:
        for line in _broken(text, font, width - 2 * MARGIN_PT):
            canvas.drawString(MARGIN_PT, y, line)
            y -= font[1] * 1.4
    return y


def _broken(text: str, font: tuple[str, float], room: float) -> list[str]:
    from reportlab.lib.utils import simpleSplit

    return list(simpleSplit(text, *font, room))
