"""The slip that goes into a parcel and by which it is packed: A5, goods with their lots, no prices."""

from collections.abc import Sequence
from typing import IO, Final

from core.i18n import format_date, gettext, ngettext
from orders.papers.sheet import BOLD, MM, Sheet, national_form, new_sheet
from orders.queries.parcels import PackedLine, ParcelFacts

A5_MM: Final = (148.0, 210.0)
MARGIN_MM: Final = 10.0
_BOX_MM: Final = 4.0
_COUNT_MM: Final = 14.0


def write_slips(file: IO[bytes], parcels: Sequence[ParcelFacts], host: str) -> int:
    """Write a slip for each of `parcels` (one or more) to `file`, in the present language; how many pages in all."""
    sheet = new_sheet(file, gettext("Packing slips"), A5_MM, MARGIN_MM)
    pages = 0
    for parcel in parcels:
        sheet.begin_page(is_first=pages == 0)
        pages += 1
        _head(sheet, parcel, host)
        for line in parcel.lines:
            if sheet.room_mm < 24:
                sheet.begin_page(is_first=False)
                pages += 1
                sheet.line(gettext("%(code)s, continued", code=parcel.code), 10, font=BOLD)
                sheet.rule()
            _line(sheet, line)
        _foot(sheet, parcel)
    sheet.canvas.showPage()
    sheet.canvas.save()
    return pages


def _head(sheet: Sheet, parcel: ParcelFacts, host: str) -> None:
    sheet.qr(parcel.code, sheet.right_mm - 22, sheet.margin_mm, 22)
    width = sheet.right_mm - sheet.margin_mm - 28
    sheet.line(parcel.sender.name, 14, font=BOLD, width_mm=width, lines_max=2)
    sheet.line(gettext("Packing slip %(code)s", code=parcel.code), 12, font=BOLD, width_mm=width)
    sheet.line(gettext("Order %(code)s", code=parcel.order_code), 9, width_mm=width)
    sheet.line(f"{host}/orders", 9, width_mm=width)
    sheet.y = max(sheet.y, sheet.margin_mm + 24)
    to = parcel.receiver
    sheet.line(
        gettext("For %(name)s, %(phone)s", name=to.name, phone=national_form(to.phone)), 10, lines_max=2
    )
    where = ", ".join(part for part in (to.street, to.landmark, to.commune, to.province) if part)
    sheet.line(parcel.point or where, 9.5, lines_max=3)
    if parcel.note:
        sheet.line(gettext("Buyer's note: %(note)s", note=parcel.note), 9.5, font=BOLD, lines_max=4)
    sheet.rule()


def _line(sheet: Sheet, line: PackedLine) -> None:
    top = sheet.y
    sheet.canvas.setLineWidth(0.8)
    bottom = (sheet.height_mm - top - 1.4 - _BOX_MM) * MM
    sheet.canvas.rect(sheet.margin_mm * MM, bottom, _BOX_MM * MM, _BOX_MM * MM)
    left = sheet.margin_mm + _BOX_MM + 3
    sheet.line(f"{line.quantity} ×", 12, font=BOLD, left_mm=left)
    sheet.y = top
    left += _COUNT_MM
    sheet.line(line.name, 11, font=BOLD, left_mm=left, lines_max=2)
    sheet.line(line.pack, 10, left_mm=left, lines_max=2)
    for code, expires_on, quantity in line.lots:
        told = gettext("Lot %(code)s: %(count)s packs", code=code, count=quantity)
        if expires_on:
            told += ", " + gettext("best before %(day)s", day=format_date(expires_on))
        sheet.line(told, 9, left_mm=left)
    sheet.rule(1.2)


def _foot(sheet: Sheet, parcel: ParcelFacts) -> None:
    packs = sum(line.quantity for line in parcel.lines)
    sheet.line(ngettext("%(count)s pack in all", "%(count)s packs in all", packs), 11, font=BOLD)
    marks = [
        text
        for is_so, text in (
            (parcel.is_fragile, gettext("FRAGILE")),
            (parcel.is_chilled, gettext("KEEP COLD")),
        )
        if is_so
    ]
    if marks:
        sheet.line(" · ".join(marks), 12, font=BOLD)
    if sheet.room_mm > 16:
        sheet.y += 2
        sheet.line(
            gettext(
                "Something wrong? Look up your order with its code and your telephone number, or call: %(phone)s",
                phone=national_form(parcel.sender.phone) if parcel.sender.phone else parcel.sender.name,
            ),
            9,
            lines_max=3,
        )
