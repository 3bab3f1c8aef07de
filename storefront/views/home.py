"""The front page."""

from dataclasses import replace

from flask import Response, current_app, render_template

from catalog.collation import collation_key
from catalog.groups import GROUPS, label
from catalog.queries.columns import get_columns
from catalog.queries.home import list_newest_recognitions
from catalog.queries.listing import Listing, get_listing
from catalog.queries.producer import count_producers, find_producer_story
from core import clock
from core.i18n import current_language
from core.places import list_provinces
from core.web.access import public
from promotion.queries.campaigns import find_home_campaign
from promotion.queries.public_fairs import list_coming_fairs, public_fairs_version
from storefront import labels
from storefront.forms import listing_criteria
from storefront.structured_data import organization_data, script_text
from storefront.views.cards import cards_html
from storefront.views.frame import absolute_url, page_of_version
from storefront.views.listing_page import products_url

SHELF_SIZE = 4
NEWEST_COUNT = 6
FAIRS_COUNT = 3


@public
def home() -> Response:
    """Where everybody starts: search, goods, fairs, places, groups, newest recognitions, a story, figures."""
    return page_of_version((get_columns().seq, public_fairs_version()), ("home",), _render)


def _render() -> str:
    on = clock.today()
    everything = get_listing(listing_criteria(""), on)
    for_sale = replace(listing_criteria(""), availability=("in_stock",), per_page=SHELF_SIZE)
    certified = replace(listing_criteria(""), certified=True)
    settings = current_app.extensions["settings"]
    data = organization_data(
        settings.operator_name or "Chợ OCOP",
        absolute_url("/"),
        settings.operator_phone,
        settings.operator_email,
    )
    return render_template(
        "storefront/home.html",
        total=everything.total,
        shelf=cards_html(get_listing(for_sale, on).product_ids, on, eager_count=0),
        shelf_url=products_url(replace(for_sale, per_page=everything.per_page)),
        fairs=list_coming_fairs(on, FAIRS_COUNT),
        provinces=_provinces(everything),
        groups=_groups(everything),
        newest=list_newest_recognitions(on, NEWEST_COUNT),
        newest_url=products_url(replace(certified, sort="newest")),
        story=find_producer_story(on),
        campaign=find_home_campaign(on),
        certified_count=get_listing(certified, on).total,
        certified_url=products_url(certified),
        producer_count=count_producers(),
        labels=labels,
        structured_data=[script_text(data)],
    )


def _counts(listing: Listing, facet: str) -> dict[str, int]:
    return {str(each.value): each.count for each in listing.facets.get(facet, ())}


def _provinces(listing: Listing) -> list[tuple[str, str, int]]:
    counts = _counts(listing, "province")
    rows = [(each.slug, each.short_name, counts.get(each.slug, 0)) for each in list_provinces()]
    return sorted(rows, key=lambda row: collation_key(row[1]))


def _groups(listing: Listing) -> list[tuple[str, str, int, int]]:
    counts, language = _counts(listing, "group"), current_language()
    return [(group.slug, label(group, language), counts.get(group.slug, 0), group.number) for group in GROUPS]
