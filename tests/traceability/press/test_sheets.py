"""Sheets and rolls of labels: printed, rendered and read again. UX-21."""

import re
import subprocess
from itertools import pairwise

import pytest
import zxingcpp

from tests.traceability.conftest import GTIN
from tests.traceability.rendering import (
    DOTS_PER_INCH,
    as_read,
    box_of,
    dark_box,
    facts,
    labels_of,
    needs_poppler,
    read_at,
    rendered,
    text_of,
)
from traceability.errors import InvalidSheetError
from traceability.press.layouts import LAYOUTS, MODULE_MIN_MM, module_dots, module_mm
from traceability.press.sheets import write_labels
from traceability.stamp_codes import grouped, new_codes

DOTS_PER_MM = DOTS_PER_INCH / 25.4
SHEETS = [name for name, layout in LAYOUTS.items() if not layout.is_roll]
ROLLS = [name for name, layout in LAYOUTS.items() if layout.is_roll]
FOR_SEALS = ["3x8", "4x10", "50x30", "40x30"]


def printed(path, codes, *, layout="3x8", is_sealed=False, given=None, **options):
    label = facts(**(given or {}))
    labels = labels_of(label, codes, is_sealed=is_sealed)
    with path.open("wb") as file:
        count = write_labels(file, label, iter(labels), layout=layout, **options)
    return count, [as_read(url) for _code, url in labels]


@needs_poppler
@pytest.mark.slow
@pytest.mark.parametrize("layout", SHEETS)
@pytest.mark.parametrize("gtin", [GTIN, None])
def test_every_label_of_a_sheet_is_read_where_it_belongs(tmp_path, layout, gtin):
    shape = LAYOUTS[layout]
    start, skip = 3, {4, shape.label_count}
    places = [(0, position) for position in range(start, shape.label_count + 1) if position not in skip]
    places += [(1, 1), (1, 2), (1, 3), (1, 4)]

    count, urls = printed(
        tmp_path / "sheet.pdf",
        new_codes(len(places)),
        layout=layout,
        given={"gtin": gtin},
        start=start,
        skip=skip,
    )
    pages = rendered(tmp_path / "sheet.pdf")

    assert count == len(pages) == 2
    for (page, position), url in zip(places, urls, strict=True):
        found = read_at(pages[page], shape, position)
        assert found.text == url
        assert found.ec_level == "Q"
    for page, position in ((0, 1), (0, 2), (0, 4), (0, shape.label_count), (1, 5)):
        assert dark_box(pages[page].crop(tuple(round(edge) for edge in box_of(shape, position)))) is None


@needs_poppler
@pytest.mark.parametrize("layout", ROLLS)
@pytest.mark.parametrize("gtin", [GTIN, None])
def test_a_roll_has_one_label_a_page_at_its_size(tmp_path, layout, gtin):
    count, urls = printed(tmp_path / "roll.pdf", new_codes(3), layout=layout, given={"gtin": gtin})
    pages = rendered(tmp_path / "roll.pdf", dots_per_inch=203)

    assert count == len(pages) == 3
    width, height = (round(float(part) * 203 / 25.4) for part in layout.split("x"))
    for page, url in zip(pages, urls, strict=True):
        (found,) = zxingcpp.read_barcodes(page)
        assert found.text == url
        assert abs(page.width - width) <= 1
        assert abs(page.height - height) <= 1


@needs_poppler
@pytest.mark.parametrize("layout", FOR_SEALS)
def test_sealed_stamps_are_read_at_level_m(tmp_path, layout):
    _count, urls = printed(tmp_path / "sealed.pdf", new_codes(2), layout=layout, is_sealed=True)
    pages = rendered(tmp_path / "sealed.pdf")

    for number, url in enumerate(urls, 1):
        page, position = (pages[number - 1], 1) if LAYOUTS[layout].is_roll else (pages[0], number)
        found = read_at(page, LAYOUTS[layout], position)
        assert found.text == url
        assert found.ec_level == "M"


