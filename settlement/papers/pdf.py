"""A paper with a head, sentences and one table, as PDF in the house's typeface. A4, as many pages as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape  # nosec B406: it writes, it parses nothing

from core.i18n import current_language, format_number
from core.i18n import gettext as _
from orders.papers.receipt import BOLD, REGULAR, register_fonts

if TYPE_CHECKING:
    from reportlab.platypus import Table

GREY: Final = "#8c8478"


@dataclass(frozen=True, slots=True)
class Paper:
    """title: its heading. sentences: above the table. rows: cells as text, the head first; amounts as digits.

    foot: below the table. is_wide: lying A4.
    """

    title: str
    sentences: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    foot: tuple[str, ...] = ()
    is_wide: bool = False


def paper_pdf(paper: Paper) -> bytes:
    """The paper in the language spoken now; the same facts give the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    register_fonts()
    target = BytesIO()
    size = landscape(A4) if paper.is_wide else A4
    document = SimpleDocTemplate(
        target,
        pagesize=size,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=paper.title,
        author="Chợ OCOP",
        lang=current_language(),
        invariant=1,
    )
    plain = ParagraphStyle("plain", fontName=REGULAR, fontSize=9.5, leading=13)
    title = ParagraphStyle("title", fontName=BOLD, fontSize=15, leading=20)
    story = [Paragraph(escape(paper.title), title), Spacer(1, 3 * mm)]
    story += [Paragraph(escape(sentence), plain) for sentence in paper.sentences]
    story += [Spacer(1, 4 * mm), _table(paper, size[0] - 28 * mm), Spacer(1, 4 * mm)]
    story += [Paragraph(escape(sentence), plain) for sentence in paper.foot]
    document.build(story, onFirstPage=_number, onLaterPages=_number)
    return target.getvalue()


def _table(paper: Paper, width: float) -> "Table":
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    count = len(paper.rows[0])
    cell = ParagraphStyle("cell", fontName=REGULAR, fontSize=8, leading=10)
    head = ParagraphStyle("head", fontName=BOLD, fontSize=8, leading=10)
    amount = ParagraphStyle("amount", parent=cell, alignment=2)
    cells: list[list[Any]] = []
    spans: list[tuple[Any, ...]] = []
    for line, row in enumerate(paper.rows):
        style = head if line == 0 else cell
        cells.append(
            [
                Paragraph(escape(_shown(text)), amount if line and _is_amount(text) else style)
                for text in [*row, *[""] * (count - len(row))]
            ]
        )
        if len(row) == 1:
            spans.append(("SPAN", (0, line), (-1, line)))
    return Table(
        cells,
        colWidths=[width / count] * count,
        repeatRows=1,
        style=[
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, GREY),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, GREY),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            *spans,
        ],
    )


def _number(canvas: Any, document: Any) -> None:
    canvas.setFont(REGULAR, 8)
    canvas.drawRightString(document.pagesize[0] - 40, 24, _("Page %(number)s", number=canvas.getPageNumber()))


def _is_amount(text: str) -> bool:
    return text.removeprefix("-").isdigit()


def _shown(text: str) -> str:
    """Amounts with the points between thousands; numbers of banks and taxes keep their noughts."""
    is_number = _is_amount(text) and (len(text.removeprefix("-")) < 10 or text.startswith("-"))
    return format_number(int(text)) if is_number and not text.startswith("0") else text
