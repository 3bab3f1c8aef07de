"""Lists of codes for use without a network, as files. What is in one: `traceability.packs`."""

from typing import Final

from flask import Response, request

from core.web.access import public
from core.web.headers import open_to_all
from traceability.queries.packs import get_pack

PACK_TYPE: Final = "application/octet-stream"


@public
def pack(name: str) -> Response:
    """A list of codes with its lots, recalls and certificates, signed by a key of `/.well-known/ocop-stamp-keys`."""
    found = get_pack(name)
    answer = Response(found.file, content_type=PACK_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}.ocop-pack"'
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(found.digest or "")
    return open_to_all(answer.make_conditional(request))  # type: ignore[arg-type]
