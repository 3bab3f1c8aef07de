"""An address as people read it: as certified, and as it is since 1 July 2025."""

from functools import lru_cache
from typing import Final

from catalog.models import Place, ProducerKind
from catalog.queries.view_models import PlaceView
from core.places import (
    Province,
    Vintage,
    find_commune_by_code,
    find_province,
    find_province_by_code,
)

# Their address is where somebody lives: shown down to the commune only.
_KINDS_AT_HOME: Final = frozenset({ProducerKind.HOUSEHOLD.value, ProducerKind.FARM.value})
_BEFORE: Final = Vintage.BEFORE_2025_07.value


def place_view(place: Place | None, producer_kind: str | None) -> PlaceView | None:
    """`place` for showing; without the street where `producer_kind` is a household or farm."""
    if place is None:
        return None
    street = None if producer_kind in _KINDS_AT_HOME else place.street
    province = _current_province(place)
    former = _former_province(place, province)
    commune = find_commune_by_code(place.current_commune_code) if place.current_commune_code else None
    is_old = place.vintage == _BEFORE
    return PlaceView(
        certified=_line(street, place.commune, place.district, place.province),
        current=_line(None if is_old else street, place.current_commune, place.current_province),
        commune=place.current_commune or place.commune,
        province=province.short_name if province else place.current_province,
        former_province=former.short_name if former else None,
        province_slug=province.slug if province else None,
        former_province_slug=former.slug if former else None,
        commune_slug=commune.slug if commune else None,
        vintage=place.vintage,
        conversion=place.conversion,
    )


def place_line(place: Place | None) -> str | None:
    """Commune and province of today in one line («Phường An Hội, Vĩnh Long»), else as certified, or None."""
    if place is None:
        return None
    province = _current_province(place)
    return _line(place.current_commune, province.short_name if province else None) or _line(
        place.commune, place.province
    )


def former_province_name(place: Place | None) -> str | None:
    """Short name of the province in which the address was certified if another has taken it in, else None."""
    if place is None:
        return None
    former = _former_province(place, _current_province(place))
    return former.short_name if former else None


def _current_province(place: Place) -> Province | None:
    return _province_of_today(place.current_province_code, place.current_province)


def _former_province(place: Place, current: Province | None) -> Province | None:
    if place.vintage != _BEFORE or not place.old_province_code:
        return None
    former = find_province_by_code(place.old_province_code, Vintage.BEFORE_2025_07)
    if former is None or (current is not None and former.short_name == current.short_name):
        return None
    return former


@lru_cache(maxsize=512)
def _province_of_today(code: str | None, name: str | None) -> Province | None:
    if code:
        return find_province_by_code(code, Vintage.SINCE_2025_07)
    return find_province(name, Vintage.SINCE_2025_07) if name else None


def _line(*parts: str | None) -> str | None:
    return ", ".join(part for part in parts if part) or None
