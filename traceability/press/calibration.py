"""A page to measure a printer by: where it puts labels, and how large.

Source: traceability design 4.9 (calibration page with offset and scale in millimetres).
"""

from math import isfinite
from typing import IO, Final

from core.i18n import format_number, gettext
from traceability.errors import InvalidSheetError
from traceability.press.layouts import POINTS_PER_MM, LabelLayout, get_layout, refuse_wild_correction
from traceability.press.pdf import PdfFile
from traceability.press.sheets import moved, text_operators
from traceability.press.typeface import LEADING, plain_typeface
from traceability.press.wording import Line, wrapped

TEXT_POINTS: Final = 10.0
ROLL_TEXT_POINTS: Final = 4.6
TICK_MM: Final = 5


def write_calibration(
    file: IO[bytes],
    layout: str,
    offset_mm: tuple[float, float] = (0, 0),
    scale: tuple[float, float] = (1, 1),
) -> None:
    """Write the page: the frames of all labels, a cross at a known place, two bars of a known length, and what to do.

    offset_mm, scale: the correction so far, see `write_labels`; the page is printed with it.
    Raises InvalidSheetError if there is no such layout, or so large a correction is none.
    """
    shape = get_layout(layout)
    refuse_wild_correction(offset_mm, scale)
    words = _words(shape, offset_mm, scale)
    drawn = "".join((_frames(shape), _cross(shape), _bars(shape), words[0]))
    size = (shape.page_width_mm * POINTS_PER_MM, shape.page_height_mm * POINTS_PER_MM)
    pdf = PdfFile(file, size, plain_typeface())
    pdf.add_page(moved(shape, offset_mm, scale) + drawn.encode("ascii") + b"Q\n")
    pdf.finish(title=gettext("Calibration page %(layout)s", layout=layout), author="", letters=words[1])


def correction_of(
    layout: str, measured_mm: tuple[float | None, float | None, float | None, float | None]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """offset_mm and scale for `write_labels`, from what was measured on a page printed without a correction.

    measured_mm: from the left and the upper edge of the paper to the cross, and the bars across and along; None for
    what is as it should be. Raises InvalidSheetError if there is no such layout, or the printer is too far off.
    """
    shape = get_layout(layout)
    cross, bar = cross_mm(shape), bar_mm(shape)
    left, top, across, along = (
        (wanted if told is None else told)
        for told, wanted in zip(measured_mm, (cross, cross, bar, bar), strict=True)
    )
    if not all(isfinite(length) and length > 0 for length in (left, top, across, along)):
        raise InvalidSheetError(field="scale", value=measured_mm, reason="scale")
    scale = (bar / across, bar / along)
    offset_mm = (cross - left * scale[0], cross - top * scale[1])
    refuse_wild_correction(offset_mm, scale)
    return offset_mm, scale


def cross_mm(layout: LabelLayout) -> int:
    """How far the cross should be from the left and the upper edge of the paper."""
    return 5 if layout.is_roll else 20


def bar_mm(layout: LabelLayout) -> int:
    """How long the bars should be."""
    return 10 if layout.is_roll else 100


def _frames(layout: LabelLayout) -> str:
    boxes = []
    for position in range(1, layout.label_count + 1):
        left, top = layout.corner_mm(position)
        bottom = layout.page_height_mm - top - layout.height_mm
        boxes.append(_numbers(left, bottom, layout.width_mm, layout.height_mm) + " re")
    return f"0.3 w 0.5 G {' '.join(boxes)} S\n"


def _cross(layout: LabelLayout) -> str:
    x = cross_mm(layout)
    y = layout.page_height_mm - x
    arm = 3
    return (
        f"0.4 w 0 G {_numbers(x - arm, y)} m {_numbers(x + arm, y)} l "
        f"{_numbers(x, y - arm)} m {_numbers(x, y + arm)} l S\n"
    )


def _bars(layout: LabelLayout) -> str:
    """One across and one along, from a common corner right below the cross, with a tick at every five millimetres."""
    length, tick = bar_mm(layout), 1 if layout.is_roll else 3
    x = cross_mm(layout)
    y = layout.page_height_mm - x - (5 if layout.is_roll else 15)
    lines = [
        f"{_numbers(x, y)} m {_numbers(x + length, y)} l",
        f"{_numbers(x, y)} m {_numbers(x, y - length)} l",
    ]
    for at in range(0, length + 1, TICK_MM):
        lines.append(f"{_numbers(x + at, y)} m {_numbers(x + at, y - tick)} l")
        lines.append(f"{_numbers(x, y - at)} m {_numbers(x + tick, y - at)} l")
    return f"0.4 w 0 G {' '.join(lines)} S\n"


def _words(
    layout: LabelLayout, offset_mm: tuple[float, float], scale: tuple[float, float]
) -> tuple[str, set[str]]:
    """What to do, on white ground within the corner of the bars; and the letters that are used."""
    points = ROLL_TEXT_POINTS if layout.is_roll else TEXT_POINTS
    inner = 3 if layout.is_roll else 8
    left = cross_mm(layout) + inner
    top = layout.page_height_mm - cross_mm(layout) - (5 if layout.is_roll else 15) - inner
    width = layout.page_width_mm - left - (3 if layout.is_roll else 15)
    lines = [
        line
        for text in _texts(layout, offset_mm, scale)
        for line in wrapped(text, points, width * POINTS_PER_MM, 4)
    ]
    height = len(lines) * points * LEADING / POINTS_PER_MM + 2
    shown = f"1 g {_numbers(left - 1, top - height, width + 2, height)} re f 0 g\n"
    base = top * POINTS_PER_MM
    for line in lines:
        base -= points * LEADING
        shown += text_operators(Line(line.text, points), left * POINTS_PER_MM, base)
    return shown, {letter for line in lines for letter in line.text}


def _texts(layout: LabelLayout, offset_mm: tuple[float, float], scale: tuple[float, float]) -> list[str]:
    cross, bar = cross_mm(layout), bar_mm(layout)
    correction = gettext(
        "Moved by %(right)s mm to the right and %(down)s mm down; width × %(across)s, height × %(along)s.",
        right=format_number(round(offset_mm[0], 2)),
        down=format_number(round(offset_mm[1], 2)),
        across=format_number(round(scale[0], 4)),
        along=format_number(round(scale[1], 4)),
    )
    if layout.is_roll:
        return [
            gettext("Cross: %(cross)s mm from left and top. Bars: %(bar)s mm.", cross=cross, bar=bar),
            correction,
        ]
    return [
        gettext(
            "Labels %(layout)s: print this page on plain paper at 100 %%, not fitted to the page.",
            layout=layout.name,
        ),
        gettext("1. Hold it against the light over a sheet of labels: the frames should lie on the labels."),
        gettext(
            "2. Measure from the left and from the upper edge of the paper to the cross. Each should be %(cross)s mm.",
            cross=cross,
        ),
        gettext("3. Measure both bars. Each should be %(bar)s mm.", bar=bar),
        gettext("4. What is different, write down where the sheets are made: labels then come out right."),
        correction,
    ]  # fmt: skip


def _numbers(*millimetres: float) -> str:
    """Lengths as points."""
    return " ".join(f"{length * POINTS_PER_MM:.3f}" for length in millimetres)
