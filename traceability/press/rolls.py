"""Labels for printers of rolls, in the two languages that most of them speak: ZPL and TSPL.

Each label is its bitmaps and nothing else, so that paper holds exactly what was drawn here.
Sources: Zebra, ZPL II Programming Guide, ^GF and «Alternative Data Compression Scheme»; TSC, TSPL/TSPL2 Programming
Language, SIZE, GAP, CLS, BITMAP, PRINT.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from traceability.press.bitmaps import Bitmap, LabelBitmaps, label_bitmaps
from traceability.press.layouts import get_layout
from traceability.printed import LabelFacts

GAP_MM: Final = 2
"""Between the labels of usual rolls."""

_INVERTED: Final = bytes(255 - byte for byte in range(256))


def zpl(
    facts: LabelFacts, labels: Iterable[tuple[str, str]], *, layout: str, dots_per_inch: int = 203
) -> Iterator[bytes]:
    """The commands of each label in turn; arguments and refusals as of `label_bitmaps`."""
    return map(_zpl_label, label_bitmaps(facts, labels, layout=layout, dots_per_inch=dots_per_inch))


def tspl(
    facts: LabelFacts, labels: Iterable[tuple[str, str]], *, layout: str, dots_per_inch: int = 203
) -> Iterator[bytes]:
    """The commands of each label in turn; arguments and refusals as of `label_bitmaps`."""
    shape = get_layout(layout)
    head = (
        f"SIZE {shape.width_mm:g} mm,{shape.height_mm:g} mm\r\nGAP {GAP_MM} mm,0 mm\r\nDIRECTION 1\r\nCLS\r\n"
    )
    drawn = label_bitmaps(facts, labels, layout=layout, dots_per_inch=dots_per_inch)
    return (
        head.encode("ascii") + b"".join(map(_bitmap_command, label.parts)) + b"PRINT 1,1\r\n"
        for label in drawn
    )


ROLL_LANGUAGES: Final = {"zpl": zpl, "tspl": tspl}


def _zpl_label(label: LabelBitmaps) -> bytes:
    fields = "".join(map(_graphic_field, label.parts))
    return f"^XA^PW{label.width}^LL{label.height}^LH0,0\n{fields}^XZ\n".encode("ascii")


def _graphic_field(part: Bitmap) -> str:
    count = part.row_bytes * len(part.rows)
    return f"^FO{part.left},{part.top}^GFA,{count},{count},{part.row_bytes},{_compressed(part.rows)}^FS\n"


def _compressed(rows: Iterable[bytes]) -> str:
    """Rows in hexadecimal; «,» stands for zeros up to the row's end, «:» for the row above once more."""
    told: list[str] = []
    above = None
    for row in rows:
        digits = row.hex().upper()
        kept = digits.rstrip("0")
        told.append(":" if row == above else kept if len(kept) == len(digits) else kept + ",")
        above = row
    return "".join(told)


def _bitmap_command(part: Bitmap) -> bytes:
    """In TSPL a zero is a dark dot. The data are bytes, not text: they end where their size says."""
    head = f"BITMAP {part.left},{part.top},{part.row_bytes},{len(part.rows)},0,"
    return head.encode("ascii") + b"".join(part.rows).translate(_INVERTED) + b"\r\n"
