"""What an OCOP product code says, read by its vintage.

Codes name units by the statistics office's numbers, and on 1 July 2025 numbers were used again for other
units, so a code is understood by its form. Sources: real codes of 2021 and 2022 (T-H-X-STT-year, T-H-STT-year
without the commune); Decision 26/2026/QĐ-TTg for the form without district (T-X-STT-year). STT is the running
number within the unit, not the stars. Anything else is kept as text and says nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.address_conversion import find_old_commune
from core.places import Province, Vintage, find_commune_by_code, find_province_by_code
from core.text import clean_line


class OcopCodeForm(StrEnum):
    """How a code is built: by province, district and commune; province and district; province and commune."""

    DISTRICT_AND_COMMUNE = "district_and_commune"
    DISTRICT = "district"
    COMMUNE = "commune"
    UNKNOWN = "unknown"


_VINTAGES: Final = {
    OcopCodeForm.DISTRICT_AND_COMMUNE: Vintage.BEFORE_2025_07,
    OcopCodeForm.DISTRICT: Vintage.BEFORE_2025_07,
    OcopCodeForm.COMMUNE: Vintage.SINCE_2025_07,
}

# The programme began in 2018; the year is of the evaluation.
_TAIL: Final = r"-(?P<ordinal>\d+)-(?P<year>20\d\d)"
_PATTERNS: Final = (
    (
        OcopCodeForm.DISTRICT_AND_COMMUNE,
        re.compile(r"(?P<province>\d{2})-(?P<district>\d{3})-(?P<commune>\d{5})" + _TAIL, re.ASCII),
    ),
    (OcopCodeForm.DISTRICT, re.compile(r"(?P<province>\d{2})-(?P<district>\d{3})" + _TAIL, re.ASCII)),
    (OcopCodeForm.COMMUNE, re.compile(r"(?P<province>\d{2})-(?P<commune>\d{5})" + _TAIL, re.ASCII)),
)
# Hyphens of every kind that typewriters, word processors and copied tables put between the parts.
_HYPHENS: Final = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe63\uff0d]\s*")


@dataclass(frozen=True, slots=True)
class OcopCode:
    """A product code: `text` as issued, and its parts; None for a part that the form does not have.

    ordinal: the product's running number in its unit and year. year: of the evaluation.
    """

    text: str
    form: OcopCodeForm
    province_code: str | None = None
    district_code: str | None = None
    commune_code: str | None = None
    ordinal: int | None = None
    year: int | None = None

    @property
    def vintage(self) -> Vintage | None:
        """Which division of the country its numbers follow; None for an unknown form."""
        return _VINTAGES.get(self.form)


@dataclass(frozen=True, slots=True)
class OcopCodePlace:
    """The units that a code names, as they were called then; None where code or tables say nothing."""

    province: Province | None
    district: str | None
    commune: str | None


def parse_ocop_code(text: str) -> OcopCode:
    """The parts of a product code; a text of no known form comes back whole, form `unknown`."""
    written = clean_line(text)
    compact = _HYPHENS.sub("-", written)
    for form, pattern in _PATTERNS:
        found = pattern.fullmatch(compact)
        if found:
            parts = found.groupdict()
            return OcopCode(
                text=written,
                form=form,
                province_code=parts["province"],
                district_code=parts.get("district"),
                commune_code=parts.get("commune"),
                ordinal=int(parts["ordinal"]),
                year=int(parts["year"]),
            )
    return OcopCode(text=written, form=OcopCodeForm.UNKNOWN)


def place_of_code(code: OcopCode) -> OcopCodePlace:
    """The units that `code` names, resolved by its vintage: 52 is Bình Định in 2021 and Gia Lai in 2026.

    A commune that does not lie in the province of the code is not told: then one of the two is mistaken.
    """
    if code.vintage is None or code.province_code is None:
        return OcopCodePlace(None, None, None)
    province = find_province_by_code(code.province_code, code.vintage)
    if province is None or code.commune_code is None:
        return OcopCodePlace(province, None, None)
    if code.vintage is Vintage.BEFORE_2025_07:
        old = find_old_commune(code.commune_code, province)
        return OcopCodePlace(province, old.district if old else None, old.name if old else None)
    commune = find_commune_by_code(code.commune_code)
    is_within = commune is not None and commune.province_code == province.code
    return OcopCodePlace(province, None, commune.name if commune and is_within else None)
