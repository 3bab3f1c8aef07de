"""Provinces and communes of Vietnam, before and since 1 July 2025.

On that day 63 provinces became 34 and some 10,000 communes became 3,321; districts were abolished. Codes were
used again for other units, so a code or a name is only understood together with its vintage.

Source: Resolution 202/2025/QH15 and Decision 19/2025/QĐ-TTg as compiled in vietnamadminunits 1.0.4 (MIT; its
licence is beside the data in core/data). What became of an old address tells `core.address_conversion`.
"""

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from sys import intern
from typing import Final, TypeVar

from core.text import clean_line, fold, slugify, tone_key, words

_T = TypeVar("_T")
_Prefixes = tuple[tuple[str, re.Pattern[str]], ...]

DATA_FOLDER: Final = Path(__file__).parent / "data"

# Kinds of unit with the ways people write them; longer ways first. Matched on folded text.
_PROVINCE_PREFIX: Final = re.compile(r"(?:tinh|thanh pho|tp)\b[.\s]*")
_PROVINCE_SUFFIX: Final = re.compile(r"\s+(?:province|city)$")
_COMMUNE_PREFIXES: Final[_Prefixes] = (
    ("thi tran", re.compile(r"(?:thi tran\b|tt\b|tt\.)[.\s]*")),
    ("phuong", re.compile(r"(?:phuong\b|p\.|p(?=\s|\d))[.\s]*")),
    ("xa", re.compile(r"(?:xa\b|x\.|x(?=\s))[.\s]*")),
    ("dac khu", re.compile(r"dac khu\b\s*")),
)
_DISTRICT_PREFIXES: Final[_Prefixes] = (
    ("thi xa", re.compile(r"(?:thi xa\b|tx\b)[.\s]*")),
    ("thanh pho", re.compile(r"(?:thanh pho\b|tp\b)[.\s]*")),
    ("huyen", re.compile(r"(?:huyen\b|h\.)[.\s]*")),
    ("quan", re.compile(r"(?:quan\b|q\.|q(?=\s|\d))[.\s]*")),
)

# «Quí» and «Quý», «Mĩ» and «Mỹ»: one sound at the end of a word, spelt both ways on maps.
_FINAL_Y: Final = re.compile("(?<=[bcdghklmnpqrstvx])y$|(?<=qu)y$")

# Other names for today's provinces and for those of before, by key.
_CURRENT_ALIASES: Final = {
    "hcm": "hochiminh",
    "tphcm": "hochiminh",
    "hcmc": "hochiminh",
    "saigon": "hochiminh",
    "tphochiminh": "hochiminh",
    "daclac": "daklak",
    "darlac": "daklak",
}
_OLD_ALIASES: Final = {
    "thuathienhue": "hue",
    "vungtau": "bariavungtau",
    "brvt": "bariavungtau",
    "dacnong": "daknong",
    "baccan": "backan",
}


class Vintage(StrEnum):
    """Which division of the country a name or code belongs to; the change came on 1 July 2025."""

    BEFORE_2025_07 = "before_2025_07"
    SINCE_2025_07 = "since_2025_07"


@dataclass(frozen=True, slots=True)
class Province:
    """code: two digits, understood with `vintage`. name: «Tỉnh Lâm Đồng». short_name: «Lâm Đồng».

    slug: `lam-dong`; a province of before has the slug of its namesake today, if there is one.
    """

    code: str
    name: str
    short_name: str
    slug: str
    vintage: Vintage


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or special zone since July 2025. code: five digits. name: «Xã Nam Dong»."""

    code: str
    name: str
    province_code: str

    @property
    def slug(self) -> str:
        """`xa-nam-dong-24649`: the code keeps namesakes apart."""
        return _commune_slug(self.name, self.code)

    @property
    def short_name(self) -> str:
        """«Nam Dong», without the kind of unit; «Phường 1» keeps it, a number alone says nothing."""
        bare = re.sub(r"^(Xã|Phường|Đặc khu)\s+", "", self.name)
        return self.name if bare.isdigit() else bare


@lru_cache(maxsize=4096)
def _commune_slug(name: str, code: str) -> str:
    """Kept, because lists ask for the slugs of the same communes again and again; there are 3,321."""
    return f"{slugify(name)}-{code}"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit's name taken apart for comparing.

    kind: folded («xa»), "" if not said. key: the name folded, in one piece. toned: the same with its tones.
    has_tones: whether whoever wrote it writes tones, as «Xã Nam Dong» shows and «nam dong» does not.
    """

    kind: str
    key: str
    toned: str
    has_tones: bool


