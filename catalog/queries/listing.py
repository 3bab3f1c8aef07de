"""The listing: products that match words and choices, a page of them in order, and exact counts for every choice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from catalog.facets import PRICE_BANDS, choose, narrow, positions_of, take
from catalog.groups import GROUPS
from catalog.queries.columns import Columns, get_columns
from catalog.queries.corrections import FEW, did_you_mean, with_a_word_less
from catalog.queries.text_index import get_word_sets, without_index
from catalog.queries.text_matches import TextMatches, find_matches
from catalog.queries.word_sets import WordSets
from catalog.query_text import ParsedQuery, parse_query
from catalog.search.folders import IndexDamagedError
from catalog.stars import CertificationState

PER_PAGE_MAX: Final = 100

_NEAR_PRODUCTS: Final = 8
_LEADING_TO_COMMUNES: Final = frozenset({"province", "old_province", "commune"})
# The order of a facet's values where it is not by count.
_FIXED_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "stars": ("5", "4", "3"),
    "certified": ("true", "false"),
    "state": (*(state.value for state in CertificationState), "none"),
    "group": tuple(group.slug for group in GROUPS),
    "price": tuple(key for key, _, _ in PRICE_BANDS),
    "availability": ("in_stock", "register"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingCriteria:
    """What is asked for. Values of one facet widen, several facets narrow; empty means no choice.

    stars: 3, 4, 5. certified: True for products whose stars may be shown, False for the others. state: values of
    `CertificationState`, or "none" where nothing is recorded. group, province (of today), old_province (of the 63):
    slugs. commune: five-digit codes of today. price: keys of PRICE_BANDS. availability: "in_stock", "register".
    sort: "relevance" (with words), "certified", "name", "price", "-price", "newest". page: from 1.
    """

    q: str = ""
    stars: tuple[int, ...] = ()
    certified: bool | None = None
    state: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    old_province: tuple[str, ...] = ()
    commune: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    price: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = 24


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value with the number of products that choosing it would leave. Its label is the business of the edge."""

    value: str
    count: int
    is_selected: bool


Facets = Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True, slots=True)
class DroppedChoice:
    """How many products there would be without the choices of one facet, or without the words ("q")."""

    facet: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of products. total: all that match. facets: by name, values without products only where chosen.

    Communes are counted once a province or commune is chosen. understood: the words as taken. did_you_mean: other
    spellings that find more. dropped: for an empty listing, what giving up one choice would bring. near: for words that
    find nothing and have no other spelling, shorter queries that find something. near_product_ids: the first products
    of the first other spelling, or of the best shorter query.
    """

    total: int
    page: int
    per_page: int
    product_ids: tuple[int, ...]
    facets: Facets
    understood: str | None = None
    did_you_mean: tuple[str, ...] = ()
    dropped: tuple[DroppedChoice, ...] = ()
    near: tuple[str, ...] = ()
    near_product_ids: tuple[int, ...] = ()


def get_listing(criteria: ListingCriteria, on: date) -> Listing:
    """The products that match, judged for the day `on`. One look at the feed of changes, otherwise from memory."""
    columns = get_columns(on)
    query = parse_query(criteria.q)
    if query is None:
        return _listing(criteria, columns, None, None)
    sets = get_word_sets(columns)
    try:
        return _listing(criteria, columns, query, sets)
    except IndexDamagedError as error:
        return _listing(criteria, columns, query, without_index(columns, error))


def _listing(
    criteria: ListingCriteria, columns: Columns, query: ParsedQuery | None, sets: WordSets | None
) -> Listing:
    matches = find_matches(query, sets, columns.listed) if query and sets else None
    base = columns.listed if matches is None else matches.bits
    chosen = dict(_chosen(criteria))
    choices = {
        name: columns.in_communes(values) if name == "commune" else choose(columns.facets[name], values)
        for name, values in chosen.items()
    }
    total, without = narrow(base, choices)
    page, per_page = max(1, criteria.page), max(1, min(criteria.per_page, PER_PAGE_MAX))
    first = (page - 1) * per_page
    positions = _page(columns, matches, total, criteria.sort, slice(first, first + per_page))

    def count() -> Facets:
        return _facets(columns, total, without, chosen)

    # Without words the pages and orders of one choice share their counts.
    listing = Listing(
        total=total.bit_count(),
        page=page,
        per_page=per_page,
        product_ids=tuple(columns.ids[position] for position in positions),
        facets=count() if query else columns.kept(tuple(chosen.items()), count),
        understood=query.text if query else None,
        dropped=() if total else tuple(_dropped(columns, without, choices, query)),
    )
    if query is None or sets is None or base.bit_count() >= FEW:
        return listing
    return _with_help(listing, columns, query, sets)


def _chosen(criteria: ListingCriteria) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The choices by facet, as the strings that columns know."""
    if criteria.certified is not None:
        yield "certified", ("true" if criteria.certified else "false",)
    if criteria.stars:
        yield "stars", tuple(map(str, criteria.stars))
    for name in ("state", "group", "province", "old_province", "commune", "kind", "certificate", "price"):
        if values := getattr(criteria, name):
            yield name, values
    if criteria.availability:
        yield "availability", criteria.availability


