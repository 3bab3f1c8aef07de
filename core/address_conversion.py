"""From an address as certified, often of before 1 July 2025, to the one that holds today.

The table of old communes (10,602 rows) stays packed by province and is unpacked when asked for. Source:
Resolution 202/2025/QH15 and the resolutions on communes of 2025, as compiled in vietnamadminunits 1.0.4.
"""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from core.places import (
    DATA_FOLDER,
    Commune,
    Province,
    UnitName,
    Vintage,
    closest,
    commune_name,
    district_name,
    find_commune_by_code,
    find_communes,
    find_province,
    successor,
)

_UNPACKED_PROVINCES: Final = 8


class ConversionKind(StrEnum):
    """How an address as certified became today's.

    unchanged: it already is today's. whole: the old unit lies wholly in one of today's. chosen: someone
    decided between several. ambiguous: one of `candidates`, nobody has said which. unknown: no such unit.
    """

    UNCHANGED = "unchanged"
    WHOLE = "whole"
    CHOSEN = "chosen"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Conversion:
    """Today's place of an address as certified; `kind` speaks of the finest unit that the address names.

    province: of today; known even where the commune is not. commune: None if the address names none or if it
    is not certain. candidates: today's communes it may lie in; of a split commune the main part comes first.
    """

    province: Province | None
    commune: Commune | None
    kind: ConversionKind
    candidates: tuple[Commune, ...] = ()


@dataclass(frozen=True, slots=True)
class OldCommune:
    """A commune until 30 June 2025. name and district as written then: «Phường 7», «Thành phố Bến Tre»."""

    code: str
    name: str
    district: str


@dataclass(frozen=True, slots=True)
class Succession:
    """An old commune and today's communes it went to, the largest part first; several where it was split."""

    old: OldCommune
    successors: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class _OldCommune:
    code: str
    name: UnitName
    district: UnitName
    new_codes: tuple[str, ...]


def current_place(
    commune: str | None, district: str | None, province: str | None, vintage: Vintage | None = None
) -> Conversion:
    """Where an address as certified lies today.

    Names as people write them, None or "" for what is not stated. vintage: which division the address
    follows; None if not stated: the old one if it names a district or an old province, else what fits.
    A commune split between several is `ambiguous` until someone chooses (see `choose`): nothing is guessed.
    """
    found = find_province(province or "", vintage) or find_province(province or "")
    if found is None:
        return Conversion(None, None, ConversionKind.UNKNOWN)
    if vintage is Vintage.SINCE_2025_07:
        return _current_address(commune, found)
    if vintage is None and not district and found.vintage is Vintage.SINCE_2025_07:
        return _address_of_either(commune, found)
    old = find_province(province or "", Vintage.BEFORE_2025_07)
    return _current_address(commune, found) if old is None else _old_address(commune, district, old)


def choose(conversion: Conversion, commune_code: str) -> Conversion:
    """`conversion` with one of its candidates chosen by a person; ValueError if it is none of them."""
    for candidate in conversion.candidates:
        if candidate.code == commune_code:
            return replace(conversion, commune=candidate, kind=ConversionKind.CHOSEN)
    raise ValueError(f"{commune_code} is not among the candidates")


@lru_cache(maxsize=1024)
def find_old_commune(code: str, province: Province) -> OldCommune | None:
    """The commune with that five-digit code in a province of before July 2025, or None.

    Codes of communes that had been merged away before 2025 are not in the table.
    """
    if province.vintage is not Vintage.BEFORE_2025_07:
        return None
    for old_code, name, district, *_ in _packed_rows(province.name):
        if old_code == code:
            return OldCommune(code, name, district)
    return None


def list_successions(old_province: Province) -> list[Succession]:
    """All communes of a province of before July 2025 with what they became; read anew at each call (some 2 ms)."""
    parts: dict[OldCommune, list[tuple[bool, str]]] = {}
    for old_code, name, district, new_code, kind in _packed_rows(old_province.name):
        parts.setdefault(OldCommune(old_code, name, district), []).append((kind == "part", new_code))
    return [Succession(old, _communes_of(code for _, code in sorted(new))) for old, new in parts.items()]


def _current_address(commune: str | None, named: Province) -> Conversion:
    """An address that follows today's division, though people may still write the province's old name."""
    province = successor(named)
    settled = _settled_kind(named)
    if not commune:
        return Conversion(province, None, settled)
    return _one_of(province, find_communes(commune, province.code), settled)


