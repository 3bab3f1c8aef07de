"""How the resolver answers: a redirect, a linkset, a list of equal links, or why there is nothing."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from flask import Response, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from catalog.api.answers import data_text
from core.web.access import public
from core.web.headers import open_to_all
from traceability.gs1.link_types import NAMESPACE, PREFIX
from traceability.gs1.linksets import (
    LINKSET_TYPE,
    Link,
    LinkedThing,
    choices_document,
    context_pointer,
    linkset_document,
    linkset_pointer,
)
from traceability.gs1.negotiation import Wanted, best_links, preferences
from traceability.queries.view_models import LotProductView
from traceability.views.link_offers import HTML, asked_language, page_address, site

TEMPORARY: Final = 307
"""A redirect that keeps the method and that nobody remembers."""
MULTIPLE_CHOICES: Final = 300
_AS_JSON: Final = frozenset({"application/json", "application/ld+json"})
_QUERY_CHARACTERS: Final = "%/?:@!$&'()*+,;=-._~"
"""Source: RFC 3986, section 3.4."""
_VARY: Final = "Accept, Accept-Language"
_ENDPOINTS: Final = frozenset(
    {"traceability.digital_link", "traceability.sealed_link", "traceability.resolver_description"}
)


def led_to_page(endpoint: str, **values: object) -> AnyResponse:
    """A redirect to a page of this house in the language that is asked for."""
    return _redirect(page_address(asked_language(), endpoint, **values), forwards_query=True)


def led_to(link: Link) -> AnyResponse:
    """A redirect to the target of a link."""
    return _redirect(link.href.removeprefix(site()), forwards_query=link.forwards_query)


def wanted_links(links: Sequence[Link]) -> tuple[Link, ...]:
    """The links of one type that fit the request best."""
    if not links:
        return ()
    languages = preferences(request.headers.get("Accept-Language", ""))
    if asked_language() == "en":
        languages = ("en", *languages)
    accept = preferences(request.headers.get("Accept", ""))
    return best_links(links, Wanted(languages, accept, request.args.get("context")))


def answer_linkset(things: Sequence[LinkedThing]) -> Response:
    """All links of `things`, the broadest first."""
    asked = next((each for each in preferences(request.headers.get("Accept", ""))), "")
    answer = Response(
        data_text(linkset_document(things)), content_type=asked if asked in _AS_JSON else LINKSET_TYPE
    )
    answer.headers.add("Link", context_pointer())
    answer.headers["Vary"] = _VARY
    return answer


def answer_choices(thing: LinkedThing, links: Sequence[Link]) -> Response:
    """300: several links that nothing in the request tells apart, for people or for programs."""
    if HTML in preferences(request.headers.get("Accept", "")):
        answer = Response(render_template("traceability/link_choices.html", thing=thing, links=links))
    else:
        answer = Response(data_text(choices_document(thing.anchor, links)), content_type=LINKSET_TYPE)
        answer.headers.add("Link", context_pointer())
    answer.status_code = MULTIPLE_CHOICES
    answer.headers["Vary"] = _VARY
    return answer


def answer_unlisted(product: LotProductView) -> Response:
    """410: goods that were shown here once."""
    return Response(render_template("traceability/unlisted.html", product=product), 410)


def answer_ill_formed(names: str) -> Response:
    """400: no address of GS1's syntax."""
    return Response(render_template("traceability/ill_formed_link.html", names=names), 400)


@public
def resolver_description() -> Response:
    """What this resolver can do. Source: GS1-Conformant Resolver 1.2.0, schema of the resolver description file."""
    operator = current_app.extensions["settings"].operator
    name = operator.operator_name or urlsplit(site()).netloc
    contact = {"fn": name}
    if operator.operator_phone:
        contact["hasTelephone"] = f"tel:{operator.operator_phone}"
    if operator.operator_email:
        contact["hasEmail"] = f"mailto:{operator.operator_email}"
    return jsonify(
        {
            "name": name,
            "resolverRoot": site(),
            "supportedPrimaryKeys": ["01"],
            "supportedLinkType": [{"namespace": NAMESPACE, "prefix": f"{PREFIX}:"}],
            "linkTypeDefaultCanBeLinkset": False,
            "contact": contact,
        }
    )


def open_links(answer: Response) -> Response:
    """Let programs on any site read the resolver's answers, and see where it leads."""
    if request.endpoint in _ENDPOINTS:
        open_to_all(answer)
        answer.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        answer.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
        answer.headers["Access-Control-Expose-Headers"] = "Link, Location, ETag, X-Request-Id"
    return answer


def _redirect(location: str, *, forwards_query: bool) -> AnyResponse:
    parts = urlsplit(location)
    # As it came, but for bytes that no address may hold.
    query = quote(request.query_string, safe=_QUERY_CHARACTERS) if forwards_query else ""
    together = "&".join(each for each in (parts.query, query) if each)
    answer = redirect(urlunsplit(parts._replace(query=together)), TEMPORARY)
    path = quote(request.path.rstrip("/"), safe="/")
    answer.headers.add("Link", linkset_pointer(site() + path))
    answer.headers["Vary"] = _VARY
    return answer
