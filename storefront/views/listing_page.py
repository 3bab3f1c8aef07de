"""What the page of a listing shows beside its cards: filters with counts, chips, orders and pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from flask import get_template_attribute
from markupsafe import Markup

from catalog.collation import collation_key
from catalog.groups import group_by_slug
from catalog.groups import label as group_label
from catalog.queries.listing import FacetValue, Listing, ListingCriteria
from core.i18n import current_language, gettext, ngettext
from core.places import find_commune_by_code, list_old_provinces, list_provinces
from storefront.forms import CHOICES, default_sort, listing_query, without_choice, without_facet
from storefront.labels import (
    AVAILABILITY,
    CERTIFICATE_KINDS,
    FACETS,
    PRODUCER_KINDS,
    SORTS,
    label_of,
    price_label,
)
from storefront.views.frame import local_url

FOLDED: Final = frozenset({"province", "old_province", "commune", "certificate"})
"""Facets with many values, shown folded until one of them is chosen."""

_BY_NAME: Final = frozenset({"province", "old_province", "commune"})
_VALUES_KEPT: Final = 4_096  # those of two languages, but for communes that nobody asks for
_COUNT: Final = 987_654_321  # stands for a count, where a row is drawn for all of them


@dataclass(frozen=True, slots=True)
class WayOut:
    """A choice in words, how many products there are without it, and their address."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice in words, and the address without it."""

    label: str
    url: str


class Filter(NamedTuple):
    """A facet of the panel, its rows drawn; the template takes the five parts apart."""

    name: str
    label: str
    rows: Markup
    is_folded: bool
    is_chosen: bool


def filters_of(criteria: ListingCriteria, listing: Listing) -> list[Filter]:
    """The panel: each facet with the values that some product has, or that are chosen."""
    found = []
    for name in CHOICES:
        if name == "commune" and not (criteria.province or criteria.old_province or criteria.commune):
            continue  # three thousand communes help nobody before a province is chosen
        rows = _rows(name, listing.facets.get(name, ()))
        if rows:
            is_chosen = bool(getattr(criteria, name))
            found.append(Filter(name, label_of(FACETS, name), rows, name in FOLDED, is_chosen))
    return found


def chips_of(criteria: ListingCriteria) -> list[Chip]:
    """Every choice with its way out."""
    chips = []
    if criteria.certified:
        chips.append(
            Chip(gettext("With OCOP stars"), products_url(without_choice(criteria, "certified", "")))
        )
    for name in CHOICES:
        for value in getattr(criteria, name):
            url = products_url(without_choice(criteria, name, str(value)))
            chips.append(Chip(value_label(name, str(value)), url))
    return chips


def ways_out_of(criteria: ListingCriteria, listing: Listing) -> list[WayOut]:
    """For an empty list: each facet that, given up, leaves something, with how many; the most helpful first."""
    if listing.total:
        return []
    ways = [
        WayOut(
            _facet_words(criteria, each.facet), each.count, products_url(without_facet(criteria, each.facet))
        )
        for each in listing.dropped
        if each.count
    ]
    return sorted(ways, key=lambda way: -way.count)


def choice_count(criteria: ListingCriteria) -> int:
    """How many choices narrow the list, words not counted."""
    return bool(criteria.certified) + sum(len(getattr(criteria, name)) for name in CHOICES)


def sorts_of(criteria: ListingCriteria) -> list[tuple[str, str]]:
    """The orders to choose from; best match only where words were given."""
    return [(key, str(label)) for key, label in SORTS.items() if key != "relevance" or criteria.q]


def hidden_pairs(criteria: ListingCriteria, without: Iterable[str]) -> list[tuple[str, object]]:
    """What a form keeps as it is: all of `criteria` but the parameters `without` and the page."""
    left_out = {*without, "page"}
    pairs: list[tuple[str, object]] = [("q", criteria.q), ("certified", 1 if criteria.certified else "")]
    pairs += [(name, value) for name in CHOICES for value in getattr(criteria, name)]
    if criteria.sort != default_sort(criteria.q):
        pairs.append(("sort", criteria.sort))
    return [(name, value) for name, value in pairs if name not in left_out and value != ""]


def products_url(criteria: ListingCriteria) -> str:
    """The address of a listing in the present language."""
    return local_url("/products", listing_query(criteria))


def url_before_page(criteria: ListingCriteria) -> str:
    """The address of the listing up to the number of its page."""
    query = listing_query(replace(criteria, page=1))
    return local_url("/products", f"{query}&page=" if query else "page=")


def value_label(name: str, value: str) -> str:
    """What a value of a facet is called; the value itself where nothing is known of it."""
    match name:
        case "stars":
            return ngettext("OCOP %(count)s-star", "OCOP %(count)s-star", int(value))
        case "group":
            group = group_by_slug(value)
            return group_label(group, current_language()) if group else value
        case "province":
            return _PROVINCES.get(value, value)
        case "old_province":
            return _OLD_PROVINCES.get(value, value)
        case "commune":
            commune = find_commune_by_code(value)
            return commune.name if commune else value
        case "price":
            return price_label(value)
        case _:
            return label_of(_WORDS[name], value) if name in _WORDS else value


_WORDS: Final = {"kind": PRODUCER_KINDS, "certificate": CERTIFICATE_KINDS, "availability": AVAILABILITY}
_PROVINCES: Final = {province.slug: province.short_name for province in list_provinces()}
_OLD_PROVINCES: Final = {province.slug: province.short_name for province in list_old_provinces()}


def _facet_words(criteria: ListingCriteria, name: str) -> str:
    """All that is chosen of one facet, in words."""
    if name == "q":
        return criteria.q
    if name == "certified":
        return gettext("With OCOP stars")
    return ", ".join(value_label(name, str(value)) for value in getattr(criteria, name))


def _rows(name: str, values: Sequence[FacetValue]) -> Markup:
    language = current_language()
    known = [each for each in values if each.count or each.is_selected]
    if name in _BY_NAME:
        known.sort(key=lambda each: _sort_key(language, name, each.value))
    # Safe as markup: each piece was drawn, and escaped, by the template of the panel.
    return Markup("".join(_row(language, name, each) for each in known))  # noqa: S704


@lru_cache(maxsize=_VALUES_KEPT)
def _sort_key(_language: str, name: str, value: str) -> str:
    return collation_key(value_label(name, value))


def _row(language: str, name: str, each: FacetValue) -> str:
    before, after = _around_count(language, name, each.value, each.is_selected, not each.count)
    return f"{before}{each.count}{after}"


@lru_cache(maxsize=2 * _VALUES_KEPT)
def _around_count(_language: str, name: str, value: str, is_selected: bool, is_none: bool) -> tuple[str, str]:
    """A row of the panel before and after its count: a panel has a hundred, and only their counts ever change."""
    facet_rows = get_template_attribute("components/filter_panel.html", "facet_rows")
    count = 0 if is_none else _COUNT
    drawn = str(facet_rows(name, [(value, value_label(name, value), count, is_selected)]))
    before, _, after = drawn.rpartition(str(count))
    return before, after