@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - set(FOR_SEALS)))
def test_sealed_stamps_are_refused_where_they_do_not_fit(tmp_path, layout):
    with pytest.raises(InvalidSheetError) as refused:
        printed(tmp_path / "sealed.pdf", new_codes(1), layout=layout, is_sealed=True)

    assert refused.value.reason == "sealed_too_large"
    assert (tmp_path / "sealed.pdf").read_bytes() == b""


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_printed_outside_a_label_or_near_its_edge(tmp_path, layout):
    shape = LAYOUTS[layout]
    position = 1 if shape.is_roll else shape.columns + 2
    printed(tmp_path / "sheet.pdf", new_codes(1), layout=layout, start=position, given={"gtin": None})

    (page,) = rendered(tmp_path / "sheet.pdf")
    left, top, right, bottom = dark_box(page)

    box = box_of(shape, position)
    edge = min(1.5, shape.inset_mm - 0.3) * DOTS_PER_MM
    assert left >= box[0] + edge
    assert top >= box[1] + edge
    assert right <= box[2] - edge
    assert bottom <= box[3] - edge


@needs_poppler
def test_a_sheet_is_exact_to_the_millimetre(tmp_path):
    printed(tmp_path / "sheet.pdf", new_codes(24))

    (page,) = rendered(tmp_path / "sheet.pdf")
    found = {(read.position.top_left.x, read.position.top_left.y) for read in zxingcpp.read_barcodes(page)}
    columns = sorted({round(x / 20) for x, _ in found})
    steps = [(second - first) * 20 / DOTS_PER_MM for first, second in pairwise(columns)]

    assert len(found) == 24
    assert all(abs(step - 70) < 2 for step in steps)


@needs_poppler
def test_a_correction_moves_and_stretches_from_the_upper_left_corner(tmp_path):
    printed(tmp_path / "plain.pdf", new_codes(1), start=24)
    printed(tmp_path / "moved.pdf", new_codes(1), start=24, offset_mm=(1.5, -2.0), scale=(0.99, 1.01))

    (plain,) = rendered(tmp_path / "plain.pdf")
    (moved,) = rendered(tmp_path / "moved.pdf")
    left, top, _right, _bottom = dark_box(plain)
    moved_left, moved_top, _right, _bottom = dark_box(moved)

    assert abs(moved_left - (left * 0.99 + 1.5 * DOTS_PER_MM)) <= 2
    assert abs(moved_top - (top * 1.01 - 2.0 * DOTS_PER_MM)) <= 2


@needs_poppler
@pytest.mark.parametrize("layout", SHEETS)
def test_the_note_stands_on_every_sheet_and_spoils_no_label(tmp_path, layout):
    note = "Nhật ký công khai 1.234.567 · pUh0v0mW3k7m3dZ1r4m3k9Q1pYb2c3d4e5f6g7h8i9A="
    shape = LAYOUTS[layout]
    codes = new_codes(shape.label_count + 1)

    _count, urls = printed(tmp_path / "sheet.pdf", codes, layout=layout, margin_note=note)
    pages = rendered(tmp_path / "sheet.pdf")

    assert text_of(tmp_path / "sheet.pdf").count(note) == 2
    first_column = range(1, shape.label_count + 1, shape.columns)
    assert [read_at(pages[0], shape, place).text for place in first_column] == urls[: -1 : shape.columns]


