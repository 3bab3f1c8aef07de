"""Sheets of labels: printed, rendered and read again. UX-21."""

import io
import shutil
import subprocess
from datetime import date
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.traceability.conftest import GTIN
from traceability.errors import InvalidSheetError
from traceability.label_sheets import DOT_MM, LAYOUTS, MODULE_DOTS, module_mm, write_sheets
from traceability.printed import LabelFacts, printed_url
from traceability.qr_images import qr_matrix, qr_png, qr_svg
from traceability.stamp_codes import grouped, new_codes

DOTS_PER_INCH = 300
DOTS_PER_MM = DOTS_PER_INCH / 25.4
BASE = "https://cho-ocop.example.vn"

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is missing"
)


def facts(**given_facts) -> LabelFacts:
    usual = {
        "product_name": "Nước mắm cốt nhĩ ẪỄ truyền thống ủ chượp mười hai tháng",
        "lot_code": "L2611",
        "produced_on": date(2026, 11, 1),
        "expires_on": date(2027, 11, 1),
        "gtin": GTIN,
        "host": "cho-ocop.example.vn",
        "is_lot_code": False,
        "is_demonstration": True,
    }
    return LabelFacts(**(usual | given_facts))


def urls_of(label: LabelFacts, codes: list[str]) -> list[tuple[str, str]]:
    return [(code, printed_url(BASE, code, gtin=label.gtin, lot_code=label.lot_code)) for code in codes]


def printed(path, codes, *, layout="3x8", start=1, **given_facts):
    label = facts(**given_facts)
    with path.open("wb") as file:
        return write_sheets(file, label, urls_of(label, codes), layout=LAYOUTS[layout], start=start)


def rendered(path) -> list[Image.Image]:
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "-png", str(path), str(path.with_suffix(""))]
    subprocess.run(command, check=True)
    pages = sorted(path.parent.glob(f"{path.stem}-*.png"))
    return [Image.open(io.BytesIO(page.read_bytes())) for page in pages]


