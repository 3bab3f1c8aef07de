"""Why a picture or document is not taken; templates turn `reason` into a sentence."""

from enum import StrEnum

from core.errors import InvalidError


class MediaFault(StrEnum):
    """`reason` of an `InvalidMediaError`."""

    EMPTY = "empty"
    TOO_HEAVY = "too_heavy"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    TOO_NARROW = "too_narrow"
    MOVING = "moving"
    SVG = "svg"
    HEIC = "heic"
    PDF = "pdf"
    ANOTHER_KIND = "another_kind"
    BROKEN = "broken"
    TOO_COSTLY = "too_costly"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too_many_pages"
    NO_SUCH_PAGE = "no_such_page"


class InvalidMediaError(InvalidError):
    """The file cannot be used. reason: a `MediaFault`. Nothing was kept of it."""
