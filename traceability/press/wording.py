"""What stands on a label beside its QR, line by line, cut to the room there is.

Sources: traceability design 4.1 and 4.9; Decree 37/2026/NĐ-CP art. 28(4) (a code that is no GS1 code says so).
"""

from dataclasses import dataclass
from typing import Final

from core.i18n import format_date, gettext, speaking
from traceability.errors import InvalidSheetError
from traceability.press.layouts import POINTS_PER_MM, LabelLayout
from traceability.press.typeface import LEADING, plain_typeface
from traceability.printed import LabelFacts
from traceability.qr_images import QUIET_MODULES
from traceability.stamp_codes import ALPHABET, grouped

STRONG_WIDER: Final = 1.05
"""Strong letters are so much wider than plain ones, at most."""

CODE_POINTS_MORE: Final = 1.4
"""The code is so much larger than the other text: it is what people type."""

CODE_DEPTH: Final = 0.15
"""So much of its size a Q reaches below its line."""

CODE_POINTS_MIN: Final = 5.3
"""The smallest size whose small letters are 0.9 mm high; a code that would be smaller takes two lines."""

TYPICAL_CODE: Final = "7K3Q-X9M2-RVBH-8"
NAME_LINES: Final = 3

TEXT_LINES: Final = 5
"""So many hold the words that a code is none of GS1 even beside the largest QR; they are never cut."""

WORD_POINTS_MIN: Final = 4.0

GIVES_WAY: Final = ("made", "best_before", "lot", "host")
"""What a small label leaves out, the first first: the page behind the QR tells it. Never the kind of number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: printable letters, size in points, whether it is strong."""

    text: str
    points: float
    is_strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """How a label is filled, in points from its lower left corner: side of a module, where the QR and the text lie.

    code_line_count: lines that a code takes, at the foot of the label. lines: from the top.
    """

    module: float
    qr_left: float
    qr_bottom: float
    text_left: float
    text_width: float
    foot: float
    code_line_count: int
    lines: tuple[Line, ...]


def face_of(facts: LabelFacts, layout: LabelLayout, size: int, module_mm: float) -> Face:
    """The face of labels. size: modules of the QR; module_mm: side of one.

    Raises InvalidSheetError if no room is left for what a label must say.
    """
    module = module_mm * POINTS_PER_MM
    inset = layout.inset_mm * POINTS_PER_MM
    height = layout.height_mm * POINTS_PER_MM
    qr_left = max(inset, QUIET_MODULES * module)
    text_left = qr_left + (size + QUIET_MODULES) * module
    text_width = layout.width_mm * POINTS_PER_MM - inset - text_left
    code_line_count = 1 if _code_points(TYPICAL_CODE, layout, text_width) >= CODE_POINTS_MIN else 2
    foot = inset + CODE_DEPTH * (layout.text_points + CODE_POINTS_MORE)
    code_height = code_line_count * (layout.text_points + CODE_POINTS_MORE) * LEADING
    return Face(
        module=module,
        qr_left=qr_left,
        qr_bottom=(height - size * module) / 2,
        text_left=text_left,
        text_width=text_width,
        foot=foot,
        code_line_count=code_line_count,
        lines=_lines(facts, layout, text_width, height - inset - foot - code_height),
    )


def code_lines(code: str, layout: LabelLayout, face: Face) -> list[Line]:
    """The code in groups, in the lines that the face has for it, from the top."""
    groups = grouped(code).split("-")
    texts = ["-".join(groups)] if face.code_line_count == 1 else ["-".join(groups[:2]), "-".join(groups[2:])]
    points = min(_code_points(text, layout, face.text_width) for text in texts)
    return [Line(text, points, is_strong=True) for text in texts]


def label_letters(face: Face) -> set[str]:
    """All letters that a run's labels need."""
    return {letter for line in face.lines for letter in line.text} | set(ALPHABET) | {"-"}


def line_width(text: str, points: float, *, is_strong: bool) -> float:
    """Width of printable `text` in points."""
    return plain_typeface().width(text, points) * (STRONG_WIDER if is_strong else 1)


def wrapped(text: str, points: float, width: float, count: int, *, is_strong: bool = False) -> list[Line]:
    """`text` in at most `count` lines no wider than `width`; what does not fit ends in «…»."""

    def too_wide(line: str) -> bool:
        return line_width(line, points, is_strong=is_strong) > width

    lines: list[str] = []
    for word in plain_typeface().printable(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and not too_wide(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    kept = lines[:count]
    if len(lines) > count:
        kept[-1] += " …"
    for number, line in enumerate(kept):
        cut = line
        while too_wide(cut) and len(cut) > 1:
            cut = cut.removesuffix("…").rstrip()[:-1].rstrip() + "…"
        kept[number] = cut
    return [Line(line, points, is_strong) for line in kept]


def _code_points(text: str, layout: LabelLayout, width: float) -> float:
    wanted = layout.text_points + CODE_POINTS_MORE
    return min(wanted, wanted * width / line_width(text, wanted, is_strong=True))


def _lines(facts: LabelFacts, layout: LabelLayout, width: float, room: float) -> tuple[Line, ...]:
    """Lines from the top: the name takes as many as are left over, and where room lacks, what the page tells goes."""
    name_height = layout.name_points * LEADING
    told = _texts(facts, layout, width)

    def left_over() -> float:
        return room - sum(line.points * LEADING for lines in told.values() for line in lines)

    for name in GIVES_WAY:
        if left_over() < name_height:
            told.pop(name, None)
    name_count = min(NAME_LINES, int(left_over() // name_height))
    if name_count < 1 or any(line.text.endswith("…") for line in told["number"]):
        raise InvalidSheetError(field="layout", value=layout.name, reason="qr_too_large")
    first = wrapped(facts.product_name, layout.name_points, width, name_count, is_strong=True)
    return (*first, *(line for lines in told.values() for line in lines))


def _texts(facts: LabelFacts, layout: LabelLayout, width: float) -> dict[str, list[Line]]:
    with speaking("vi"):
        told = {
            "lot": gettext("Lot code: %(code)s", code=facts.lot_code)
            if facts.is_lot_code
            else gettext("Lot: %(code)s", code=facts.lot_code),
            "made": gettext("Made: %(day)s", day=format_date(facts.produced_on)) if facts.produced_on else "",
            "best_before": gettext("Best before: %(day)s", day=format_date(facts.expires_on))
            if facts.expires_on
            else "",
            "number": f"GTIN (01) {facts.gtin}"
            if facts.gtin
            else gettext("Internal trace code, not a GS1 code"),
            "demonstration": gettext("Demonstration data") if facts.is_demonstration else "",
        }
    points = layout.text_points
    lines = {name: wrapped(text, points, width, TEXT_LINES) for name, text in told.items() if text}
    if facts.gtin:
        lines["number"] = wrapped(told["number"], _fitting(facts.gtin, points, width), width, TEXT_LINES)
    host = plain_typeface().printable(facts.host)
    return lines | {"host": wrapped(host, _fitting(host, points, width), width, 1)}


def _fitting(word: str, points: float, width: float) -> float:
    """`points`, or less if `word` would be too wide; its letters stay higher than 0.9 mm (digits and capitals)."""
    fitting = 0.999 * points * width / line_width(word, points, is_strong=False)
    return min(points, max(WORD_POINTS_MIN, fitting))