def text_of(path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout


def box_of(layout, position) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label in dots."""
    row, column = divmod(position, layout.columns)
    left, top = column * layout.width_mm, layout.top_mm + row * layout.height_mm
    edges = (left, top, left + layout.width_mm, top + layout.height_mm)
    return tuple(edge * DOTS_PER_MM for edge in edges)


@needs_poppler
@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "start"), [("3x8", 1), ("3x8", 11), ("3x8", 24), ("4x10", 1), ("4x10", 38)]
)
@pytest.mark.parametrize("gtin", [GTIN, None])
def test_every_label_is_read_where_it_belongs(tmp_path, layout, start, gtin):
    shape = LAYOUTS[layout]
    codes = new_codes(shape.label_count + 1 - start + 3)

    sheets = printed(tmp_path / "sheet.pdf", codes, layout=layout, start=start, gtin=gtin)
    pages = rendered(tmp_path / "sheet.pdf")

    assert sheets == len(pages) == 2
    expected = [
        url.replace("cho-ocop.example.vn", "CHO-OCOP.EXAMPLE.VN")
        for _, url in urls_of(facts(gtin=gtin), codes)
    ]
    places = [(0, position) for position in range(start - 1, shape.label_count)] + [(1, 0), (1, 1), (1, 2)]
    for (page, position), url in zip(places, expected, strict=True):
        left, top, right, bottom = box_of(shape, position)
        label = pages[page].crop((round(left), round(top), round(right), round(bottom)))
        (found,) = zxingcpp.read_barcodes(label)
        assert found.text == url
        assert found.ec_level == "Q"


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_printed_outside_a_label_or_near_its_edge(tmp_path, layout):
    shape = LAYOUTS[layout]
    printed(tmp_path / "sheet.pdf", new_codes(1), layout=layout, start=shape.columns + 2, gtin=None)

    (page,) = rendered(tmp_path / "sheet.pdf")
    left, top, right, bottom = page.point(lambda grey: 255 * (grey < 128)).getbbox()

    box = box_of(shape, shape.columns + 1)
    edge = 1.5 * DOTS_PER_MM
    assert left >= box[0] + edge
    assert top >= box[1] + edge
    assert right <= box[2] - edge
    assert bottom <= box[3] - edge


@needs_poppler
def test_a_label_is_exact_to_the_millimetre(tmp_path):
    shape = LAYOUTS["3x8"]
    printed(tmp_path / "sheet.pdf", new_codes(24))

    (page,) = rendered(tmp_path / "sheet.pdf")
    found = {(read.position.top_left.x, read.position.top_left.y) for read in zxingcpp.read_barcodes(page)}
    columns = sorted({round(x / 20) for x, _ in found})
    steps = [(second - first) * 20 / DOTS_PER_MM for first, second in pairwise(columns)]

    assert len(found) == 24
    assert all(abs(step - shape.width_mm) < 2 for step in steps)


@needs_poppler
def test_what_stands_on_a_label(tmp_path):
    (code,) = new_codes(1)
    printed(tmp_path / "sheet.pdf", [code])

    text = text_of(tmp_path / "sheet.pdf")

    for told in ("Nước mắm cốt nhĩ ẪỄ", "Lô: L2611", "NSX: 01/11/2026", "HSD: 01/11/2027", f"(01) {GTIN}"):
        assert told in text
    assert grouped(code) in text
    assert "cho-ocop.example.vn" in text
    assert "Dữ liệu trình diễn" in text
    assert "sao" not in text.lower().split()


@needs_poppler
def test_a_code_that_is_no_gs1_code_says_so(tmp_path):
    printed(tmp_path / "sheet.pdf", new_codes(1), gtin=None)

    text = " ".join(text_of(tmp_path / "sheet.pdf").split())

    assert "Mã truy xuất nội bộ, không phải mã GS1" in text
    assert "(01)" not in text


@pytest.mark.parametrize("start", [0, 25])
def test_a_position_that_a_sheet_has_not_is_refused(tmp_path, start):
    with pytest.raises(InvalidSheetError) as refused:
        printed(tmp_path / "sheet.pdf", new_codes(1), start=start)

    assert refused.value.last == 24


def test_a_sheet_without_labels_is_refused(tmp_path):
    with pytest.raises(InvalidSheetError):
        printed(tmp_path / "sheet.pdf", [])


@pytest.mark.parametrize("layout", LAYOUTS.values())
def test_modules_are_whole_dots_and_never_too_fine(layout):
    for size in range(25, 49, 4):
        dots = module_mm(size, layout) / DOT_MM
        assert round(dots, 6) in MODULE_DOTS
        assert module_mm(size, layout) >= 0.396
        assert (size + 8) * module_mm(size, layout) <= layout.qr_max_mm


def test_a_qr_that_does_not_fit_is_refused():
    with pytest.raises(InvalidSheetError):
        module_mm(97, LAYOUTS["4x10"])


def test_a_png_is_read_again_and_has_its_resolution():
    url = f"{BASE}/T/{new_codes(1)[0]}"

    picture = Image.open(io.BytesIO(qr_png(url, 12, 600)))
    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text.lower() == url.lower()
    assert round(picture.info["dpi"][0]) == 600


def test_an_svg_draws_the_dark_modules_and_no_style():
    url = f"{BASE}/T/{new_codes(1)[0]}"
    matrix = qr_matrix(url)

    drawing = qr_svg(url, 0.508)

    side = matrix.size + 8
    assert f'viewBox="0 0 {side} {side}"' in drawing
    assert f'width="{side * 0.508:.3f}mm"' in drawing
    assert "style" not in drawing
    lengths = [int(part.split("v")[0]) for part in drawing.split('d="M4')[1].split("h") if "v1" in part]
    assert sum(lengths) == sum(row.bit_count() for row in matrix.rows)


@settings(max_examples=60, deadline=None)
@given(
    host=st.from_regex(r"[a-z]{2,12}(\.[a-z]{2,8}){1,2}", fullmatch=True),
    lot=st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True).filter(lambda text: text not in {".", ".."}),
    has_gtin=st.booleans(),
    code=st.builds(lambda: new_codes(1)[0]),
)
def test_every_printed_address_is_read_again(host, lot, has_gtin, code):
    url = printed_url(f"https://{host}", code, gtin=GTIN if has_gtin else None, lot_code=lot)

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(url, 4, 300))))

    assert found.text == url.replace(host, host.upper(), 1)
    assert found.ec_level == "Q"
