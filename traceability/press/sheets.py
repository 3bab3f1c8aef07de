"""Labels as PDF: A4 sheets and rolls, exact to the millimetre, QR in whole printer dots, text in Vietnamese.

A label is a reference to what all share, its code, and its QR as a mask of one bit for each module. Labels come in and
pages go out in turn, so that memory does not grow with their number.
Source: traceability design 4.9 and 4.10.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice, repeat
from typing import IO, Final

from traceability.errors import InvalidSheetError
from traceability.press.layouts import (
    POINTS_PER_MM,
    LabelLayout,
    free_positions,
    get_layout,
    module_mm,
    refuse_wild_correction,
)
from traceability.press.pdf import PdfFile
from traceability.press.typeface import LEADING, plain_typeface
from traceability.press.wording import Line, code_lines, face_of, label_letters, line_width
from traceability.printed import LabelFacts
from traceability.qr_images import is_sealed, qr_tables

BATCH: Final = 256
"""So many QR codes are drawn at a time: a table then stays near while it serves."""

NOTE_POINTS: Final = 4.5
NOTE_MM: Final = 8.0
"""The note in the margin begins so far from the paper's edge: printers do not reach nearer than about 5 mm."""

STROKE_SHARE: Final = 0.035
"""Strong letters are drawn with an edge of this share of their size."""


def write_labels(
    file: IO[bytes],
    facts: LabelFacts,
    labels: Iterable[tuple[str, str]],
    *,
    layout: str,
    start: int = 1,
    skip: Collection[int] = (),
    offset_mm: tuple[float, float] = (0, 0),
    scale: tuple[float, float] = (1, 1),
    margin_note: str | None = None,
) -> int:
    """Write labels to `file`, row by row; answers how many sheets (of a roll: labels) were written.

    labels: code (13 characters) and address of each. All addresses have the same host and length.
    layout: a name of LAYOUTS. start: the first position (from 1) of the first sheet that takes a label; skip: further
    positions of that sheet which take none. offset_mm: to the right and down; scale: across and down; both as the
    calibration page told. margin_note: a line on the edge of every sheet, not on rolls.
    Raises InvalidSheetError if there is no such layout or position, no label, or so large a QR does not fit.
    """
    shape = get_layout(layout)
    refuse_wild_correction(offset_mm, scale)
    first_places = free_positions(shape, start, skip)
    remaining = iter(labels)
    first = next(remaining, None)
    if first is None:
        raise InvalidSheetError(field="labels", value=0, reason="no_stamps")
    press = _Press(facts, shape, first[1])
    note = plain_typeface().printable(margin_note) if margin_note and not shape.is_roll else ""
    pdf = PdfFile(
        file, (shape.page_width_mm * POINTS_PER_MM, shape.page_height_mm * POINTS_PER_MM), plain_typeface()
    )
    pdf.share(press.shared_part(), (shape.width_mm * POINTS_PER_MM, shape.height_mm * POINTS_PER_MM))
    frame = (moved(shape, offset_mm, scale), _note(note, shape) + b"Q\n")
    drawn = press.drawn(chain((first,), remaining))
    count = 0
    for places in chain((first_places,), repeat(range(1, shape.label_count + 1))):
        labels_here = [_at(shape, place) + label for place, label in zip(places, drawn, strict=False)]
        if not labels_here:
            break
        pdf.add_page(b"".join((frame[0], *labels_here, frame[1])))
        count += 1
    pdf.finish(
        title=f"{facts.product_name} · {facts.lot_code}",
        author=facts.host,
        letters=label_letters(press.face) | set(note),
    )
    return count