def list_provinces() -> tuple[Province, ...]:
    """The 34 provinces of today, by code."""
    return _provinces().current


def list_old_provinces() -> tuple[Province, ...]:
    """The 63 provinces until 30 June 2025, by code of that time."""
    return _provinces().old


def find_province(name: str, vintage: Vintage | None = None) -> Province | None:
    """The province a person means by `name`, or None.

    Understands «Tỉnh», «TP.», missing tones, NFD, «TP HCM», «Sài Gòn», «Đăk Lăk». Without `vintage` today's
    province is meant if there is one of that name, else the one of before («Bình Dương», «Thừa Thiên Huế»).
    """
    key = _province_key(name)
    if vintage is not Vintage.BEFORE_2025_07:
        found = _provinces().current_by_key.get(_CURRENT_ALIASES.get(key, key))
        if found is not None or vintage is not None:
            return found
    old_key = _OLD_ALIASES.get(key, _CURRENT_ALIASES.get(key, key))
    return _provinces().old_by_key.get(old_key)


def find_province_by_code(code: str, vintage: Vintage) -> Province | None:
    """The province with a code of that vintage, or None. 52 was Bình Định and is Gia Lai."""
    return _provinces().by_code[vintage].get(code)


def find_province_by_slug(slug: str) -> Province | None:
    """Today's province with that slug, else the one of before, or None."""
    table = _provinces()
    return next((province for province in table.current + table.old if province.slug == slug), None)


def successor(old_province: Province) -> Province:
    """Today's province that took in all of `old_province`; a province of today is its own."""
    if old_province.vintage is Vintage.SINCE_2025_07:
        return old_province
    return _provinces().successor_by_old_code[old_province.code]


def predecessors(new_province: Province) -> tuple[Province, ...]:
    """The provinces of before that became `new_province`, one to three, by code of that time."""
    table = _provinces()
    return tuple(old for old in table.old if table.successor_by_old_code[old.code] == new_province)


def list_communes(province_code: str) -> tuple[Commune, ...]:
    """Today's communes of a province of today, by code; empty for an unknown code."""
    return tuple(commune for commune in _communes().values() if commune.province_code == province_code)


def find_communes(name: str, province_code: str | None = None) -> tuple[Commune, ...]:
    """Today's communes a person may mean by `name`; `province_code` (of today) narrows.

    Understands «xã», «P.», missing tones and NFD. If a kind of unit or tones were given and some communes
    agree with them, the others are left out. 314 names occur more than once.
    """
    wanted = commune_name(name)
    codes = _communes_by_key().get(wanted.key, ())
    found = [_communes()[code] for code in codes]
    if province_code is not None:
        found = [commune for commune in found if commune.province_code == province_code]
    return tuple(closest(wanted, [(commune_name(commune.name), commune) for commune in found]))


def find_commune_by_code(code: str) -> Commune | None:
    """Today's commune with that five-digit code, or None. Codes of before July 2025 mean something else."""
    return _communes().get(code)


def find_commune_by_slug(slug: str) -> Commune | None:
    """Today's commune with that slug; the code at its end decides, or None."""
    return _communes().get(slug.rpartition("-")[2])


def commune_name(text: str) -> UnitName:
    """A commune's name taken apart: «TT. Liên Nghĩa» is a «thi tran» of key «liennghia»."""
    return _unit_name(text, _COMMUNE_PREFIXES)


