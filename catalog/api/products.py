"""Products: the list with its facets, and one with all that is recorded of it."""

from collections.abc import Mapping, Sequence

from flask import Response, request

from catalog.api.answers import data_answer, site_address
from catalog.api.parameters import FACETS, read_criteria
from catalog.api.serialize import product_detail_json, product_json
from catalog.api.shapes import ProductDetailJson, ProductListJson
from catalog.errors import ProductNotFoundError
from catalog.jobs.search_index import see_to_index
from catalog.queries.columns import get_columns
from catalog.queries.entries import get_entries
from catalog.queries.listing import FacetValue, ListingCriteria, get_listing
from catalog.queries.product import get_product_page
from catalog.queries.text_index import search_generation
from core import clock
from core.web.access import public


@public
def product_list() -> Response:
    """The products that match words and choices, page by page, with counts of all further choices."""
    # As bytes, because some clients send letters of Vietnamese as they are.
    criteria = read_criteria(request.query_string.decode("utf-8", "replace"))
    found_by = search_generation() if criteria.q else 0
    return data_answer(get_columns().seq, ("products", criteria, found_by), lambda: _list(criteria))


@public
def product(slug: str) -> Response:
    """One listed product. Raises ProductNotFoundError."""
    columns = get_columns()
    product_id = columns.find_id(slug)
    if product_id is None:
        raise ProductNotFoundError(slug=slug)
    version = columns.version_of(product_id)
    return data_answer(version, ("product", slug), lambda: _product(slug))


def _list(criteria: ListingCriteria) -> ProductListJson:
    on, site = clock.today(), site_address()
    listing = get_listing(criteria, on)
    entries = get_entries(listing.product_ids, on)
    see_to_index()
    return {
        "items": [product_json(entry, site) for entry in entries],
        "total": listing.total,
        "page": listing.page,
        "per_page": listing.per_page,
        "facets": _facets(listing.facets),
        "did_you_mean": list(listing.did_you_mean),
    }


def _product(slug: str) -> ProductDetailJson:
    return product_detail_json(get_product_page(slug, clock.today()), site_address())


def _facets(facets: Mapping[str, Sequence[FacetValue]]) -> dict[str, dict[str, int]]:
    """Facet to value to count, every facet by its name; a value that no product has only if it was asked for."""
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for name, values in facets.items():
        found[name] = {each.value: each.count for each in values if each.count or each.is_selected}
    return found
