"""Producers who have something listed."""

from flask import Response, render_template, request

from catalog.queries.producer import list_producers
from core.web.access import public
from storefront import labels
from storefront.forms import page_number
from storefront.views.frame import local_url, page_of_catalogue


@public
def producers() -> Response:
    """One page of producers, in the order of their names."""
    number = page_number(request.args.get("page", ""))
    query = f"page={number}" if number > 1 else ""
    return page_of_catalogue(("producers", number), lambda: _render(number), query)


def _render(number: int) -> str:
    listed = list_producers(number)
    return render_template(
        "storefront/producers.html",
        here="producers",
        listed=listed,
        page_count=-(-listed.total // listed.per_page),
        url_before_page=local_url("/producers", "page="),
        labels=labels,
    )