def _page(columns: Columns, matches: TextMatches | None, total: int, sort: str, wanted: slice) -> list[int]:
    """Positions number `wanted.start` to `wanted.stop - 1` of what matches, in order."""
    first, count = wanted.start, wanted.stop - wanted.start
    if sort != "relevance" or matches is None:
        order = columns.order(sort if sort in _SORTS else "certified")
        return take(total, order, first, count)
    found: list[int] = []
    for rank in matches.ranks:
        left = rank & total
        size = left.bit_count()
        if first < size:
            found += take(left, columns.order("certified"), first, count - len(found))
        first = max(0, first - size)
        if len(found) == count:
            break
    return found


_SORTS: Final = frozenset({"certified", "name", "price", "-price", "newest"})


def _facets(
    columns: Columns, total: int, without: Mapping[str, int], chosen: Mapping[str, tuple[str, ...]]
) -> Facets:
    facets = {
        name: _values(name, _counts(bits, without.get(name, total)), chosen.get(name, ()))
        for name, bits in columns.facets.items()
    }
    # Three thousand communes help nobody before a province is chosen.
    is_near = not chosen.keys().isdisjoint(_LEADING_TO_COMMUNES)
    communes = _commune_counts(columns, without.get("commune", total)) if is_near else {}
    facets["commune"] = _values("commune", communes, chosen.get("commune", ()))
    return facets


def _counts(values: Mapping[str, int], base: int) -> dict[str, int]:
    return {value: (bits & base).bit_count() for value, bits in values.items()}


def _commune_counts(columns: Columns, base: int) -> Mapping[str, int]:
    codes = (columns.commune_at(position) for position in positions_of(base))
    return Counter(code for code in codes if code is not None)


def _values(name: str, counts: Mapping[str, int], chosen: tuple[str, ...]) -> tuple[FacetValue, ...]:
    known = {value: count for value, count in counts.items() if count or value in chosen}
    known.update((value, 0) for value in chosen if value not in known)
    fixed = _FIXED_ORDER.get(name)
    if fixed:
        order = sorted(known, key=lambda value: fixed.index(value) if value in fixed else len(fixed))
    else:
        order = sorted(known, key=lambda value: (-known[value], value))
    return tuple(FacetValue(value, known[value], value in chosen) for value in order)


def _dropped(
    columns: Columns, without: Mapping[str, int], choices: Mapping[str, int], query: ParsedQuery | None
) -> Iterator[DroppedChoice]:
    for name, bits in without.items():
        if bits:
            yield DroppedChoice(name, bits.bit_count())
    if query is not None and choices:
        everything, _ = narrow(columns.listed, choices)
        if everything:
            yield DroppedChoice("q", everything.bit_count())


def _with_help(listing: Listing, columns: Columns, query: ParsedQuery, sets: WordSets) -> Listing:
    """`listing` with what to offer for words that find nothing or almost nothing."""
    offered = did_you_mean(query, sets, columns)
    near: tuple[str, ...] = ()
    meant = parse_query(offered[0]) if offered else None
    if meant is not None:
        matches: TextMatches | None = find_matches(meant, sets, columns.listed)
    elif listing.total or listing.dropped:
        return listing
    else:
        near, matches = with_a_word_less(query, sets, columns.listed)
    wanted = slice(0, _NEAR_PRODUCTS)
    positions = _page(columns, matches, matches.bits, "relevance", wanted) if matches else []
    return replace(
        listing,
        did_you_mean=offered,
        near=near,
        near_product_ids=tuple(
            columns.ids[position]
            for position in positions
            if columns.ids[position] not in listing.product_ids
        ),
    )
