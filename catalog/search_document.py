"""What is searched of one product, as folded text: the fallback column and the index are made of it alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.places import Vintage, find_province, find_province_by_code
from core.text import words


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """Names of one address: as certified, and today's. All as written, None where unknown."""

    commune: str | None = None
    district: str | None = None
    province: str | None = None
    old_province_code: str | None = None
    current_commune: str | None = None
    current_province: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacts:
    """What is known of one product. groups: names of its group and sub-group, in any language."""

    name: str
    name_en: str | None = None
    producer: str | None = None
    ocop_code: str | None = None
    groups: tuple[str, ...] = ()
    places: tuple[PlaceNames, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """Texts as written, by field; `blob` is all of it folded, each distinct phrase once, between bars.

    places: old and new names, with the kind of unit in front («Tỉnh Bình Dương», «Thành phố Hồ Chí Minh»).
    """

    name: str
    name_en: str
    producer: str
    places: tuple[str, ...]
    groups: tuple[str, ...]
    blob: str


def search_document(facts: SearchFacts) -> SearchDocument:
    """The searched texts of one product."""
    places = tuple(dict.fromkeys(line for place in facts.places for line in _place_lines(place)))
    producer, name_en = facts.producer or "", facts.name_en or ""
    texts = (facts.name, name_en, producer, *places, *facts.groups, facts.ocop_code or "")
    return SearchDocument(
        name=facts.name,
        name_en=name_en,
        producer=producer,
        places=places,
        groups=facts.groups,
        blob=_blob(texts),
    )


def _blob(texts: Iterable[str]) -> str:
    """«|nuoc mam suchi|cong ty …|»: folded words, single spaces, so that LIKE on one phrase is enough."""
    phrases = dict.fromkeys(" ".join(words(text)) for text in texts)
    return "|" + "|".join(phrase for phrase in phrases if phrase) + "|"


def _place_lines(place: PlaceNames) -> Iterable[str]:
    if place.commune:
        yield place.commune
    if place.current_commune:
        yield place.current_commune
    if place.district:
        yield place.district
    yield from _province_lines(place)


def _province_lines(place: PlaceNames) -> Iterable[str]:
    old = find_province_by_code(place.old_province_code or "", Vintage.BEFORE_2025_07)
    if old is not None:
        yield old.name
    current = find_province(place.current_province or "", Vintage.SINCE_2025_07)
    if current is not None:
        yield current.name
    if place.province and find_province(place.province) is None:
        yield place.province
