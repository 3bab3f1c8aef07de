"""Gift hampers: all that are on sale, and one of them."""

from flask import Response, make_response, render_template

from core import clock
from core.web.access import public
from orders.queries.bundles import get_hamper, list_hampers


@public
def hampers() -> Response:
    """Every hamper on sale."""
    return make_response(
        render_template("storefront/hampers.html", here="hampers", hampers=list_hampers(clock.today()))
    )


@public
def hamper(slug: str) -> Response:
    """One hamper: what is in it, by whom, and what it costs together."""
    view = get_hamper(slug, clock.today())
    return make_response(render_template("storefront/hamper.html", here="hampers", view=view))
