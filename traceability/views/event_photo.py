"""Photographs of events as everybody sees them: files of our own making."""

from typing import Final

from flask import Response

from catalog.views.papers import SANDBOXED, WEBP, files
from core.files import StoredFileNotFoundError
from core.web.access import public
from core.web.headers import use_headers
from traceability.errors import PhotoNotFoundError
from traceability.queries.origin_desk import find_photo

FOR_A_DAY: Final = "public, max-age=86400"  # a photograph can be taken away


@public
def event_photo(key: str, name: str) -> Response:
    """A photograph, «large» or «card» (a small square). Raises PhotoNotFoundError, also where its file is lost."""
    found = find_photo(key) if name in ("large", "card") else None
    sha256 = (found.sha256 if name == "large" else found.card_sha256) if found else None
    if sha256 is None:
        raise PhotoNotFoundError(key=key[:20])
    try:
        with files().open(sha256) as opened:
            content = opened.read()
    except (StoredFileNotFoundError, OSError):
        raise PhotoNotFoundError(key=key[:20]) from None
    use_headers(SANDBOXED)
    return Response(content, content_type=WEBP, headers={"Cache-Control": FOR_A_DAY})
