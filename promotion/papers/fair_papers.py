"""What hangs and stands at a fair: the poster at the gate, a card for each booth, badges. In the present language.

Every QR holds a short link in capitals, and its host is told beside it in letters, so that a pasted-over code shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Final

from core.i18n import current_language, format_date, gettext, ngettext
from orders.papers.sheet import BOLD, LEADING, MM, PLAIN, Sheet, fitting, new_sheet, wrapped
from promotion.queries.fair_views import BoothView, FairPage

SIZES_MM: Final[dict[str, tuple[float, float]]] = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
A5_MM: Final = (148.0, 210.0)
A7_MM: Final = (105.0, 74.25)
"""Eight fill an A4 sheet."""
BADGES_EACH: Final = 2
POINTS_MIN: Final = 6.0
_POSTER_QR: Final = 0.42
"""Side of the QR on a poster, of its width."""
_CARD_QR_MM: Final = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPaper:
    """A fair to be printed. links: short addresses in capitals by number of the booth; gate: that of the fair.

    host: as people read it. checkpoint: a line about the public log for the margin, None without one.
    """

    page: FairPage
    gate: str
    links: dict[int, str]
    host: str
    on: date
    checkpoint: str | None = None

    @property
    def name(self) -> str:
        fair = self.page.fair
        return (fair.name_en if current_language() == "en" else None) or fair.name


def write_poster(file: IO[bytes], paper: FairPaper, size: str) -> int:
    """Write the poster for the gate, one page of `size` (a key of SIZES_MM); how many pages."""
    width, height = SIZES_MM[size]
    scale = width / 210.0
    sheet = new_sheet(file, paper.name, (width, height), 14.0 * scale)
    sheet.begin_page(is_first=True)
    fair, inner = paper.page.fair, sheet.right_mm - sheet.margin_mm
    sheet.line(fair.organiser_name, 15 * scale, lines_max=2)
    sheet.y += 4 * scale
    block(sheet, paper.name, 46 * scale, lines_max=4)
    sheet.y += 3 * scale
    sheet.line(days_line(paper), 22 * scale, font=BOLD, lines_max=2)
    where = ", ".join(part for part in (fair.venue, fair.address, paper.page.province) if part)
    sheet.line(where, 17 * scale, lines_max=3)
    side = inner * _POSTER_QR
    top = height - sheet.margin_mm - side - 34 * scale
    sheet.qr(paper.gate, (width - side) / 2, top, side)
    sheet.y = top + side + 4 * scale
    for text, points in (
        (gettext("Scan: who is here, what they sell, which stars it has"), 19),
        (paper.host, 14),
    ):
        centred(sheet, text, points * scale)
    margin_note(sheet, paper.checkpoint)
    return finished(sheet, 1)


def write_cards(file: IO[bytes], paper: FairPaper, booths: Sequence[BoothView]) -> int:
    """Write a card for each of `booths` (one or more), A5; how many pages. Stars are those of the day `paper.on`."""
    sheet = new_sheet(file, gettext("Booth cards"), A5_MM, 10.0)
    for number, booth in enumerate(booths):
        sheet.begin_page(is_first=number == 0)
        _card_head(sheet, paper, booth)
        _card_goods(sheet, paper, booth)
        margin_note(sheet, paper.checkpoint)
    return finished(sheet, len(booths))


def write_badges(file: IO[bytes], paper: FairPaper, booths: Sequence[BoothView]) -> int:
    """Write two badges for each of `booths` (one or more), eight A7 on an A4 sheet; how many pages."""
    sheet = new_sheet(file, gettext("Badges"), SIZES_MM["a4"], 0.0)
    wanted = [booth for booth in booths for _number in range(BADGES_EACH)]
    for number, booth in enumerate(wanted):
        place = number % 8
        if place == 0:
            sheet.begin_page(is_first=number == 0)
        _badge(sheet, paper, booth, (place % 2 * A7_MM[0], place // 2 * A7_MM[1]))
    return finished(sheet, -(-len(wanted) // 8))


def days_line(paper: FairPaper) -> str:
    """«20/12/2026 – 24/12/2026, 08:00–21:00»."""
    fair = paper.page.fair
    first, last = format_date(fair.starts_on), format_date(fair.ends_on)
    days = first if first == last else f"{first} – {last}"
    return f"{days}, {fair.hours.replace('-', '–')}"


def block(sheet: Sheet, text: str, points: float, *, lines_max: int, left_mm: float | None = None) -> None:
    """`text` as large as it can be in `lines_max` lines, at most `points`: what is long shrinks before it is cut."""
    left = sheet.margin_mm if left_mm is None else left_mm
    width = (sheet.right_mm - left) * MM
    size = points
    while size > POINTS_MIN and not _fits(text, size, width, lines_max):
        size *= 0.94
    sheet.line(text, size, font=BOLD, left_mm=left, lines_max=lines_max)


def centred(sheet: Sheet, text: str, points: float) -> None:
    """One line in the middle, shrunk to the page's width."""
    size = fitting(text, PLAIN, points, (sheet.right_mm - sheet.margin_mm) * MM)
    sheet.y += size * LEADING / MM
    sheet.canvas.setFont(PLAIN, size)
    sheet.canvas.drawCentredString(sheet.width_mm / 2 * MM, (sheet.height_mm - sheet.y) * MM, text)


