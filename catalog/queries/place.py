"""Places that have a page: the 34 provinces, the 63 of before July 2025, and the communes."""

from catalog.errors import PlaceNotFoundError
from catalog.queries.view_models import PlaceLink, PlacePage
from core.places import (
    Commune,
    Province,
    Vintage,
    find_commune_by_slug,
    find_province_by_code,
    find_province_by_slug,
    predecessors,
    successor,
)


def get_place_page(slug: str) -> PlacePage:
    """What is known of the place with that slug; reads no database.

    A name that both a province of today and one of before bear means today's.
    Raises PlaceNotFoundError (with `slug`).
    """
    province = find_province_by_slug(slug)
    if province is not None:
        return _province_page(province)
    commune = find_commune_by_slug(slug)
    if commune is None or commune.slug != slug:
        raise PlaceNotFoundError(slug=slug)
    return _commune_page(commune)


def _province_page(province: Province) -> PlacePage:
    today = successor(province)
    is_former = province.vintage is Vintage.BEFORE_2025_07
    parts = () if is_former else predecessors(province)
    if len(parts) == 1 and parts[0].slug == province.slug:
        parts = ()
    return PlacePage(
        kind="former_province" if is_former else "province",
        slug=province.slug,
        name=province.name,
        short_name=province.short_name,
        code=province.code,
        province_code=today.code,
        province_name=today.short_name,
        province_slug=today.slug,
        parts=tuple(PlaceLink(slug=part.slug, name=part.short_name) for part in parts),
    )


def _commune_page(commune: Commune) -> PlacePage:
    province = find_province_by_code(commune.province_code, Vintage.SINCE_2025_07)
    if province is None:
        raise PlaceNotFoundError(slug=commune.slug)
    return PlacePage(
        kind="commune",
        slug=commune.slug,
        name=commune.name,
        short_name=commune.short_name,
        code=commune.code,
        province_code=province.code,
        province_name=province.short_name,
        province_slug=province.slug,
        parts=(),
    )