@needs_poppler
def test_a_roll_has_no_note(tmp_path):
    printed(tmp_path / "roll.pdf", new_codes(1), layout="50x30", margin_note="Nhật ký công khai 1")

    assert "Nhật ký" not in text_of(tmp_path / "roll.pdf")


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_stands_on_a_label(tmp_path, layout):
    (code,) = new_codes(1)
    printed(tmp_path / "sheet.pdf", [code], layout=layout, given={"is_demonstration": False})

    text = text_of(tmp_path / "sheet.pdf")
    words = " ".join(text.split())

    for told in ("Nước mắm", "Lô: L2611", "HSD: 01/11/2027", f"(01) {GTIN}", "cho-ocop.example.vn"):
        assert told in words
    assert re.sub(r"[\s-]", "", text).count(code) == 1
    assert grouped(code).split("-")[0] + "-" + grouped(code).split("-")[1] in words
    assert "trình diễn" not in words
    assert "sao" not in words.lower().split()


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_code_that_is_no_gs1_code_and_goods_that_are_none_say_so(tmp_path, layout):
    printed(tmp_path / "sheet.pdf", new_codes(1), layout=layout, given={"gtin": None})

    words = " ".join(text_of(tmp_path / "sheet.pdf").split())

    assert "Mã truy xuất nội bộ, không phải mã GS1" in words
    assert "Dữ liệu trình diễn" in words
    assert "(01)" not in words


@needs_poppler
def test_letters_come_out_of_the_file_as_they_went_in(tmp_path):
    name = "ẪỄỮỴẶ đĐ ưƠ «Bưởi» — ₫ 5"
    printed(tmp_path / "sheet.pdf", new_codes(1), given={"product_name": name + " 果 😀"})

    fonts = subprocess.run(
        ["pdffonts", str(tmp_path / "sheet.pdf")], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]

    assert f"{name} ? ?" in " ".join(text_of(tmp_path / "sheet.pdf").split())
    assert len(fonts) == 1
    assert re.fullmatch(r"[A-Z]{6}\+ChoSans +CID TrueType +Identity-H +yes yes yes .*", fonts[0])


def test_decomposed_letters_are_composed():
    from traceability.press.typeface import plain_typeface

    assert plain_typeface().printable("Nươ\u0301c  ma\u0306\u0301m\n") == "Nước mắm"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"start": 0}, "position"),
        ({"start": 25}, "position"),
        ({"skip": [25]}, "position"),
        ({"start": 24, "skip": [24]}, "no_position"),
        ({"offset_mm": (16, 0)}, "offset"),
        ({"offset_mm": (float("nan"), 0)}, "offset"),
        ({"scale": (1.2, 1)}, "scale"),
        ({"layout": "2x2"}, "layout"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_a_byte_is_written(tmp_path, options, reason):
    with pytest.raises(InvalidSheetError) as refused:
        printed(tmp_path / "sheet.pdf", new_codes(1), **options)

    assert refused.value.reason == reason
    assert (tmp_path / "sheet.pdf").read_bytes() == b""


def test_a_sheet_without_labels_is_refused(tmp_path):
    with pytest.raises(InvalidSheetError) as refused:
        printed(tmp_path / "sheet.pdf", [])

    assert refused.value.reason == "no_stamps"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_modules_are_whole_dots_and_never_too_fine(layout):
    fitting = 0
    for size in range(25, 61, 4):
        try:
            module = module_mm(size, layout)
        except InvalidSheetError:
            continue
        fitting += 1
        dots = [round(module / 25.4 * dots_per_inch, 6) for dots_per_inch in layout.dots_per_inch]
        assert any(count == round(count) for count in dots)
        assert module >= MODULE_MIN_MM
        assert (size + 8) * module <= layout.qr_max_mm
    assert fitting >= 3


@pytest.mark.parametrize(
    ("layout", "dots_per_inch", "size", "dots"),
    [("35x22", 203, 33, 4), ("50x30", 203, 33, 5), ("50x30", 300, 45, 6), ("50x30", 600, 45, 12)],
)
def test_dots_of_a_module(layout, dots_per_inch, size, dots):
    assert module_dots(size, LAYOUTS[layout], dots_per_inch) == dots


@pytest.mark.parametrize(("layout", "dots_per_inch"), [("35x22", 203), ("4x10", 300)])
def test_a_qr_that_does_not_fit_is_refused(layout, dots_per_inch):
    with pytest.raises(InvalidSheetError):
        module_dots(97, LAYOUTS[layout], dots_per_inch)
