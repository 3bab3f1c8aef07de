"""The resolver: addresses in the form of GS1 Digital Link, `/01/<gtin>` with `/22/…`, `/10/<lot>` and `/21/<code>`.

Who asks for nothing in particular is led to a page; programs get a link type, or all links as a linkset. The code
decides: an address that names another GTIN or lot than the code's own is answered like an unknown code, because
somebody put it together, and nobody with an unknown code is led to a clean page of goods.
Source: GS1-Conformant Resolver 1.2.0; docs/stamps.md#resolver.
"""

import re
from contextlib import suppress
from typing import Final
from urllib.parse import quote, unquote

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.web.access import public
from traceability.digital_link import DigitalLink, parse_path
from traceability.errors import LinkNotFoundError, LinkTypeNotFoundError, LotNotFoundError
from traceability.gs1.digital_links import parse_uri
from traceability.gs1.elements import SyntaxBreachError
from traceability.gs1.link_types import find_link_type
from traceability.gs1.linksets import LinkedThing
from traceability.gs1.negotiation import asks_for_linkset
from traceability.looking import look_up
from traceability.queries.lot_depth import get_lot_depth
from traceability.queries.lots import get_linked_lot_id, get_linked_product, get_lot, get_lot_page
from traceability.queries.view_models import ScanPage
from traceability.verdicts import NOT_FOUND
from traceability.views.link_answers import (
    answer_choices,
    answer_ill_formed,
    answer_linkset,
    answer_unlisted,
    led_to,
    led_to_page,
    wanted_links,
)
from traceability.views.link_offers import lot_thing, product_thing, stamp_thing
from traceability.views.trace_page import answer_page, answer_stamp

NO_GTIN: Final = ""
"""In place of a GTIN that is none: it is no code's own."""

ROOT: Final = "/01/"
SHOWN_CHARS: Final = 60
MOST_QUERY_BYTES: Final = 4_000


@public
def digital_link(names: str) -> AnyResponse:
    """Where a printed address leads: to the stamp's page, the lot's or the product's; or which links it has."""
    link = _read(_asked_path(names))
    if link is None or link.gtin is None:
        return _ill_formed(names)
    link_type = request.args.get("linkType")
    if asks_for_linkset(link_type, request.headers.get("Accept", "")):
        return answer_linkset(_things(link))
    if link.code is not None or link.extension is not None:
        return _stamp(link, link_type)
    if link.lot is not None:
        # Whoever asks for an unknown lot is told so, and not of the goods that it might be of.
        found = get_lot_page(get_linked_lot_id(link.gtin, link.lot), clock.today())
        if link_type:
            return _typed(link_type, _things(link))
        return led_to_page("traceability.lot", slug=found.product.slug, lot_code=found.code)
    if link_type:
        return _typed(link_type, _things(link))
    product = get_linked_product(link.gtin)
    if not product.is_listed:
        return answer_unlisted(product)
    return led_to_page("storefront.product", slug=product.slug)


@public
def lot(slug: str, lot_code: str) -> Response:
    """What is on record of a lot, without a verdict on any stamp. Raises LotNotFoundError."""
    named = get_lot(f"{slug}/{lot_code}")
    if named.is_raw:  # raw material has no page of its own: it is told of with the goods made of it
        raise LotNotFoundError(name=lot_code)
    found = get_lot_page(named.id, clock.today())
    return answer_page("traceability/lot.html", lot=found, depth=get_lot_depth(found))


def _stamp(link: DigitalLink, link_type: str | None) -> AnyResponse:
    page = _look_up(link)
    if page.verdict in NOT_FOUND:
        return answer_stamp(page)
    if link_type:
        return _typed(link_type, _things(link, page))
    return led_to_page("traceability.stamp", code=page.code)


def _look_up(link: DigitalLink) -> ScanPage:
    if link.code is None:
        # A serial that somebody else gave (AI 235): we gave none.
        return look_up(link.extension or "", NO_GTIN)
    return look_up(link.code, link.gtin, link.lot)


def _things(link: DigitalLink, page: ScanPage | None = None) -> list[LinkedThing]:
    """The thing that `link` names with those above it, the broadest first. Raises LinkNotFoundError.

    Where a lot or code is not known the answer is about what stands above it. Source: the standard, on walking up.
    """
    gtin, lot_code = link.gtin or NO_GTIN, link.lot
    if link.code is not None and page is None:
        page = _look_up(link)
    found: list[LinkedThing] = []
    with suppress(LinkNotFoundError):
        found.append(product_thing(gtin))
    if lot_code is not None:
        with suppress(LinkNotFoundError):
            found.append(lot_thing(gtin, lot_code))
    if page is not None and page.verdict not in NOT_FOUND:
        found.append(stamp_thing(link, page))
    if not found:
        raise LinkNotFoundError(gtin=gtin, lot=lot_code)
    return found


def _typed(written: str, things: list[LinkedThing]) -> AnyResponse:
    """The link of the type asked for, of the finest thing that has one. Raises LinkTypeNotFoundError."""
    link_type = find_link_type(written)
    for thing in reversed(things if link_type else []):
        links = wanted_links(thing.of_kind(link_type.name if link_type else ""))
        if links:
            return led_to(links[0]) if len(links) == 1 else answer_choices(thing, links)
    raise LinkTypeNotFoundError(link_type=written[:SHOWN_CHARS])


def _read(path: str) -> DigitalLink | None:
    """What an address names; None if its path or the attributes in its query are none of GS1's syntax.

    Addresses of ours are read at once; whatever else the standard allows, any stem among it, by the book.
    """
    link, attributes = parse_path(path), _attributes()
    if link is not None and not attributes:
        return link
    try:
        read = parse_uri(f"https://a{path.rstrip('/')}?{attributes}")
    except SyntaxBreachError:
        return None
    values = {each.number: each.value for each in read.path}
    if read.path[0].number != "01":
        return None
    return DigitalLink(
        values["01"],
        values.get("10"),
        values.get("21"),
        variant=values.get("22"),
        extension=values.get("235"),
    )


def _attributes() -> str:
    """The part of the query that is GS1's: identifiers are numbers, everything else belongs to others."""
    pairs = request.query_string[:MOST_QUERY_BYTES].decode("latin-1").split("&")
    return "&".join(pair for pair in pairs if re.match(r"[0-9]+(=|$)", pair))


def _asked_path(names: str) -> str:
    """The path from `/01/` on, percent-encoded as it was asked for, so that a «%2F» stays part of a lot."""
    decoded = ROOT + names
    raw = str(request.environ.get("REQUEST_URI", "")).partition("?")[0]
    start = raw.find(ROOT)
    if start >= 0 and unquote(raw[start:]) == decoded:
        return raw[start:]
    return quote(decoded, safe="/")


def _ill_formed(names: str) -> AnyResponse:
    """An address that nobody printed here: with a code in it, it is looked up all the same, in the same time."""
    _, has_code, code = names.rstrip("/").rpartition("/21/")
    if has_code:
        answer = answer_stamp(look_up(code, NO_GTIN))
        answer.status_code = 400
        return answer
    return answer_ill_formed(names[:SHOWN_CHARS])
