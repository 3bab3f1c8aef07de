"""A live session on paper: the sheet of its order (A4), and a card for each of its goods (A6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

from catalog.stars import CertificationState
from core.i18n import current_language, format_date, format_money, format_time, gettext
from orders.papers.sheet import BOLD, Sheet, new_sheet
from promotion.queries.run_sheets import SessionGoods

A4_MM: Final = (210.0, 297.0)
A6_MM: Final = (105.0, 148.0)
QR_MM: Final = 24.0
QR_SMALL_MM: Final = 20.0


@dataclass(frozen=True, slots=True)
class PrintedGoods:
    """Goods of a session with the short link that is printed (capitals)."""

    goods: SessionGoods
    link: str


def write_run_sheet(file: IO[bytes], title: str, printed: Sequence[PrintedGoods], host: str) -> int:
    """The order with minutes and talking points, A4; how many pages. printed: one or more."""
    sheet = new_sheet(file, title, A4_MM, 14.0)
    sheet.begin_page(is_first=True)
    pages = 1
    first = printed[0].goods.starts_at
    sheet.line(title, 18, font=BOLD, lines_max=2)
    sheet.line(f"{format_time(first)}, {format_date(first)} · {host}", 11)
    sheet.rule()
    for number, each in enumerate(printed, start=1):
        if sheet.room_mm < 52:
            sheet.begin_page(is_first=False)
            pages += 1
        _row(sheet, number, each)
    sheet.canvas.showPage()
    sheet.canvas.save()
    return pages


def write_cards(file: IO[bytes], title: str, printed: Sequence[PrintedGoods], host: str) -> int:
    """A card for each of the goods, A6, with price and QR code; how many pages. printed: one or more."""
    sheet = new_sheet(file, title, A6_MM, 6.0)
    for number, each in enumerate(printed):
        sheet.begin_page(is_first=number == 0)
        _card(sheet, number + 1, each, host)
    sheet.canvas.showPage()
    sheet.canvas.save()
    return len(printed)


def facts_of(goods: SessionGoods) -> list[str]:
    """What the record says, in sentences that can be read aloud; nothing that it does not say."""
    card, facts = goods.card, []
    if card.stars and goods.decision_number:
        facts.append(
            gettext(
                "OCOP %(stars)s-star by decision %(number)s of %(day)s.",
                stars=card.stars,
                number=goods.decision_number,
                day=format_date(goods.decided_on),
            )
        )
        until = format_date(goods.holds_until)
        if card.state == CertificationState.EXTENDED:
            facts.append(gettext("Being re-assessed; keeps its stars until %(day)s at most.", day=until))
        else:
            facts.append(gettext("In force until %(day)s.", day=until))
    if goods.maker:
        facts.append(gettext("Made by %(maker)s.", maker=goods.maker))
    if card.place_line:
        facts.append(gettext("Place of origin: %(place)s.", place=card.place_line))
    is_english = current_language() == "en"
    ingredients = (goods.product.ingredients_en if is_english else None) or goods.product.ingredients
    storage = (goods.product.storage_en if is_english else None) or goods.product.storage
    if ingredients:
        facts.append(gettext("Ingredients: %(what)s", what=ingredients))
    if storage:
        facts.append(gettext("Storage: %(how)s", how=storage))
    return facts


def _name(goods: SessionGoods) -> str:
    return (goods.card.name_en if current_language() == "en" else None) or goods.card.name


def _price(goods: SessionGoods) -> str:
    card = goods.card
    if card.price_vnd is None:
        return gettext("Price on request")
    return f"{format_money(card.price_vnd)} / {card.pack_label}"


def _row(sheet: Sheet, number: int, each: PrintedGoods) -> None:
    goods, top = each.goods, sheet.y
    width = sheet.right_mm - sheet.margin_mm - QR_SMALL_MM - 8
    moment = gettext("%(hour)s · %(count)s minutes", hour=format_time(goods.starts_at), count=goods.minutes)
    sheet.line(f"{number}. {_name(goods)}", 14, font=BOLD, width_mm=width, lines_max=2)
    sheet.line(f"{moment} · {_price(goods)}", 11, width_mm=width)
    for line in goods.points.split("\n") if goods.points else ():
        sheet.line(f"– {line}", 12, width_mm=width, lines_max=2)
    for fact in facts_of(goods):
        sheet.line(f"• {fact}", 10, width_mm=width, lines_max=2)
    sheet.qr(each.link, sheet.right_mm - QR_SMALL_MM - 3, top + 3, QR_SMALL_MM)
    sheet.y = max(sheet.y, top + QR_SMALL_MM + 6)
    sheet.rule()


def _card(sheet: Sheet, number: int, each: PrintedGoods, host: str) -> None:
    goods = each.goods
    sheet.line(f"{number}", 20, font=BOLD)
    sheet.line(_name(goods), 18, font=BOLD, lines_max=3)
    sheet.line(_price(goods), 15, lines_max=2)
    sheet.rule()
    for fact in facts_of(goods)[:4]:
        sheet.line(fact, 10.5, lines_max=2)
    top = sheet.height_mm - sheet.margin_mm - QR_MM - 12
    sheet.qr(each.link, sheet.margin_mm + 4, top, QR_MM)
    sheet.y = top + 2
    left = sheet.margin_mm + QR_MM + 12
    sheet.line(gettext("Scan to buy"), 13, font=BOLD, left_mm=left)
    sheet.line(host, 9, left_mm=left, lines_max=2)
    sheet.line(each.link.rpartition("/")[2], 11, font=BOLD, left_mm=left)