def margin_note(sheet: Sheet, text: str | None) -> None:
    """A line at the lower edge."""
    if text:
        size = fitting(text, PLAIN, 5.5, (sheet.width_mm - 12) * MM)
        sheet.canvas.setFont(PLAIN, size)
        sheet.canvas.drawString(6 * MM, 4 * MM, text)


def finished(sheet: Sheet, pages: int) -> int:
    """Close the paper."""
    sheet.canvas.showPage()
    sheet.canvas.save()
    return pages


def _fits(text: str, points: float, width: float, lines_max: int) -> bool:
    return not any("…" in line for line in wrapped(text, BOLD, points, width, lines_max)) or "…" in text


def _card_head(sheet: Sheet, paper: FairPaper, booth: BoothView) -> None:
    top, left = sheet.margin_mm, sheet.margin_mm
    link = paper.links.get(booth.id)
    room = sheet.right_mm - left - (_CARD_QR_MM + 6 if link else 0)
    if link:
        qr_left = sheet.right_mm - _CARD_QR_MM
        sheet.qr(link, qr_left, top + 1, _CARD_QR_MM)
        sheet.y = top + _CARD_QR_MM + 4
        sheet.line(paper.host, 7, left_mm=qr_left, width_mm=_CARD_QR_MM)
        sheet.y = top
    sheet.line(paper.name, 10, width_mm=room, lines_max=2)
    size = fitting(booth.code, BOLD, 84, room * MM)
    sheet.y += size * 0.82 / MM + 2
    sheet.canvas.setFont(BOLD, size)
    sheet.canvas.drawString(left * MM, (sheet.height_mm - sheet.y) * MM, booth.code)
    sheet.y = max(sheet.y + 5, top + _CARD_QR_MM + 9)
    block(sheet, booth.producer_name or gettext("Empty booth"), 24, lines_max=3)
    if booth.province:
        sheet.line(booth.province, 12)
    sheet.rule(2.5)


def _card_goods(sheet: Sheet, paper: FairPaper, booth: BoothView) -> None:
    is_english = current_language() == "en"
    foot_mm = 16.0
    left_out = len(booth.goods)
    for card in booth.goods:
        if sheet.room_mm < foot_mm + 11:
            break
        left_out -= 1
        stars = gettext("OCOP %(stars)s stars", stars=card.stars) if card.stars else ""
        name = (card.name_en if is_english else None) or card.name
        top = sheet.y
        if stars:
            _plate(sheet, stars, top)
        sheet.y = top
        sheet.line(name, 13, width_mm=sheet.right_mm - sheet.margin_mm - 34, lines_max=2)
        sheet.y = max(sheet.y, top + 7) + 1.2
    if left_out:
        text = ngettext("and %(count)s more product: scan", "and %(count)s more products: scan", left_out)
        sheet.line(text, 11)
    sheet.y = sheet.height_mm - sheet.margin_mm - 8
    sheet.line(gettext("Stars as of %(day)s. Scan for those of today.", day=format_date(paper.on)), 9)


def _plate(sheet: Sheet, text: str, top_mm: float) -> None:
    """The word of the rank, white on a dark plate, at the right."""
    width, height = 30.0, 6.4
    left, bottom = sheet.right_mm - width, sheet.height_mm - top_mm - height - 0.6
    sheet.canvas.setFillGray(0.15)
    sheet.canvas.roundRect(left * MM, bottom * MM, width * MM, height * MM, 1.5 * MM, stroke=0, fill=1)
    sheet.canvas.setFillGray(1)
    size = fitting(text, BOLD, 11.5, (width - 3) * MM)
    sheet.canvas.setFont(BOLD, size)
    sheet.canvas.drawCentredString((left + width / 2) * MM, (bottom + 1.9) * MM, text)
    sheet.canvas.setFillGray(0)


def _badge(sheet: Sheet, paper: FairPaper, booth: BoothView, corner: tuple[float, float]) -> None:
    left, top = corner[0] + 6, corner[1]
    width, height = A7_MM[0] - 12, A7_MM[1]
    sheet.canvas.setLineWidth(0.3)
    sheet.canvas.setDash(2, 3)
    sheet.canvas.rect(
        corner[0] * MM, (sheet.height_mm - top - height) * MM, A7_MM[0] * MM, height * MM, stroke=1, fill=0
    )
    sheet.canvas.setDash()
    sheet.y = top + 5
    sheet.line(paper.name, 9, left_mm=left, width_mm=width - 26, lines_max=2)
    sheet.y = top + 4
    if booth.code:
        sheet.box(booth.code, 20, (left + width - 24, top + 5, 24, 11), filled=True)
    sheet.y = top + 22
    sheet.line(gettext("Name: ………………………………………"), 13, left_mm=left, width_mm=width)
    sheet.y += 5
    size = 16.0
    while size > POINTS_MIN and not _fits(booth.producer_name or "", size, width * MM, 3):
        size *= 0.94
    sheet.line(booth.producer_name or "", size, font=BOLD, left_mm=left, width_mm=width, lines_max=3)
    if booth.province:
        sheet.line(booth.province, 10, left_mm=left, width_mm=width)
