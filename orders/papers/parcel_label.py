"""The label of a parcel: A6, one page each, with what a carrier and a buyer need and nothing that is dear in it.

Sizes: `ux.md` 10 asks for A6 and black on white. The goods are told by count and weight only: a label is read by
everybody on the way.
"""

from collections.abc import Sequence
from typing import IO, Final

from core.i18n import format_date, format_money, gettext
from orders.delivery_terms import PICKUPS
from orders.papers.sheet import BOLD, MM, Sheet, national_form, new_sheet
from orders.queries.parcels import ParcelFacts, PlaceFacts

A6_MM: Final = (105.0, 148.0)
MARGIN_MM: Final = 5.0
QR_MM: Final = 24.0
CARRIER_NAMES: Final = {
    "ghn": "GHN",
    "ghtk": "GHTK",
    "viettel_post": "Viettel Post",
    "vnpost": "VNPost",
}


def write_labels(file: IO[bytes], parcels: Sequence[ParcelFacts], host: str) -> int:
    """Write a page for each of `parcels` (one or more) to `file`, in the present language; how many pages."""
    sheet = new_sheet(file, gettext("Parcel labels"), A6_MM, MARGIN_MM)
    for number, parcel in enumerate(parcels):
        sheet.begin_page(is_first=number == 0)
        _head(sheet, parcel, host)
        _receiver(sheet, parcel)
        _money(sheet, parcel)
        _marks(sheet, parcel)
        _foot(sheet, parcel)
    sheet.canvas.showPage()
    sheet.canvas.save()
    return len(parcels)


def carrier_name(code: str) -> str:
    """What people call a carrier; «» for the manual mode."""
    return CARRIER_NAMES.get(code, "" if code in {"", "manual"} else code)


def _head(sheet: Sheet, parcel: ParcelFacts, host: str) -> None:
    left_width = sheet.right_mm - sheet.margin_mm - QR_MM - 5
    sheet.qr(parcel.code, sheet.right_mm - QR_MM, sheet.margin_mm + 1, QR_MM)
    sheet.line(host, 8, width_mm=left_width)
    sheet.line(parcel.code, 19, font=BOLD, width_mm=left_width)
    sheet.y += 1
    sheet.line(gettext("Order %(code)s", code=parcel.order_code), 9, width_mm=left_width)
    way = " · ".join(part for part in (carrier_name(parcel.carrier), parcel.tracking_number) if part)
    if way:
        sheet.line(way, 11, font=BOLD, width_mm=left_width)
    sheet.y = max(sheet.y, sheet.margin_mm + 1 + QR_MM)
    if parcel.tracking_number:
        _barcode(sheet, parcel.tracking_number)
    sheet.rule()


def _barcode(sheet: Sheet, text: str) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    width_mm = sheet.right_mm - sheet.margin_mm
    plain = Code128(text, barWidth=1, barHeight=9 * MM, quiet=False)
    module = min(0.5 * MM, width_mm * MM / plain.width)
    barcode = Code128(text, barWidth=module, barHeight=9 * MM, quiet=False)
    sheet.y += 2 + 9
    barcode.drawOn(sheet.canvas, sheet.margin_mm * MM, (sheet.height_mm - sheet.y) * MM)


def _receiver(sheet: Sheet, parcel: ParcelFacts) -> None:
    to = parcel.receiver
    sheet.line(gettext("Receiver:"), 9)
    sheet.line(to.name, 16, font=BOLD, lines_max=2)
    sheet.line(national_form(to.phone), 17, font=BOLD)
    sheet.y += 0.8
    if parcel.kind in PICKUPS:
        sheet.line(
            gettext("Fetched by the buyer: %(place)s", place=parcel.point or parcel.sender.name),
            10,
            lines_max=3,
        )
        return
    sheet.line(", ".join(part for part in (to.street, to.landmark) if part), 11.5, lines_max=3)
    sheet.line(", ".join(part for part in (to.commune, to.province) if part), 13, font=BOLD, lines_max=2)


def _money(sheet: Sheet, parcel: ParcelFacts) -> None:
    sheet.y += 2.5
    text = (
        gettext("Collect %(money)s", money=format_money(parcel.cod_vnd))
        if parcel.cod_vnd
        else gettext("Paid: collect nothing")
    )
    height = 11.0 if parcel.cod_vnd else 8.0
    width = sheet.right_mm - sheet.margin_mm
    at = (sheet.margin_mm, sheet.y, width, height)
    sheet.box(text, 17 if parcel.cod_vnd else 11, at, filled=bool(parcel.cod_vnd))
    sheet.y += height


def _marks(sheet: Sheet, parcel: ParcelFacts) -> None:
    marks = [
        text
        for is_so, text in (
            (parcel.is_fragile, gettext("FRAGILE")),
            (parcel.is_chilled, gettext("KEEP COLD")),
        )
        if is_so
    ]
    if not marks:
        return
    sheet.y += 2
    width = (sheet.right_mm - sheet.margin_mm - 2 * (len(marks) - 1)) / len(marks)
    for number, text in enumerate(marks):
        sheet.box(text, 14, (sheet.margin_mm + number * (width + 2), sheet.y, width, 9), filled=False)
    sheet.y += 9


def _foot(sheet: Sheet, parcel: ParcelFacts) -> None:
    sheet.rule(2)
    sheet.line(gettext("Sender:"), 9)
    sheet.line(
        " · ".join(part for part in (parcel.sender.name, _phone(parcel.sender)) if part),
        10.5,
        font=BOLD,
        lines_max=2,
    )
    where = ", ".join(
        part for part in (parcel.sender.street, parcel.sender.commune, parcel.sender.province) if part
    )
    sheet.line(where, 9.5, lines_max=2)
    told = [
        gettext("%(count)s packs", count=sum(line.quantity for line in parcel.lines)),
        gettext("%(grams)s g", grams=parcel.weight_g) if parcel.weight_g else "",
        gettext("due by %(day)s", day=format_date(parcel.promised_to_on)),
    ]
    sheet.line(" · ".join(part for part in told if part), 9.5)
    if parcel.note and sheet.room_mm > 8:
        sheet.line(gettext("Buyer's note: %(note)s", note=parcel.note), 9.5, lines_max=2)


def _phone(place: PlaceFacts) -> str:
    return national_form(place.phone) if place.phone else ""