def _address_of_either(commune: str | None, current: Province) -> Conversion:
    if not commune:
        return Conversion(current, None, ConversionKind.UNCHANGED)
    old = find_province(current.name, Vintage.BEFORE_2025_07)
    by_old = (
        Conversion(current, None, ConversionKind.UNKNOWN) if old is None else _old_address(commune, None, old)
    )
    by_current = _current_address(commune, current)
    if by_old.kind is ConversionKind.UNKNOWN or by_old.commune == by_current.commune is not None:
        return by_current
    if by_current.kind is ConversionKind.UNKNOWN:
        return by_old
    both = dict.fromkeys([*by_old.candidates, *by_current.candidates])
    return Conversion(current, None, ConversionKind.AMBIGUOUS, tuple(both))


def _old_address(commune: str | None, district: str | None, old: Province) -> Conversion:
    province = successor(old)
    if not commune and not district:
        return Conversion(province, None, _settled_kind(old))
    in_district = _in_district(district, _old_communes(old.name))
    matches = _matching(commune, in_district)
    if matches:
        return _one_of(province, _new_communes(matches), ConversionKind.WHOLE)
    # Some districts became one unit as a whole, the islands with communes that the table does not even name.
    whole_district = _new_communes(in_district) if district else ()
    if len(whole_district) == 1:
        return _one_of(province, whole_district, ConversionKind.WHOLE)
    # The commune is in the province, but not in the district that the address names: told, not decided.
    elsewhere = _new_communes(_matching(commune, _old_communes(old.name))) if commune else ()
    kind = ConversionKind.AMBIGUOUS if elsewhere else ConversionKind.UNKNOWN
    return Conversion(province, None, kind, elsewhere)


def _one_of(province: Province, communes: tuple[Commune, ...], settled: ConversionKind) -> Conversion:
    if not communes:
        return Conversion(province, None, ConversionKind.UNKNOWN)
    if len(communes) > 1:
        return Conversion(province, None, ConversionKind.AMBIGUOUS, communes)
    return Conversion(province, communes[0], settled, communes)


def _settled_kind(named: Province) -> ConversionKind:
    """Unchanged if the province's name is one of today's."""
    same_name = named.name == successor(named).name
    return ConversionKind.UNCHANGED if same_name else ConversionKind.WHOLE


def _in_district(district: str | None, communes: Sequence[_OldCommune]) -> Sequence[_OldCommune]:
    if not district:
        return communes
    wanted = district_name(district)
    same = [(commune.district, commune) for commune in communes if commune.district.key == wanted.key]
    return closest(wanted, same)


def _matching(commune: str | None, communes: Sequence[_OldCommune]) -> Sequence[_OldCommune]:
    """All of them if no commune is named: then the district alone speaks."""
    if not commune:
        return communes
    wanted = commune_name(commune)
    return closest(wanted, [(old.name, old) for old in communes if old.name.key == wanted.key])


def _new_communes(communes: Sequence[_OldCommune]) -> tuple[Commune, ...]:
    return _communes_of(code for commune in communes for code in commune.new_codes)


def _communes_of(codes: Iterable[str]) -> tuple[Commune, ...]:
    """Today's communes of those codes, each once."""
    found = (find_commune_by_code(code) for code in dict.fromkeys(codes))
    return tuple(commune for commune in found if commune is not None)


@lru_cache(maxsize=_UNPACKED_PROVINCES)
def _old_communes(province_name: str) -> tuple[_OldCommune, ...]:
    """The old communes of a province of before, each with what it became, the largest part first."""
    parts: dict[tuple[str, ...], list[tuple[bool, str]]] = {}
    for old_code, name, district, new_code, kind in _packed_rows(province_name):
        parts.setdefault((old_code, name, district), []).append((kind == "part", new_code))
    return tuple(
        _OldCommune(code, commune_name(name), district_name(district), tuple(c for _, c in sorted(new)))
        for (code, name, district), new in parts.items()
    )


def _packed_rows(province_name: str) -> Iterator[list[str]]:
    """Rows of old code, old name, district, new code and kind of one old province."""
    return csv.reader(zlib.decompress(_packed_table()[province_name]).decode().splitlines())


@lru_cache(maxsize=1)
def _packed_table() -> dict[str, bytes]:
    """The table by name of the old province, packed: 0.2 MB instead of 5 MB in each process."""
    lines: dict[str, list[str]] = {}
    path = DATA_FOLDER / "vn_wards_old_to_new_2025.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            kept = (
                row["old_ward_code"],
                row["old_ward"],
                row["old_district"],
                row["new_ward_code"],
                row["kind"],
            )
            lines.setdefault(row["old_province"], []).append(",".join(kept))
    return {province: zlib.compress("\n".join(rows).encode()) for province, rows in lines.items()}