def district_name(text: str) -> UnitName:
    """A district's name taken apart: «Q.1» is a «quan» of key «1»."""
    return _unit_name(text, _DISTRICT_PREFIXES)


def closest(wanted: UnitName, named: Sequence[tuple[UnitName, _T]]) -> list[_T]:
    """Of units with the same key those that agree with the tones and the kind of `wanted`, where any does.

    A name typed without tones says nothing about tones: «nam dong» is Nam Đông and Nam Dong.
    """
    kept = list(named)
    if wanted.has_tones:
        kept = [pair for pair in kept if pair[0].toned == wanted.toned] or kept
    if wanted.kind:
        kept = [pair for pair in kept if pair[0].kind == wanted.kind] or kept
    return [unit for _, unit in kept]


def _unit_name(text: str, prefixes: _Prefixes) -> UnitName:
    line = clean_line(text)
    folded = fold(line)
    for kind, prefix in prefixes:
        found = prefix.match(folded)
        if found and found.end() < len(folded):
            toned = _toned_key(line, folded, found.end())
            return UnitName(kind, _key(folded[found.end() :]), toned, not line.isascii())
    return UnitName("", _key(folded), _toned_key(line, folded, 0), not line.isascii())


def _key(name: str) -> str:
    """Folded letters and digits in one piece: «Ea H'Leo» and «Ea Hleo», «Quí» and «Quý», «07» and «7»."""
    pieces = (word.lstrip("0") or word if word.isdigit() else _FINAL_Y.sub("i", word) for word in words(name))
    return "".join(pieces)


def _toned_key(line: str, folded: str, start: int) -> str:
    if len(line) != len(folded):  # a letter outside Vietnamese: its tones cannot be lined up
        return _key(folded[start:])
    return re.sub(r"[\W_]+", "", tone_key(line[start:]))


def _province_key(name: str) -> str:
    folded = _PROVINCE_SUFFIX.sub("", fold(clean_line(name)))
    prefix = _PROVINCE_PREFIX.match(folded)
    return _key(folded[prefix.end() :] if prefix else folded)


@dataclass(frozen=True, slots=True)
class _Provinces:
    current: tuple[Province, ...]
    old: tuple[Province, ...]
    current_by_key: dict[str, Province]
    old_by_key: dict[str, Province]
    by_code: dict[Vintage, dict[str, Province]]
    successor_by_old_code: dict[str, Province]


@lru_cache(maxsize=1)
def _provinces() -> _Provinces:
    with (DATA_FOLDER / "vn_provinces_2025.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = {row["new_code"]: row["new_name"] for row in rows}
    current = {code: _province(code, names[code], Vintage.SINCE_2025_07) for code in sorted(names)}
    old = [_province(row["old_code"], row["old_name"], Vintage.BEFORE_2025_07) for row in rows]
    return _Provinces(
        current=tuple(current.values()),
        old=tuple(old),
        current_by_key={_province_key(province.name): province for province in current.values()},
        old_by_key={_province_key(province.name): province for province in old},
        by_code={
            Vintage.SINCE_2025_07: current,
            Vintage.BEFORE_2025_07: {province.code: province for province in old},
        },
        successor_by_old_code={row["old_code"]: current[row["new_code"]] for row in rows},
    )


def _province(code: str, name: str, vintage: Vintage) -> Province:
    short_name = re.sub("^(Tỉnh|Thành phố) ", "", name)
    return Province(intern(code), name, short_name, slugify(short_name), vintage)


@lru_cache(maxsize=1)
def _communes() -> dict[str, Commune]:
    with gzip.open(DATA_FOLDER / "vn_wards_2025.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return {
            row["ward_code"]: Commune(row["ward_code"], row["ward"], intern(row["province_code"]))
            for row in csv.DictReader(lines)
        }


@lru_cache(maxsize=1)
def _communes_by_key() -> dict[str, tuple[str, ...]]:
    codes: dict[str, tuple[str, ...]] = {}
    for code, commune in _communes().items():
        key = commune_name(commune.name).key
        codes[key] = (*codes.get(key, ()), code)
    return codes
