"""One of the six groups of the programme, with its products and sub-groups."""

from dataclasses import replace

from flask import Response, render_template

from catalog.errors import GroupNotFoundError
from catalog.groups import SUB_GROUPS, Group, group_by_slug, label
from catalog.queries.listing import get_listing
from core import clock
from core.i18n import current_language
from core.web.access import public
from storefront.forms import listing_criteria
from storefront.views.cards import cards_html
from storefront.views.frame import page_of_catalogue
from storefront.views.listing_page import products_url


@public
def group(slug: str) -> Response:
    """The page of one group."""
    found = group_by_slug(slug)
    if found is None:
        raise GroupNotFoundError(slug=slug)
    return page_of_catalogue(("group", slug), lambda: _render(found))


def _render(found: Group) -> str:
    on = clock.today()
    criteria = replace(listing_criteria(""), group=(found.slug,))
    listing = get_listing(criteria, on)
    language = current_language()
    return render_template(
        "storefront/group.html",
        here="products",
        group=found,
        name=label(found, language),
        parts=[label(part, language) for part in SUB_GROUPS if part.group_number == found.number],
        listing=listing,
        certified_count=get_listing(replace(criteria, certified=True), on).total,
        cards=cards_html(listing.product_ids, on),
        all_url=products_url(criteria),
    )
