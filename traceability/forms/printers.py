"""For which printer labels are made, and what was measured on its calibration page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.text import clean_line
from traceability.errors import InvalidSheetError
from traceability.press.layouts import LabelLayout

PDF: Final = "pdf"
ROLL_PRINTERS: Final = tuple(f"{language}-{dots}" for language in ("zpl", "tspl") for dots in (203, 300, 600))
PRINTERS: Final = (PDF, *ROLL_PRINTERS)
MEASURED: Final = ("left", "top", "across", "along")

_LENGTH: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?")


@dataclass(frozen=True, slots=True)
class PrinterForm:
    """printer: one of PRINTERS. measured_mm: from the left and upper edge to the cross, bars across and along.

    None stands for what was left empty.
    """

    printer: str
    measured_mm: tuple[float | None, float | None, float | None, float | None]

    @classmethod
    def parse(cls, sent: Mapping[str, str]) -> "PrinterForm":
        """Raises InvalidSheetError for another printer, and for what is no length."""
        printer = sent.get("printer", PDF)
        if printer not in PRINTERS:
            raise InvalidSheetError(field="printer", value=printer[:20], reason="printer")
        left, top, across, along = (_length(sent, name) for name in MEASURED)
        return cls(printer, (left, top, across, along))

    def refuse_misfit(self, layout: LabelLayout) -> None:
        """Raises InvalidSheetError if labels of that layout do not go through the printer."""
        if self.printer != PDF and not layout.is_roll:
            raise InvalidSheetError(field="printer", value=layout.name, reason="printer")


def _length(sent: Mapping[str, str], name: str) -> float | None:
    typed = clean_line(sent.get(name, ""))
    if not typed:
        return None
    if not _LENGTH.fullmatch(typed):
        raise InvalidSheetError(field=name, value=typed[:20], reason="length")
    return float(typed.replace(",", "."))
