"""Finding a commune by what a person types: without tones, by today's name or by one that is gone.

Since 1 July 2025 people hesitate between both names. What they choose keeps both: the name that they know, and the
commune that stands for it now. An old commune that was split is offered once for each of its parts: nothing is
guessed. Source: Resolution 202/2025/QH15, data as in `core.address_conversion`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.address_conversion import list_successions
from core.places import (
    Commune,
    Province,
    UnitName,
    Vintage,
    commune_name,
    find_commune_by_code,
    find_province_by_code,
    list_communes,
    predecessors,
)
from core.text import fold, tone_key, words

SHOWN_MOST: Final = 12
TEXT_MAX: Final = 80
_TABLES_KEPT: Final = 6  # provinces whose names stay unpacked in a process, some 0.3 MB each


@dataclass(frozen=True, slots=True)
class OldName:
    """The name that an address had before July 2025: «Phường 7», «Thành phố Bến Tre», «Tỉnh Bến Tre»."""

    commune: str
    district: str
    province: str


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """Something a person may mean. key: what a form sends back for it. commune: of today.

    old: the name that was found, where it is one of before. is_split: the old commune went to several of today's, of
    which this is one; the person has to choose.
    """

    key: str
    commune: Commune
    old: OldName | None = None
    is_split: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    choice: CommuneChoice
    name: UnitName
    name_words: tuple[str, ...]
    district_words: tuple[str, ...]


def search_communes(text: str, province_code: str, limit: int = SHOWN_MOST) -> tuple[CommuneChoice, ...]:
    """What `text` may mean in today's province of that code, the likeliest first; empty for an unknown code.

    Every word of `text` begins a word of the name, or of the old name with its district. The whole name goes before
    its beginning, right tones before others, today's names before old ones.
    """
    wanted = words(text[:TEXT_MAX])
    province = find_province_by_code(province_code, Vintage.SINCE_2025_07)
    if not wanted or province is None:
        return ()
    asked = commune_name(text[:TEXT_MAX])
    found = [(_rank(entry, asked, wanted), entry) for entry in _entries(province)]
    ranked = sorted(
        ((rank, entry) for rank, entry in found if rank is not None),
        key=lambda pair: (*pair[0], pair[1].choice.old is not None, pair[1].choice.commune.name),
    )
    return tuple(entry.choice for _, entry in ranked[:limit])


def find_choice(key: str, province_code: str) -> CommuneChoice | None:
    """The choice that a form sent back as `key`, if there is such a one in that province of today."""
    province = find_province_by_code(province_code, Vintage.SINCE_2025_07)
    if province is None:
        return None
    if "-" not in key:
        commune = find_commune_by_code(key)
        return CommuneChoice(key, commune) if commune and commune.province_code == province.code else None
    return next((entry.choice for entry in _entries(province) if entry.choice.key == key), None)


def _rank(entry: _Entry, asked: UnitName, wanted: list[str]) -> tuple[int, int] | None:
    """How well it fits, the smaller the better; None if it does not."""
    tones = 0 if not asked.has_tones or entry.name.toned.startswith(asked.toned) else 1
    kind = 0 if not asked.kind or asked.kind == entry.name.kind else 1
    if asked.key == entry.name.key:
        return 0, tones + kind
    if asked.key and entry.name.key.startswith(asked.key):
        return 1, tones + kind
    if _begin(wanted, entry.name_words):
        return 2, tones
    if _begin(wanted, entry.name_words + entry.district_words):
        return 3, tones
    return None


def _begin(wanted: list[str], told: tuple[str, ...]) -> bool:
    return all(any(word.startswith(each) for word in told) for each in wanted)


@lru_cache(maxsize=_TABLES_KEPT)
def _entries(province: Province) -> tuple[_Entry, ...]:
    current = tuple(
        _entry(CommuneChoice(each.code, each), each.name) for each in list_communes(province.code)
    )
    old = tuple(entry for before in predecessors(province) for entry in _old_entries(before, province))
    return current + old


def _old_entries(before: Province, province: Province) -> list[_Entry]:
    entries = []
    for each in list_successions(before):
        parts = [commune for commune in each.successors if commune.province_code == province.code]
        for commune in parts:
            if len(parts) == 1 and _is_same_name(each.old.name, commune.name):
                continue  # it kept its name: today's entry says it all
            choice = CommuneChoice(
                key=f"{before.code}-{each.old.code}-{commune.code}",
                commune=commune,
                old=OldName(each.old.name, each.old.district, before.name),
                is_split=len(parts) > 1,
            )
            entries.append(_entry(choice, each.old.name, each.old.district))
    return entries


def _entry(choice: CommuneChoice, name: str, district: str = "") -> _Entry:
    return _Entry(choice, commune_name(name), tuple(words(name)), tuple(words(district)))


def _is_same_name(old: str, new: str) -> bool:
    return tone_key(old) == tone_key(new) and fold(old) == fold(new)
