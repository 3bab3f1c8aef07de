"""The page to measure a printer by."""

import pytest

from core.i18n import speaking
from tests.traceability.rendering import DOTS_PER_INCH, box_of, dark_box, needs_poppler, rendered, text_of
from traceability.errors import InvalidSheetError
from traceability.press.calibration import bar_mm, correction_of, cross_mm, write_calibration
from traceability.press.layouts import LAYOUTS

DOTS_PER_MM = DOTS_PER_INCH / 25.4


def page_of(path, layout, **correction):
    with path.open("wb") as file, speaking("vi"):
        write_calibration(file, layout, **correction)
    (page,) = rendered(path)
    return page


def dark_near(page, x_mm, y_mm, reach_mm):
    """The box of what is printed within `reach_mm` of a point, in millimetres from the paper's corner."""
    left, top = (x_mm - reach_mm) * DOTS_PER_MM, (y_mm - reach_mm) * DOTS_PER_MM
    side = 2 * reach_mm * DOTS_PER_MM
    box = dark_box(page.crop((round(left), round(top), round(left + side), round(top + side))))
    return tuple(
        (edge + start) / DOTS_PER_MM for edge, start in zip(box, (left, top, left, top), strict=True)
    )


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("offset", [(0, 0), (2, -1)])
def test_the_cross_stands_where_the_page_says(tmp_path, layout, offset):
    page = page_of(tmp_path / "page.pdf", layout, offset_mm=offset)

    place = cross_mm(LAYOUTS[layout])
    left, top, right, bottom = dark_near(page, place + offset[0], place + offset[1], 3.4)

    assert abs((left + right) / 2 - (place + offset[0])) < 0.2
    assert abs((top + bottom) / 2 - (place + offset[1])) < 0.2


@needs_poppler
@pytest.mark.parametrize(("scale", "length"), [((1, 1), 100), ((0.98, 1.02), 98)])
def test_a_bar_has_the_length_that_the_page_says(tmp_path, scale, length):
    page = page_of(tmp_path / "page.pdf", "3x8", scale=scale)
    middle = round(35 * scale[1] * DOTS_PER_MM)

    row = page.crop((0, middle - 2, page.width, middle + 3))
    left, _top, right, _bottom = row.point(lambda grey: 255 * (grey < 60)).getbbox()

    assert bar_mm(LAYOUTS["3x8"]) == 100
    assert abs((right - left) / DOTS_PER_MM - length) < 0.5


@needs_poppler
def test_the_frames_are_those_of_the_labels(tmp_path):
    shape = LAYOUTS["5x13"]
    page = page_of(tmp_path / "page.pdf", "5x13")

    left, top, right, bottom = page.point(lambda grey: 255 * (grey < 200)).getbbox()

    assert abs(left - box_of(shape, 1)[0]) <= 3
    assert abs(top - box_of(shape, 1)[1]) <= 3
    assert abs(right - box_of(shape, 65)[2]) <= 3
    assert abs(bottom - box_of(shape, 65)[3]) <= 3


@needs_poppler
def test_the_page_says_what_to_do_and_how_it_was_printed(tmp_path):
    page_of(tmp_path / "page.pdf", "4x10", offset_mm=(1.5, -0.5), scale=(0.99, 1))

    words = " ".join(text_of(tmp_path / "page.pdf").split())

    for told in ("4x10", "100 %", "20 mm", "1,5 mm", "-0,5 mm", "0,99"):
        assert told in words.replace("−", "-")


@pytest.mark.parametrize(
    ("measured", "offset", "scale"),
    [
        ((None, None, None, None), (0, 0), (1, 1)),
        ((18.5, 21, None, None), (1.5, -1), (1, 1)),
        # The printer shrinks by 2 % and shifts by 1 mm: 20 mm come out as 20.6, 100 as 98.
        ((20.6, 20, 98, 100), (20 - 20.6 / 0.98, 0), (1 / 0.98, 1)),
    ],
)
def test_what_was_measured_becomes_its_correction(measured, offset, scale):
    got_offset, got_scale = correction_of("3x8", measured)

    assert got_offset == pytest.approx(offset)
    assert got_scale == pytest.approx(scale)
    # A point of a corrected page comes out where it should.
    shrink, shift = (98 / 100, 1.0) if measured[2] else (1, (measured[0] or 20) - 20)
    assert shrink * (got_scale[0] * 70 + got_offset[0]) + shift == pytest.approx(70)


@pytest.mark.parametrize(
    ("layout", "measured"),
    [
        ("3x8", (0, None, None, None)),
        ("3x8", (None, None, 0, None)),
        ("3x8", (None, None, float("nan"), None)),
        ("3x8", (None, None, 90, None)),
        ("3x8", (40, None, None, None)),
        ("9x9", (None, None, None, None)),
    ],
)
def test_a_printer_that_is_too_far_off_is_not_corrected(layout, measured):
    with pytest.raises(InvalidSheetError):
        correction_of(layout, measured)


@pytest.mark.parametrize(
    ("layout", "correction"),
    [("9x9", {}), ("3x8", {"offset_mm": (99, 0)}), ("3x8", {"scale": (float("inf"), 1)})],
)
def test_what_cannot_be_measured_is_refused(tmp_path, layout, correction):
    with pytest.raises(InvalidSheetError), (tmp_path / "page.pdf").open("wb") as file:
        write_calibration(file, layout, **correction)

    assert (tmp_path / "page.pdf").read_bytes() == b""
