"""Large files for download or for robots: sent from the disk, where all processes keep them."""

import logging
from datetime import date
from typing import Final

from flask import Response, current_app
from werkzeug.exceptions import ServiceUnavailable

from core.pages import accepts_gzip, has_current
from core.pieced_files import RUN, FileBeingMadeError, Recipe, read_kept

log = logging.getLogger("core.web")

RETRY_SECONDS: Final = 3


def kept_file_tag(name: str, seq: int, on: date) -> str:
    """ETag of the file `name` ("register-csv") with every change up to `seq`, judged for `on`.

    Weak, because plain and compressed form share it (RFC 9110, 8.8.1).
    """
    return f'W/"{name}-{RUN}-{on.isoformat()}-{seq}"'


def kept_file(
    name: str, seq: int, on: date, recipe: Recipe, headers: list[tuple[str, str]], *, content_type: str
) -> Response:
    """The file `name` as the answer to the present request, made first if it is not kept; 304 for those who have it.

    Raises ServiceUnavailable while another process makes it, and if the disk does not take it.
    """
    etag = kept_file_tag(name, seq, on)
    headers = [*headers, ("Cache-Control", "no-cache"), ("ETag", etag), ("Vary", "Accept-Encoding")]
    if has_current(etag):
        return Response(status=304, headers=headers)
    gzipped = accepts_gzip()
    if gzipped:
        headers.append(("Content-Encoding", "gzip"))
    # In one go: a web process has one thread, which the server would hold until a slow reader has taken all but the
    # last chunk of an answer that comes in several.
    content = _content(name, seq, on, recipe, gzipped=gzipped)
    return Response(content, headers=headers, content_type=content_type)


def _content(name: str, seq: int, on: date, recipe: Recipe, *, gzipped: bool) -> bytes:
    folder = current_app.extensions["settings"].instance_dir / "cache" / name
    try:
        return read_kept(folder, on.isoformat(), seq, recipe, gzipped=gzipped)
    except FileBeingMadeError:
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from None
    except OSError as error:
        log.error("file not made", extra={"file": name}, exc_info=error)
        raise ServiceUnavailable(retry_after=RETRY_SECONDS) from None
