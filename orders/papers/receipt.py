"""The receipt of an order as PDF, A5 or several, for printing and keeping. What was paid, to whom, for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape  # nosec B406: it writes, it parses nothing

from core.config import ROOT
from core.i18n import current_language, format_date, format_money, format_time
from core.i18n import gettext as _
from orders.queries.order_views import OrderPage, ParcelView

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable, Table

REGULAR: Final = "ChoSans"
BOLD: Final = "ChoSans-SemiBold"
FONT_FOLDER: Final = ROOT / "static" / "vendor" / "fonts"
FONT_FILES: Final = {REGULAR: "ChoSans-Regular.ttf", BOLD: "ChoSans-SemiBold.ttf"}


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What stands on a receipt beside the order. name, phone: as they may be shown. operator: who runs the market."""

    order: OrderPage
    name: str
    phone: str
    method: str
    operator: str
    link: str
    made_at: datetime


def receipt_pdf(facts: ReceiptFacts) -> bytes:
    """The receipt in the language spoken now; the same facts give the same bytes."""
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    register_fonts()
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A5,
        leftMargin=12 * mm,
        rightMargin=12 * mm,
        topMargin=12 * mm,
        bottomMargin=12 * mm,
        title=_("Receipt %(code)s", code=facts.order.code),
        author="Chợ OCOP",
        lang=current_language(),
        invariant=1,
    )
    document.build(_story(facts))
    return target.getvalue()


def register_fonts() -> None:
    """Let reportlab know the fonts that hold Vietnamese."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    known = pdfmetrics.getRegisteredFontNames()
    for name, file in FONT_FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(FONT_FOLDER / file)))


def _story(facts: ReceiptFacts) -> "list[Flowable]":
    from reportlab.platypus import Paragraph, Spacer

    order = facts.order
    small, bold, title = _style(9, REGULAR), _style(10, BOLD), _style(15, BOLD)
    lines = [
        _("Ordered on %(day)s at %(hour)s.", day=format_date(order.placed_at.date()), hour=_hour(order)),
        _("Payment: %(method)s.", method=facts.method),
        _("Paid on %(day)s.", day=format_date(order.paid_at.date())) if order.paid_at else _("Not paid yet."),
        ", ".join(part for part in (facts.name, facts.phone) if part),
        _invoice_line(order),
    ]
    story: list[Flowable] = [Paragraph(_text(_("Receipt %(code)s", code=order.code)), title), Spacer(1, 6)]
    story += [Paragraph(_text(line), small) for line in lines if line]
    for parcel in order.parcels:
        told = parcel.producer_name
        if parcel.producer_tax_code:
            told += " · " + _("tax code %(code)s", code=parcel.producer_tax_code)
        story += [Spacer(1, 8), Paragraph(_text(told), bold), _parcel_table(parcel)]
    story += [Spacer(1, 8), _table(_sums(order), bold_last=True), Spacer(1, 8)]
    ends = [_("This receipt is no tax invoice."), facts.link]
    if facts.operator:
        ends.insert(0, _("Chợ OCOP is run by %(name)s.", name=facts.operator))
    return [*story, *(Paragraph(_text(line), _style(7.5, REGULAR)) for line in ends)]


def _hour(order: OrderPage) -> str:
    return format_time(order.placed_at)


def _invoice_line(order: OrderPage) -> str:
    invoice = order.invoice or {}
    told = [str(invoice[name]) for name in ("name", "tax_code", "address") if invoice.get(name)]
    return _("Invoice to: %(firm)s", firm=", ".join(told)) if told else ""


def _parcel_table(parcel: ParcelView) -> "Table":
    is_english = current_language() == "en"
    rows = []
    for line in parcel.lines:
        name = (line.name_en if is_english else None) or line.name
        pack = (line.pack_en if is_english else None) or line.pack
        told = f"{line.kept_quantity} × {name}, {pack}"
        if line.cancelled_quantity:
            told += f" ({_('%(count)s not available', count=line.cancelled_quantity)})"
        rows.append((told, format_money(line.goods_vnd)))
    rows.append((_("Delivery"), format_money(parcel.shipping_vnd)))
    if parcel.discount_vnd:
        rows.append((_("Discounts"), "−" + format_money(parcel.discount_vnd)))
    return _table(rows)


def _sums(order: OrderPage) -> list[tuple[str, str]]:
    back_vnd = sum(each.amount_vnd for each in order.refunds if each.state != "refused")
    off_vnd = sum(each.uncharged_vnd for each in order.parcels)
    rows = [(_("Total of the order"), format_money(order.total_vnd))]
    if off_vnd:
        rows.append((_("Taken off before payment"), "−" + format_money(off_vnd)))
    if back_vnd:
        rows.append((_("Money back"), "−" + format_money(back_vnd)))
    received_vnd = sum(each.received_vnd for each in order.payments)
    rows.append((_("Received from you so far"), format_money(received_vnd)))
    return rows


def _table(rows: Sequence[tuple[str, str]], *, bold_last: bool = False) -> "Table":
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table, TableStyle

    style, number = _style(9, REGULAR), _style(9, REGULAR, is_number=True)
    last = (_style(10, BOLD), _style(10, BOLD, is_number=True))
    cells = []
    for at, (words, amount) in enumerate(rows):
        left, right = last if bold_last and at == len(rows) - 1 else (style, number)
        cells.append([Paragraph(_text(words), left), Paragraph(_text(amount), right)])
    table: Any = Table(cells, colWidths=[92 * mm, 32 * mm])
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#B8AE9A")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table  # type: ignore[no-any-return]


def _style(points: float, font: str, *, is_number: bool = False) -> "ParagraphStyle":
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "text",
        fontName=font,
        fontSize=points,
        leading=points * 1.4,
        alignment=2 if is_number else 0,  # TA_RIGHT, TA_LEFT
    )


def _text(words: str) -> str:
    """`words` as text: nothing in it is markup to reportlab."""
    return escape(words)
