"""A producer's log of fairs for a dossier: criterion 4.3 asks for fairs in the province, outside it and international.

Source: Decision 26/2026/QĐ-TTg, criterion 4.3 (promotion).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Final

from core.i18n import format_date, format_time, gettext
from orders.papers.sheet import BOLD, new_sheet
from promotion.fair_terms import PlaceClass
from promotion.papers.fair_papers import block, finished, margin_note
from promotion.queries.fair_views import FairEvidence

A4_MM: Final = (210.0, 297.0)
PRODUCTS_SHOWN: Final = 20


def write_log(
    file: IO[bytes], producer: str, fairs: Sequence[FairEvidence], *, now: datetime, checkpoint: str | None
) -> int:
    """Write the log as A4 pages, in the present language; how many."""
    sheet = new_sheet(file, gettext("Fairs taken part in"), A4_MM, 18.0)
    sheet.begin_page(is_first=True)
    pages = 1
    block(sheet, gettext("Fairs taken part in"), 20, lines_max=1)
    sheet.line(producer, 14, font=BOLD, lines_max=3)
    sheet.line(gettext("For criterion 4.3 (promotion) of Decision 26/2026/QĐ-TTg"), 10)
    printed = gettext("Printed at %(time)s on %(day)s", time=format_time(now), day=format_date(now))
    sheet.line(printed, 10)
    sheet.line(" · ".join(f"{place_words(kind)}: {count}" for kind, count in counts(fairs)), 10)
    sheet.rule(3)
    if not fairs:
        sheet.line(gettext("No fair yet."), 12)
    for number, fair in enumerate(fairs, start=1):
        if sheet.room_mm < 58:
            margin_note(sheet, checkpoint)
            sheet.begin_page(is_first=False)
            pages += 1
        sheet.line(f"{number}. {fair.name}", 12, font=BOLD, lines_max=2)
        for text in lines_of(fair):
            sheet.line(text, 10, left_mm=24, lines_max=3)
        sheet.rule(1.8)
    margin_note(sheet, checkpoint)
    return finished(sheet, pages)


def lines_of(fair: FairEvidence) -> list[str]:
    """What the log says of a fair below its name."""
    where = ", ".join(part for part in (fair.venue, fair.address, fair.province) if part)
    lines = [
        f"{format_date(fair.starts_on)} – {format_date(fair.ends_on)} · {place_words(fair.place_class)}",
        where if fair.country == "VN" else f"{where} ({fair.country})",
        gettext("Organiser: %(name)s", name=fair.organiser_name),
    ]
    if fair.booth_code:
        lines.append(gettext("Booth %(code)s", code=fair.booth_code))
    if fair.products:
        names = ", ".join(fair.products[:PRODUCTS_SHOWN])
        lines.append(gettext("Products shown: %(names)s", names=names))
    lines.append(
        gettext(
            "Confirmed by the organiser at %(time)s on %(day)s (account %(number)s)",
            time=format_time(fair.confirmed_at),
            day=format_date(fair.confirmed_at),
            number=fair.confirmed_by_id,
        )
    )
    return lines


def place_words(place: PlaceClass | None) -> str:
    """«in the province», …; for a class that is not known, that."""
    if place is PlaceClass.IN_PROVINCE:
        return gettext("in the province")
    if place is PlaceClass.OUTSIDE_PROVINCE:
        return gettext("outside the province")
    if place is PlaceClass.INTERNATIONAL:
        return gettext("international")
    return gettext("online, no place")


def counts(fairs: Sequence[FairEvidence]) -> list[tuple[PlaceClass | None, int]]:
    """How many fairs of each class."""
    classes: list[PlaceClass | None] = [*PlaceClass, None]
    told = [(each, sum(fair.place_class is each for fair in fairs)) for each in classes]
    return [(each, count) for each, count in told if count or each is not None]
