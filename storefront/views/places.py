"""The 34 provinces with what each has to show, and the old names that lead there."""

from flask import Response, render_template

from catalog.collation import collation_key
from catalog.queries.listing import get_listing
from core import clock
from core.places import list_old_provinces, list_provinces, successor
from core.web.access import public
from storefront.forms import listing_criteria
from storefront.views.frame import page_of_catalogue


@public
def places() -> Response:
    """Provinces of today and of before July 2025."""
    return page_of_catalogue(("places",), _render)


def _render() -> str:
    listing = get_listing(listing_criteria(""), clock.today())
    counts = {str(each.value): each.count for each in listing.facets.get("province", ())}
    old_counts = {str(each.value): each.count for each in listing.facets.get("old_province", ())}
    today = [
        (province.slug, province.short_name, counts.get(province.slug, 0)) for province in list_provinces()
    ]
    current_names = {province.short_name for province in list_provinces()}
    former = [
        (old.slug, old.short_name, successor(old).short_name, old_counts.get(old.slug, 0))
        for old in list_old_provinces()
        if old.short_name not in current_names
    ]
    today.sort(key=lambda row: collation_key(row[1]))
    former.sort(key=lambda row: collation_key(row[1]))
    return render_template("storefront/places.html", here="places", provinces=today, former_provinces=former)
