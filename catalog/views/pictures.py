"""Pictures of products, and pages of verified certificates, as files of our own making."""

from typing import Final

from flask import Response

from catalog.errors import DocumentNotFoundError, PictureNotFoundError
from catalog.queries.certificates import find_certificate_page
from catalog.queries.pictures import find_picture_file
from catalog.views.papers import SANDBOXED, WEBP, files
from core.files import StoredFileNotFoundError
from core.web.access import public
from core.web.headers import use_headers

FOR_EVER: Final = "public, max-age=31536000, immutable"  # another content is another address
FOR_MINUTES: Final = "public, max-age=300"  # a certificate can be withdrawn


@public
def picture(key: str, name: str, form: str) -> Response:
    """One size of a picture in one format. Raises PictureNotFoundError, also where its file is lost."""
    found = find_picture_file(key, name, form)
    if found is None:
        raise PictureNotFoundError(key=key)
    content = _read(found.sha256)
    if content is None:
        raise PictureNotFoundError(key=key)
    use_headers(SANDBOXED)
    return Response(content, content_type=f"image/{found.format}", headers={"Cache-Control": FOR_EVER})


@public
def certificate_page(certificate_id: int, number: int) -> Response:
    """A page of a verified certificate that everybody may see. Raises DocumentNotFoundError."""
    sha256 = find_certificate_page(certificate_id, number)
    content = _read(sha256) if sha256 else None
    if content is None:
        raise DocumentNotFoundError(sha256=sha256)
    use_headers(SANDBOXED)
    return Response(content, content_type=WEBP, headers={"Cache-Control": FOR_MINUTES})


def _read(sha256: str) -> bytes | None:
    try:
        with files().open(sha256) as opened:
            return opened.read()
    except (StoredFileNotFoundError, OSError):
        return None
