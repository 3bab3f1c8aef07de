"""Which of several links is meant: by language, context and media type of a request.

Source: GS1-Conformant Resolver 1.2.0, section on choosing links; RFC 9110, sections 12.4 and 12.5 (quality values);
RFC 4647, section 3.4 (from an exact tag to its base).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from traceability.gs1.linksets import LINKSET_TYPE, Link

HOUSE_LANGUAGE: Final = "vi"
MOST_CHARACTERS: Final = 2_000
"""Of a header that are read; browsers send some dozens."""

_QUALITY: Final = re.compile(r"q=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)
_LINKSET_NAMES: Final = frozenset({"linkset", "all"})
"""`all` is the older name of `linkset`, out of use since version 1.0.0 and answered alike."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request says of the link it wants. languages, media_types: best first. context: None if not said."""

    languages: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    context: str | None = None


def preferences(header: str) -> tuple[str, ...]:
    """The values of an Accept or Accept-Language header in small letters, best first, without their qualities.

    Values of quality 0 are left out; so is one whose quality is none. Of equals the first comes first, but Vietnamese
    before all: this is its house.
    """
    weighed = [found for piece in header[:MOST_CHARACTERS].split(",") if (found := _weighed(piece))]
    weighed.sort(key=lambda each: (-each[1], _base(each[0]) != HOUSE_LANGUAGE))
    return tuple(dict.fromkeys(value for value, _ in weighed))


def best_language(header: str, offered: Sequence[str]) -> str | None:
    """The language of `offered` that an Accept-Language header asks for first; None if it asks for none of them."""
    for wanted in preferences(header):
        for tag in (wanted, _base(wanted)):
            if tag in offered:
                return tag
    return None


def asks_for_linkset(link_type: str | None, accept: str) -> bool:
    """Whether all links are asked for, by the query or by the Accept header."""
    if link_type in _LINKSET_NAMES:
        return True
    # People's browsers never name it, so that their headers need no reading.
    return "linkset" in accept.lower() and LINKSET_TYPE in preferences(accept)


def best_links(links: Sequence[Link], wanted: Wanted) -> tuple[Link, ...]:
    """The links of one link type that fit best: one, or several that nothing in the request tells apart."""
    offered = {link.media_type for link in links}
    best = next((media_type for media_type in wanted.media_types if media_type in offered), None)
    left = tuple(links) if best is None else _narrowed(tuple(links), lambda link: link.media_type == best)
    left = _in_language(left, wanted.languages)
    return _narrowed(left, lambda link: wanted.context in link.contexts)


def _in_language(links: tuple[Link, ...], languages: Iterable[str]) -> tuple[Link, ...]:
    """Links in the first language that there is; else those of the house, else those in none in particular."""
    for wanted in (*languages, HOUSE_LANGUAGE, ""):
        for tag in (wanted, _base(wanted)):
            if found := _of_language(links, tag):
                return found
    return links


def _of_language(links: tuple[Link, ...], tag: str) -> tuple[Link, ...]:
    """Links in language `tag`; for «» those that are in none in particular."""
    return tuple(link for link in links if (tag in link.languages if tag else not link.languages))


def _narrowed(links: tuple[Link, ...], fits: Callable[[Link], bool]) -> tuple[Link, ...]:
    return tuple(link for link in links if fits(link)) or links


def _weighed(piece: str) -> tuple[str, float] | None:
    value, *parameters = (part.strip() for part in piece.lower().split(";"))
    if not value:
        return None
    quality = next((part.replace(" ", "") for part in parameters if part.startswith("q")), "q=1")
    if not _QUALITY.fullmatch(quality):
        return None
    weight = float(quality[2:])
    return (value, weight) if weight else None


def _base(tag: str) -> str:
    return tag.partition("-")[0]
