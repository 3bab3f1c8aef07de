"""The catalogue: search, filters, pages."""

from dataclasses import replace

from flask import Response, render_template, request

from catalog.jobs.search_index import see_to_index
from catalog.queries.listing import ListingCriteria, get_listing
from catalog.queries.text_index import search_generation
from core import clock
from core.web.access import public
from storefront.forms import CHOICES, listing_criteria, listing_query
from storefront.views.cards import cards_html
from storefront.views.frame import page_of_catalogue
from storefront.views.listing_page import (
    chips_of,
    choice_count,
    filters_of,
    hidden_pairs,
    products_url,
    sorts_of,
    url_before_page,
    ways_out_of,
)


@public
def products() -> Response:
    """The products that match words and choices; every state of the filters is an address."""
    # As bytes, because some clients send letters of Vietnamese as they are.
    criteria = listing_criteria(request.query_string.decode("utf-8", "replace"))
    name = ("products", criteria, search_generation() if criteria.q else 0)
    return page_of_catalogue(name, lambda: _render(criteria), listing_query(criteria))


def _render(criteria: ListingCriteria) -> str:
    on = clock.today()
    listing = get_listing(criteria, on)
    page_count = -(-listing.total // listing.per_page)
    html = render_template(
        "storefront/products.html",
        here="products",
        query=criteria.q,
        criteria=criteria,
        listing=listing,
        cards=cards_html(listing.product_ids, on),
        near_cards=cards_html(listing.near_product_ids, on),
        filters=filters_of(criteria, listing),
        chips=chips_of(criteria),
        choice_count=choice_count(criteria),
        sorts=sorts_of(criteria),
        filter_pairs=hidden_pairs(criteria, without=CHOICES),
        sort_pairs=hidden_pairs(criteria, without=("sort",)),
        page_count=page_count,
        url_before_page=url_before_page(criteria),
        first_page_url=products_url(replace(criteria, page=1)),
        ways_out=ways_out_of(criteria, listing),
        canonical_query=listing_query(criteria),
    )
    see_to_index()
    return html
