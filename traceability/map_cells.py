"""Squares of about 1 km that say where raw material comes from, and no closer. Pure.

A cell is named by its south-western corner in hundredths of a degree: «10.24,106.37». Source: traceability design 4.8
(plots are shown as cells of some 1 km), Law 91/2025/QH15 on personal data.
"""

import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Final

STEP: Final = Decimal("0.01")
SOUTH, NORTH = Decimal(7), Decimal(24)
WEST, EAST = Decimal(102), Decimal(118)
"""A box around Viet Nam with its islands, Trường Sa among them; what lies outside was typed wrongly."""
_POINT: Final = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d{1,12})?)\s*[;, ]\s*(-?\d{1,3}(?:[.,]\d{1,12})?)\s*")


def cell_of(latitude: Decimal, longitude: Decimal) -> str | None:
    """The cell in which the point (degrees, WGS 84) lies; None outside Viet Nam."""
    if not (SOUTH <= latitude < NORTH and WEST <= longitude < EAST):
        return None
    return f"{latitude.quantize(STEP, ROUND_FLOOR)},{longitude.quantize(STEP, ROUND_FLOOR)}"


def read_point(typed: str) -> str | None:
    """The cell of a point as maps copy it («10.24312, 106.37521») or as a cell is named; None if it is neither."""
    found = _POINT.fullmatch(typed[:60])
    if found is None:
        return None
    try:
        latitude, longitude = (Decimal(part.replace(",", ".")) for part in found.groups())
    except InvalidOperation:
        return None
    return cell_of(latitude, longitude)
