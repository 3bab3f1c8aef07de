"""Addresses in the form of GS1 Digital Link: `/01/<gtin>`, with `/10/<lot>` and `/21/<code>` behind it.

The code decides. An address that names another GTIN or lot than the code's own is answered like an unknown code:
somebody put it together.
"""

from typing import Final
from urllib.parse import quote

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.web.access import public
from traceability.digital_link import parse_path
from traceability.errors import LinkNotFoundError
from traceability.looking import look_up
from traceability.queries.lots import get_linked_lot_id, get_linked_product, get_lot_page
from traceability.verdicts import NOT_FOUND
from traceability.views.trace_page import answer_page, answer_stamp

TEMPORARY: Final = 307
"""The GS1-Conformant Resolver standard 1.2.0 asks for a redirect; this one is remembered by nobody."""

NO_GTIN: Final = ""
"""In place of a GTIN that is none: it is no code's own."""

SHOWN_CHARS: Final = 60


@public
def digital_link(names: str) -> AnyResponse:
    """Where a printed address leads: to the stamp's page, the lot's or the product's."""
    link = parse_path(quote(f"/01/{names}", safe="/"))
    if link is None or link.gtin is None:
        return _ill_formed(names)
    if link.code is not None:
        return _stamp(link.code, link.gtin, link.lot)
    if link.lot is not None:
        lot = get_lot_page(get_linked_lot_id(link.gtin, link.lot), clock.today())
        return answer_page("traceability/lot.html", lot=lot)
    product = get_linked_product(link.gtin)
    if not product.is_listed:
        return Response(render_template("traceability/unlisted.html", product=product), 410)
    return _onward(url_for("storefront.product", slug=product.slug))


def _stamp(code: str, gtin: str, lot_code: str | None) -> AnyResponse:
    page = look_up(code, gtin, lot_code)
    if page.verdict in NOT_FOUND:
        return answer_stamp(page)
    return _onward(url_for("traceability.stamp", code=page.code))


def _ill_formed(names: str) -> AnyResponse:
    """An address that nobody printed here: with a code in it, it is looked up all the same, in the same time."""
    _, has_code, code = names.rstrip("/").rpartition("/21/")
    if not has_code:
        raise LinkNotFoundError(gtin=names[:SHOWN_CHARS], lot=None)
    return answer_stamp(look_up(code, NO_GTIN))


def _onward(location: str) -> AnyResponse:
    """A redirect that takes the query string along, as resolvers do."""
    query = request.query_string.decode("latin-1")
    return redirect(f"{location}?{query}" if query else location, TEMPORARY)
