"""A quotation as PDF, A4: goods, prices, until when, on which terms; the VietQR while it is payable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape  # nosec B406: it writes, it parses nothing

from catalog.amounts_in_words import amount_in_words
from core.i18n import current_language, format_date, format_money, format_number
from core.i18n import gettext as _
from core.qr import LEVEL_M, draw_png, matrix_of
from orders.papers.receipt import BOLD, REGULAR, register_fonts
from orders.papers.sheet import national_form
from promotion.quotation_terms import Party

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable, Table

QR_DOTS: Final = 8
_LINE: Final = "#B8AE9A"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line as printed."""

    name: str
    pack: str
    quantity: int
    unit_price_vnd: int


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be transferred now. payload: of the VietQR."""

    payload: str
    amount_vnd: int
    memo: str
    bank: str
    account_number: str
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationPaper:
    """All that stands on the paper. state: how the quotation stands, in words; «» while it is open."""

    number: str
    is_sample: bool
    sent_on: date
    valid_until_on: date
    ready_on: date
    cancel_until_on: date | None
    seller: Party
    buyer: Party
    delivery_place: str
    lines: tuple[PaperLine, ...]
    goods_vnd: int
    freight_vnd: int
    discount_vnd: int
    total_vnd: int
    deposit_vnd: int
    terms: str
    state: str = ""
    payable: Payable | None = None


def quotation_pdf(paper: QuotationPaper) -> bytes:
    """The paper in the language spoken now; the same facts give the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    register_fonts()
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=16 * mm,
        title=_("Quotation %(number)s", number=paper.number),
        author=paper.seller.name,
        lang=current_language(),
        invariant=1,
    )
    document.build(_story(paper))
    return target.getvalue()


def _story(paper: QuotationPaper) -> "list[Flowable]":
    from reportlab.platypus import Paragraph, Spacer

    plain, small = _style(10, REGULAR), _style(8.5, REGULAR)
    kind = _("Quotation for a sample") if paper.is_sample else _("Quotation")
    story: list[Flowable] = [
        Paragraph(_text(f"{kind} {paper.number}"), _style(17, BOLD)),
        Paragraph(
            _text(
                _(
                    "Made on %(day)s. Good until %(last)s included.",
                    day=format_date(paper.sent_on),
                    last=format_date(paper.valid_until_on),
                )
            ),
            plain,
        ),
    ]
    if paper.state:
        story.append(Paragraph(_text(paper.state), _style(11, BOLD)))
    story += [Spacer(1, 10), _parties(paper), Spacer(1, 10), _goods(paper), Spacer(1, 6), _sums(paper)]
    words = amount_in_words(paper.total_vnd, current_language())
    story += [Spacer(1, 4), Paragraph(_text(_("In words: %(words)s.", words=words)), plain), Spacer(1, 10)]
    story += [Paragraph(_text(line), plain) for line in _term_lines(paper)]
    if paper.payable is not None:
        story += [Spacer(1, 10), _pay_box(paper.payable)]
    foot = _("This quotation is no tax invoice. Prices are in Vietnamese dong.")
    return [*story, Spacer(1, 12), Paragraph(_text(foot), small)]


def _parties(paper: QuotationPaper) -> "Table":
    from reportlab.platypus import Paragraph

    def told(party: Party) -> list[Any]:
        lines = [
            party.address,
            _("Tax code: %(code)s", code=party.tax_code) if party.tax_code else "",
            party.contact,
            national_form(party.phone) if party.phone else "",
        ]
        small = _style(9, REGULAR)
        return [
            Paragraph(_text(party.name), _style(11, BOLD)),
            *(Paragraph(_text(line), small) for line in lines if line),
        ]

    heads = [Paragraph(_text(word), _style(8.5, REGULAR)) for word in (_("Seller"), _("Buyer"))]
    return _table([heads, [told(paper.seller), told(paper.buyer)]], (87, 87), ruled=False)


