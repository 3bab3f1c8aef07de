"""A photograph as the web shows it: several sizes, three formats, nothing of what the camera wrote beside it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from core.media.errors import InvalidMediaError, MediaFault
from core.media.kinds import MediaKind, document_kind, picture_kind
from core.media.limits import CARD, FORMATS, PAGES_AT_ONCE_MAX, WIDTHS
from core.media.sandbox import Piece, run_task

KEY_LENGTH: Final = 20
_NAMES: Final = frozenset({CARD, *map(str, WIDTHS)})


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a picture. name: «card» (a square) or the width asked for, «640». format: avif, webp or jpeg."""

    name: str
    format: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Pictures:
    """A photograph in all its sizes. width, height: of the largest. key: 20 hexadecimal digits, of its content."""

    key: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document as WebP. number: from 1."""

    number: int
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Pages:
    """Some pages of a document. page_count: of the whole document."""

    media_type: str
    page_count: int
    pages: tuple[Page, ...]


def make_pictures(content: bytes) -> Pictures:
    """`content` drawn anew in every size and format, by a process of its own.

    Raises InvalidMediaError (`reason`: a `MediaFault`) for what is no JPEG, PNG or WebP photograph within the limits
    of `core.media.limits`. The same bytes give the same key.
    """
    kind = picture_kind(content)
    pieces = run_task({"do": "pictures", "media_type": kind.value}, content)
    renditions = tuple(_rendition(piece) for piece in pieces)
    jpegs = [each for each in renditions if each.format == "jpeg" and each.name != CARD]
    if not jpegs or {each.name for each in renditions} - _NAMES:
        raise InvalidMediaError(reason=MediaFault.BROKEN)
    largest = max(jpegs, key=lambda each: each.width)
    key = sha256(largest.content).hexdigest()[:KEY_LENGTH]
    return Pictures(key, largest.width, largest.height, renditions)


def render_pdf_pages(content: bytes, first: int = 1, count: int = PAGES_AT_ONCE_MAX) -> Pages:
    """Pages `first` (from 1) to `first + count - 1` of a PDF, at most `PAGES_AT_ONCE_MAX`, as pictures.

    Raises InvalidMediaError, also for a page that the document has not.
    """
    if document_kind(content) is not MediaKind.PDF:
        raise InvalidMediaError(reason=MediaFault.ANOTHER_KIND)
    pieces = run_task({"do": "pages", "first": first, "count": min(count, PAGES_AT_ONCE_MAX)}, content)
    if not pieces or not isinstance(pieces[0].facts.get("page_count"), int):
        raise InvalidMediaError(reason=MediaFault.BROKEN)
    return Pages(
        MediaKind.PDF.value, pieces[0].facts["page_count"], tuple(_page(piece) for piece in pieces[1:])
    )


def render_pages(content: bytes, first: int = 1, count: int = PAGES_AT_ONCE_MAX) -> Pages:
    """As `render_pdf_pages`, and the photograph of a paper as a document of one page."""
    kind = document_kind(content)
    if kind is MediaKind.PDF:
        return render_pdf_pages(content, first, count)
    if first != 1:
        raise InvalidMediaError(reason=MediaFault.NO_SUCH_PAGE)
    pieces = run_task({"do": "photo_page", "media_type": kind.value}, content)
    return Pages(kind.value, 1, tuple(_page(piece) for piece in pieces))


def _rendition(piece: Piece) -> Rendition:
    facts = piece.facts
    if facts.get("format") not in FORMATS:
        raise InvalidMediaError(reason=MediaFault.BROKEN)
    return Rendition(
        str(facts.get("name")), facts["format"], int(facts["width"]), int(facts["height"]), piece.content
    )


def _page(piece: Piece) -> Page:
    facts = piece.facts
    return Page(int(facts["name"]), int(facts["width"]), int(facts["height"]), piece.content)
