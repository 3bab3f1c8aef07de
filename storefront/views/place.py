"""A province, a province of before July 2025, or a commune, with its products."""

from dataclasses import replace

from flask import Response, render_template

from catalog.queries.listing import ListingCriteria, get_listing
from catalog.queries.place import get_place_page
from catalog.queries.view_models import PlacePage
from core import clock
from core.places import find_commune_by_code
from core.web.access import public
from storefront.forms import listing_criteria
from storefront.views.cards import cards_html
from storefront.views.frame import local_url, page_of_catalogue
from storefront.views.listing_page import products_url

COMMUNES_AT_MOST = 24


@public
def place(slug: str) -> Response:
    """The page of one place; its address is the same before and after a reform where the name lives on."""
    page = get_place_page(slug)
    return page_of_catalogue(("place", page.slug), lambda: _render(page))


def _render(page: PlacePage) -> str:
    on = clock.today()
    criteria = _criteria(page)
    listing = get_listing(criteria, on)
    certified = get_listing(replace(criteria, certified=True), on).total
    communes = []
    if page.kind != "commune":
        found = [
            (each.count, find_commune_by_code(str(each.value)))
            for each in listing.facets.get("commune", ())
            if each.count
        ]
        communes = [(commune.slug, commune.name, count) for count, commune in found if commune]
        communes.sort(key=lambda row: (-row[2], row[1]))
    return render_template(
        "storefront/place.html",
        here="places",
        page=page,
        listing=listing,
        certified_count=certified,
        communes=communes[:COMMUNES_AT_MOST],
        cards=cards_html(listing.product_ids, on),
        all_url=products_url(criteria),
        crumbs=_crumbs(page),
        part_urls=[(part.name, _part_url(part.slug)) for part in page.parts],
    )


def _criteria(page: PlacePage) -> ListingCriteria:
    everything = listing_criteria("")
    if page.kind == "commune":
        return replace(everything, commune=(page.code,))
    if page.kind == "former_province":
        return replace(everything, old_province=(page.slug,))
    return replace(everything, province=(page.slug,))


def _part_url(slug: str) -> str:
    """Where the products of a former province are: its own page, or the listing where today's bears its name."""
    if get_place_page(slug).kind == "former_province":
        return local_url(f"/places/{slug}")
    return products_url(replace(listing_criteria(""), old_province=(slug,)))


def _crumbs(page: PlacePage) -> list[tuple[str, str]]:
    above = [(page.province_name, f"/places/{page.province_slug}")] if page.kind == "commune" else []
    return [*above, (page.name, "")]