def _goods(paper: QuotationPaper) -> "Table":
    from reportlab.platypus import Paragraph

    bold, plain, number = _style(9, BOLD), _style(9.5, REGULAR), _style(9.5, REGULAR, is_number=True)
    bold_number = _style(9, BOLD, is_number=True)
    heads = (_("Goods offered"), _("Quantity"), _("Price each"), _("Amount"))
    rows: list[list[Any]] = [
        [Paragraph(_text(heads[0]), bold), *(Paragraph(_text(h), bold_number) for h in heads[1:])]
    ]
    for line in paper.lines:
        cells = (
            format_number(line.quantity),
            format_money(line.unit_price_vnd),
            format_money(line.unit_price_vnd * line.quantity),
        )
        name = f"{line.name}, {line.pack}" if line.pack else line.name
        rows.append([Paragraph(_text(name), plain), *(Paragraph(_text(cell), number) for cell in cells)])
    return _table(rows, (84, 24, 31, 35), repeats=1)


def _sums(paper: QuotationPaper) -> "Table":
    from reportlab.platypus import Paragraph

    plain, number = _style(9.5, REGULAR), _style(9.5, REGULAR, is_number=True)
    rows = [(_("Goods"), format_money(paper.goods_vnd)), (_("Freight"), format_money(paper.freight_vnd))]
    if paper.discount_vnd:
        rows.append((_("Discount"), "−" + format_money(paper.discount_vnd)))
    cells: list[list[Any]] = [
        [Paragraph(_text(left), plain), Paragraph(_text(right), number)] for left, right in rows
    ]
    total = (_style(12, BOLD), _style(12, BOLD, is_number=True))
    cells.append(
        [Paragraph(_text(_("Total")), total[0]), Paragraph(_text(format_money(paper.total_vnd)), total[1])]
    )
    deposit = _("Deposit, paid first")
    cells.append(
        [Paragraph(_text(deposit), plain), Paragraph(_text(format_money(paper.deposit_vnd)), number)]
    )
    return _table(cells, (124, 50))


def _term_lines(paper: QuotationPaper) -> Sequence[str]:
    cancelling = (
        _(
            "After the deposit the buyer may cancel until %(day)s included and gets it back.",
            day=format_date(paper.cancel_until_on),
        )
        if paper.cancel_until_on
        else _("After the deposit the buyer cancels only by agreement with the seller.")
    )
    lines = [
        _("Delivery to: %(place)s", place=paper.delivery_place),
        _("Goods ready on %(day)s.", day=format_date(paper.ready_on)),
        _("The rest is paid before the goods leave."),
        cancelling,
    ]
    return [*lines, *(line for line in paper.terms.split("\n") if line.strip())]


def _pay_box(payable: Payable) -> "Table":
    from reportlab.lib.units import mm
    from reportlab.platypus import Image, Paragraph

    picture = BytesIO(draw_png(matrix_of((payable.payload,), LEVEL_M), QR_DOTS, 96))
    lines = (
        payable.bank,
        _("Account number: %(number)s", number=payable.account_number),
        _("Holder: %(name)s", name=payable.account_name),
        _("Memo: %(memo)s", memo=payable.memo),
    )
    told = [
        Paragraph(
            _text(_("Deposit to transfer: %(amount)s", amount=format_money(payable.amount_vnd))),
            _style(12, BOLD),
        ),
        *(Paragraph(_text(line), _style(10, REGULAR)) for line in lines),
    ]
    return _table([[Image(picture, 42 * mm, 42 * mm), told]], (50, 124), ruled=False)


def _table(
    cells: list[list[Any]], widths_mm: tuple[int, ...], *, ruled: bool = True, repeats: int = 0
) -> "Table":
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.platypus import Table, TableStyle

    table: Any = Table(cells, colWidths=[width * mm for width in widths_mm], repeatRows=repeats)
    rules: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    if ruled:
        rules.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)))
    table.setStyle(TableStyle(rules))
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
