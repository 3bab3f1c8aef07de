"""What a file is by its own bytes: the name and the type that came with it are not believed."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from catalog.errors import InvalidDocumentError
from catalog.facts import Refusal

BYTES_MAX: Final = 20 * 1024 * 1024
"""Scans of decisions are a few megabytes; the server takes no more than 30 in one request."""

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"

_PDF_HEAD: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_JPEG_HEAD: Final = b"\xff\xd8\xff"
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"
_TAIL_BYTES: Final = 2048
_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """sha256: 64 hexadecimal digits, the file's name. page_count: None where it cannot be told for certain."""

    sha256: str
    media_type: str
    byte_count: int
    page_count: int | None


def checked_file(content: bytes) -> CheckedFile:
    """What `content` is. Raises InvalidDocumentError unless it is a PDF, JPEG or PNG of at most 20 MB."""
    if not content:
        raise InvalidDocumentError(field="content", value=0, reason=Refusal.MISSING)
    if len(content) > BYTES_MAX:
        raise InvalidDocumentError(field="content", value=len(content), reason=Refusal.TOO_LONG)
    media_type = _media_type(content)
    if media_type is None:
        raise InvalidDocumentError(field="content", value=len(content), reason=Refusal.WRONG_KIND_OF_FILE)
    return CheckedFile(
        sha256(content).hexdigest(), media_type, len(content), _page_count(content, media_type)
    )


def _media_type(content: bytes) -> str | None:
    """A PDF begins at the first byte here, though readers forgive more: a file that is two kinds is refused."""
    if content.startswith(_PDF_HEAD) and _PDF_END in content[-_TAIL_BYTES:]:
        return PDF
    if content.startswith(_JPEG_HEAD):
        return JPEG
    if content.startswith(_PNG_HEAD):
        return PNG
    return None


def _page_count(content: bytes, media_type: str) -> int | None:
    if media_type != PDF:
        return 1
    if b"/ObjStm" in content:  # pages may be hidden in compressed objects
        return None
    return len(_PAGE.findall(content)) or None
