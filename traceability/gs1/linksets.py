"""Documents that list the links from a thing, as programs read them.

Source: RFC 9264 (linksets in JSON); GS1-Conformant Resolver 1.2.0, section on linksets and its schema. That schema
prefers `description`, the published one before it knows `itemDescription` alone: this one is written, both take it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from traceability.gs1.link_types import LinkType, link_types

LINKSET_TYPE: Final = "application/linkset+json"
CONTEXT_ADDRESS: Final = "https://ref.gs1.org/standards/resolver/linkset-context"
CONTEXT_RELATION: Final = "http://www.w3.org/ns/json-ld#context"
DEFAULT_LINK: Final = "defaultLink"
DEFAULT_LINK_MULTI: Final = "defaultLinkMulti"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a thing.

    kind: name of a link type, «pip». href: whole address. media_type, languages, contexts: what tells it apart from
    others of its kind; empty where nothing is said. forwards_query: whether the query of a request goes along.
    """

    kind: str
    href: str
    title: str
    media_type: str = ""
    languages: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    forwards_query: bool = True

    @property
    def link_type(self) -> LinkType:
        """Its link type. Raises KeyError for a kind that the vocabulary has not."""
        return link_types()[self.kind]


@dataclass(frozen=True, slots=True)
class LinkedThing:
    """A thing with its links. anchor: its own Digital Link, without query. description: for people."""

    anchor: str
    description: str
    links: tuple[Link, ...]

    @property
    def default(self) -> Link | None:
        """The one link for those who ask for nothing in particular."""
        return next((link for link in self.links if link.kind == DEFAULT_LINK), None)

    def of_kind(self, kind: str) -> tuple[Link, ...]:
        """Its links of one link type."""
        return tuple(link for link in self.links if link.kind == kind)


def linkset_document(things: Iterable[LinkedThing]) -> dict[str, Any]:
    """The document about `things`, the broadest first. Raises ValueError for a thing without its one default link."""
    return {"linkset": [_described(thing) for thing in things]}


def choices_document(anchor: str, links: Sequence[Link]) -> dict[str, Any]:
    """The document of several links that are equally good, for an answer 300."""
    thing = LinkedThing(anchor, links[0].link_type.title, tuple(links))
    return {"linkset": [_context_object(thing)]}


def linkset_pointer(address: str) -> str:
    """The value of a Link header that tells where the linkset is. address: of the request, without query."""
    return f'<{address}?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'


def context_pointer() -> str:
    """The value of a Link header that makes JSON-LD of a linkset."""
    return f'<{CONTEXT_ADDRESS}>; rel="{CONTEXT_RELATION}"; type="application/ld+json"'


def _described(thing: LinkedThing) -> dict[str, Any]:
    if len(thing.of_kind(DEFAULT_LINK)) != 1:
        raise ValueError(f"{thing.anchor} needs exactly one default link")
    return _context_object(thing)


def _context_object(thing: LinkedThing) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": thing.anchor, "itemDescription": thing.description}
    for link in thing.links:
        found.setdefault(link.link_type.address, []).append(_target(link))
    return found


def _target(link: Link) -> dict[str, Any]:
    target: dict[str, Any] = {"href": link.href, "title": link.title}
    if link.kind == DEFAULT_LINK:
        return target  # by the standard nothing but a title
    if link.media_type:
        target["type"] = link.media_type
    if link.languages:
        target["hreflang"] = list(link.languages)
    if link.contexts:
        target["context"] = list(link.contexts)
    return target | {"fwqs": link.forwards_query, "public": True}
