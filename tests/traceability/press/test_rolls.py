"""Commands for printers of rolls, read back to dots as a printer does, and the dots read again."""

import re
from itertools import product

import pytest
import zxingcpp
from PIL import Image, ImageOps

from tests.traceability.conftest import GTIN
from tests.traceability.rendering import as_read, facts, labels_of
from traceability.errors import InvalidSheetError
from traceability.press.rolls import tspl, zpl
from traceability.stamp_codes import new_codes

DPI = (203, 300, 600)
TOO_LARGE = {("35x22", 203, "gtin"), ("40x30", 203, "sealed")} | {("35x22", dots, "sealed") for dots in DPI}
"""With the long host of these tests."""

CASES = [
    case
    for case in product(("50x30", "40x30", "35x22"), DPI, ("gtin", "short", "sealed"))
    if case not in TOO_LARGE
]
FIELD = re.compile(r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS")
COMMAND = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,")


def zpl_picture(command: bytes) -> Image.Image:
    """A label of ZPL as dots, dark on white."""
    text = command.decode("ascii")
    width, height = map(int, re.search(r"\^PW(\d+)\^LL(\d+)", text).groups())
    paper = Image.new("1", (width, height), 0)
    for left, top, count, total, row_bytes, data in FIELD.findall(text):
        assert count == total
        rows = unpacked(data, int(row_bytes))
        assert len(b"".join(rows)) == int(total)
        paste(paper, rows, (int(left), int(top)))
    return ImageOps.invert(paper.convert("L"))


def unpacked(data: str, row_bytes: int) -> list[bytes]:
    """Source: ZPL II Programming Guide, alternative data compression scheme."""
    rows: list[bytes] = []
    row = ""
    for sign in data:
        if sign == ":" and not row:
            rows.append(rows[-1])
            continue
        row = row.ljust(2 * row_bytes, "0") if sign == "," else row + sign
        if len(row) == 2 * row_bytes:
            rows.append(bytes.fromhex(row))
            row = ""
    assert row == ""
    return rows


def tspl_picture(command: bytes, dots_per_inch: int) -> Image.Image:
    """A label of TSPL as dots, dark on white."""
    width, height = (float(side) for side in re.match(rb"SIZE (\S+) mm,(\S+) mm\r\n", command).groups())
    paper = Image.new("1", tuple(int(side / 25.4 * dots_per_inch) for side in (width, height)), 0)
    at = command.index(b"CLS\r\n") + 5
    while found := COMMAND.match(command, at):
        left, top, row_bytes, row_count = map(int, found.groups())
        end = found.end() + row_bytes * row_count
        content = bytes(255 - byte for byte in command[found.end() : end])
        paste(
            paper,
            [content[start : start + row_bytes] for start in range(0, len(content), row_bytes)],
            (left, top),
        )
        assert command[end : end + 2] == b"\r\n"
        at = end + 2
    assert command[at:] == b"PRINT 1,1\r\n"
    return ImageOps.invert(paper.convert("L"))


def paste(paper: Image.Image, rows: list[bytes], at: tuple[int, int]) -> None:
    part = Image.frombytes("1", (8 * len(rows[0]), len(rows)), b"".join(rows))
    paper.paste(1, at, part)


def some(kind: str, count: int):
    label = facts(gtin=None if kind == "short" else GTIN)
    return label, labels_of(label, new_codes(count), is_sealed=kind == "sealed")


@pytest.mark.parametrize(("layout", "dots_per_inch", "kind"), CASES)
def test_what_a_printer_prints_is_read_again(layout, dots_per_inch, kind):
    label, labels = some(kind, 2)

    by_zpl = [zpl_picture(one) for one in zpl(label, labels, layout=layout, dots_per_inch=dots_per_inch)]
    by_tspl = [
        tspl_picture(one, dots_per_inch)
        for one in tspl(label, labels, layout=layout, dots_per_inch=dots_per_inch)
    ]

    assert [picture.tobytes() for picture in by_zpl] == [picture.tobytes() for picture in by_tspl]
    for picture, (_code, url) in zip(by_zpl, labels, strict=True):
        (found,) = zxingcpp.read_barcodes(picture)
        assert found.text == as_read(url)


@pytest.mark.parametrize("dots_per_inch", DPI)
def test_modules_are_whole_dots(dots_per_inch):
    """Every run of dots along a row of the QR is a whole number of modules of at least 0.396 mm."""
    label, labels = some("gtin", 1)
    (command,) = zpl(label, labels, layout="50x30", dots_per_inch=dots_per_inch)
    _left, _top, _count, _total, row_bytes, data = FIELD.findall(command.decode("ascii"))[1]
    rows = unpacked(data, int(row_bytes))
    bits = "".join(f"{byte:08b}" for byte in rows[0])
    finder = len(bits) - len(bits.lstrip("1"))  # the edge of the finder pattern: seven dark modules

    module, remainder = divmod(finder, 7)

    assert remainder == 0
    assert module * 25.4 / dots_per_inch >= 0.396
    assert {len(run) % module for run in re.findall("1+", bits)} == {0}


@pytest.mark.parametrize("layout", ["50x30", "40x30", "35x22"])
def test_text_and_qr_do_not_touch_and_nothing_leaves_the_label(layout):
    label, labels = some("short", 1)
    (command,) = zpl(label, labels, layout=layout)
    parts = [
        (int(left), int(top), 8 * int(row_bytes), int(total) // int(row_bytes))
        for left, top, _count, total, row_bytes, _data in FIELD.findall(command.decode("ascii"))
    ]
    text, qr, code = parts

    assert qr[0] + qr[2] <= text[0]
    assert text[0] == code[0]
    assert text[1] + text[3] <= code[1] + code[3]
    picture = zpl_picture(command)
    left, top, right, bottom = ImageOps.invert(picture).getbbox()
    assert min(left, top, picture.width - right, picture.height - bottom) >= 3


@pytest.mark.parametrize("speak", [zpl, tspl])
@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"layout": "3x8"}, "gtin", "layout"),
        ({"layout": "99x99"}, "gtin", "layout"),
        ({"layout": "50x30", "dots_per_inch": 150}, "gtin", "dots_per_inch"),
        ({"layout": "35x22"}, "sealed", "sealed_too_large"),
        ({"layout": "35x22"}, "gtin", "qr_too_large"),
        ({"layout": "40x30"}, "sealed", "sealed_too_large"),
    ],
)
def test_what_cannot_be_printed_is_refused_at_once(speak, options, kind, reason):
    label, labels = some(kind, 1)

    with pytest.raises(InvalidSheetError) as refused:
        speak(label, labels, **options)

    assert refused.value.reason == reason


@pytest.mark.parametrize("speak", [zpl, tspl])
def test_a_roll_without_labels_is_refused(speak):
    with pytest.raises(InvalidSheetError) as refused:
        speak(facts(), [], layout="50x30")

    assert refused.value.reason == "no_stamps"


def test_labels_are_drawn_one_after_the_other():
    """A million labels are asked for as the printer takes them, not before."""
    asked = 0

    def endless():
        nonlocal asked
        _label, labels = some("gtin", 1)
        while True:
            asked += 1
            yield labels[0]

    drawn = zpl(facts(), endless(), layout="50x30")
    for _ in range(3):
        next(drawn)

    assert asked <= 256 + 1
