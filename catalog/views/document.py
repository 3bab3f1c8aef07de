"""Stored documents: scans of decisions and certificates."""

from typing import Final

from flask import Blueprint, Response, current_app, request

from catalog.errors import DocumentNotFoundError, DocumentUnavailableError
from catalog.queries.documents import find_document
from core.files import StoredFileNotFoundError, storage_for
from core.web.access import public
from core.web.headers import header_set, use_headers

blueprint = Blueprint("catalog", __name__)

KEPT: Final = "public, max-age=86400, immutable"  # the name is the hash: another content is another address

# The file comes from outside: whatever is in it may neither run nor reach our pages. Source: CSP Level 3, `sandbox`.
_SANDBOXED: Final = tuple(
    (
        name,
        "sandbox; default-src 'none'; frame-ancestors 'none'" if name == "Content-Security-Policy" else value,
    )
    for name, value in header_set()
)
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@blueprint.get("/documents/<sha256>")
@public
def document(sha256: str) -> Response:
    """The file, shown in the browser. Raises DocumentNotFoundError; DocumentUnavailableError if it is lost."""
    found = find_document(sha256)
    ending = _ENDINGS.get(found.media_type) if found else None
    if found is None or ending is None:
        raise DocumentNotFoundError(sha256=sha256)
    try:
        # Read whole (20 MB at most): nothing stays open when a browser goes away.
        with storage_for(current_app.extensions["settings"]).open(sha256) as file:
            content = file.read()
    except (StoredFileNotFoundError, OSError):
        raise DocumentUnavailableError(sha256=sha256, title=found.title) from None
    use_headers(_SANDBOXED)  # the file alone: a page that says it is missing is ours, and needs its looks
    answer = Response(content, content_type=found.media_type, headers={"Cache-Control": KEPT})
    answer.headers["Content-Disposition"] = f'inline; filename="{sha256[:12]}.{ending}"'
    answer.set_etag(sha256)
    return answer.make_conditional(request)  # type: ignore[return-value]