class _Press:
    """Draws the labels of one run. url: of any of them."""

    def __init__(self, facts: LabelFacts, layout: LabelLayout, url: str) -> None:
        self._layout = layout
        self._tables = qr_tables(url)
        size = self._tables.size
        self.face = face_of(facts, layout, size, module_mm(size, layout, is_sealed=is_sealed(url)))
        side = size * self.face.module
        self._image = (
            f"{side:.4f} 0 0 {side:.4f} {self.face.qr_left:.4f} {self.face.qr_bottom:.4f} cm "
            f"BI /W {size} /H {size} /IM true /BPC 1 /D [1 0] /F /AHx ID "
        )

    def shared_part(self) -> bytes:
        """What all labels share: lines from the top, beside the QR."""
        top = (self._layout.height_mm - self._layout.inset_mm) * POINTS_PER_MM
        placed = []
        for line in self.face.lines:
            top -= line.points * LEADING
            placed.append(text_operators(line, self.face.text_left, top))
        return "".join(placed).encode("ascii")

    def drawn(self, labels: Iterator[tuple[str, str]]) -> Iterator[bytes]:
        """The operators of each label, at the lower left corner that was moved to, with the end of that move."""
        while batch := list(islice(labels, BATCH)):
            matrices = self._tables.matrices([url for _code, url in batch])
            for (code, _url), matrix in zip(batch, matrices, strict=True):
                yield f"/L Do {self._code(code)}{self._image}{matrix.hex()}> EI Q\n".encode("ascii")

    def _code(self, code: str) -> str:
        lines = code_lines(code, self._layout, self.face)
        step = lines[0].points * LEADING
        return "".join(
            text_operators(line, self.face.text_left, self.face.foot + step * above)
            for above, line in enumerate(reversed(lines))
        )


def text_operators(line: Line, left: float, base: float) -> str:
    """Operators that write a line with its base at `base`; in points."""
    shown = plain_typeface().hexadecimal(line.text)
    strength = f"2 Tr {line.points * STROKE_SHARE:.3f} w" if line.is_strong else "0 Tr"
    return f"BT /F {line.points:.3f} Tf {strength} {left:.3f} {base:.3f} Td <{shown}> Tj ET\n"


def _at(layout: LabelLayout, position: int) -> bytes:
    """Moves to the lower left corner of a label."""
    left, top = layout.corner_mm(position)
    bottom = layout.page_height_mm - top - layout.height_mm
    return f"q 1 0 0 1 {left * POINTS_PER_MM:.3f} {bottom * POINTS_PER_MM:.3f} cm ".encode("ascii")


def moved(layout: LabelLayout, offset_mm: tuple[float, float], scale: tuple[float, float]) -> bytes:
    """Corrects what the printer does to a page; measured from its upper left corner."""
    (right, down), (across, along) = offset_mm, scale
    lift = layout.page_height_mm * (1 - along) - down
    return (
        f"q {across:.6f} 0 0 {along:.6f} {right * POINTS_PER_MM:.3f} {lift * POINTS_PER_MM:.3f} cm\n".encode(
            "ascii"
        )
    )


def _note(note: str, layout: LabelLayout) -> bytes:
    """The note: in the lower margin, or where sheets have none, upwards on the right edge of the first column."""
    if not note:
        return b""
    margin = layout.page_height_mm - layout.top_mm - layout.rows * layout.height_mm
    is_upright = margin < NOTE_MM
    room = (layout.page_height_mm if is_upright else layout.page_width_mm) - 2 * NOTE_MM
    points = min(
        NOTE_POINTS, NOTE_POINTS * room * POINTS_PER_MM / line_width(note, NOTE_POINTS, is_strong=False)
    )
    start = NOTE_MM * POINTS_PER_MM
    text = text_operators(Line(note, points), 0, 0)
    if not is_upright:
        return f"q 1 0 0 1 {start:.3f} {margin / 2 * POINTS_PER_MM:.3f} cm {text}Q\n".encode("ascii")
    edge = (layout.left_mm + layout.width_mm) * POINTS_PER_MM - points / 2
    return f"q 0 1 -1 0 {edge:.3f} {start:.3f} cm {text}Q\n".encode("ascii")
