"""What a file is by its own first bytes: the name and the type that came with it are not believed.

Sources: ISO/IEC 10918-1 (JPEG), W3C PNG 3rd edition, RFC 9649 (WebP), ISO 32000-2 (PDF), ISO/IEC 23008-12 (HEIF).
"""

from enum import StrEnum
from typing import Final

from core.media.errors import InvalidMediaError, MediaFault

BYTES_MAX: Final = 25_000_000

_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_LEAD: Final = 1_024


class MediaKind(StrEnum):
    """A kind of file that is taken; the value is its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


PICTURES: Final = frozenset({MediaKind.JPEG, MediaKind.PNG, MediaKind.WEBP})


def picture_kind(content: bytes) -> MediaKind:
    """JPEG, PNG or WebP. Raises InvalidMediaError, with a reason of its own for what people mistake for a picture."""
    kind = document_kind(content)
    if kind is MediaKind.PDF:
        raise InvalidMediaError(reason=MediaFault.PDF)
    return kind


def document_kind(content: bytes) -> MediaKind:
    """JPEG, PNG, WebP or PDF by the very first bytes. Raises InvalidMediaError.

    Readers of PDF forgive bytes before the head; we do not: a file that is two kinds at once is refused.
    """
    if not content:
        raise InvalidMediaError(reason=MediaFault.EMPTY)
    if len(content) > BYTES_MAX:
        raise InvalidMediaError(reason=MediaFault.TOO_HEAVY, byte_count=len(content))
    if content.startswith(b"\xff\xd8\xff"):
        return MediaKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaKind.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return MediaKind.WEBP
    if content.startswith(b"%PDF-"):
        return MediaKind.PDF
    raise InvalidMediaError(reason=_known_stranger(content))


def _known_stranger(content: bytes) -> MediaFault:
    if content.startswith((b"GIF87a", b"GIF89a")):
        return MediaFault.MOVING
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return MediaFault.HEIC
    lead = content[:_LEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lead.startswith((b"<svg", b"<?xml")) and b"<svg" in content[: 8 * _LEAD].lower():
        return MediaFault.SVG
    return MediaFault.ANOTHER_KIND
