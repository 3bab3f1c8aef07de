"""Our own files for browsers: addresses that change with the content, kept by browsers for a year.

`asset_url("css/site.css")` is `/static/css/site.css?v=…`, in every language. With the right `v` a file may be
kept for ever; without one (fonts named in a style sheet) it is kept for a day.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request, send_file
from werkzeug.security import safe_join

from core.web.access import public

STATIC_FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
FOREVER: Final = "public, max-age=31536000, immutable"
A_DAY: Final = "public, max-age=86400"

_COMPRESSIBLE: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt", ".html", ".wasm"})
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}

blueprint = Blueprint("assets", __name__)


@lru_cache(maxsize=1024)
def asset_version(path: str) -> str:
    """Ten hexadecimal digits of the SHA-256 of `path` under `static/`; "0" if there is no such file.

    Read once per process: a new version of the program is a new process.
    """
    file = STATIC_FOLDER / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"


@lru_cache(maxsize=1024)
def asset_url(path: str) -> str:
    """The address of `path` under `static/`, never with a language before it."""
    return f"/static/{path}?v={asset_version(path)}"


@blueprint.get("/static/<path:path>")
@public
def asset(path: str) -> Response:
    """One file of `static/`."""
    full = safe_join(str(STATIC_FOLDER), path)
    if full is None or not Path(full).is_file():
        abort(404)
    file = Path(full)
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    answer = _compressed(file, kind) if _may_compress(file) else send_file(file, mimetype=kind)
    version = request.args.get("v")
    answer.headers["Cache-Control"] = FOREVER if version and version == asset_version(path) else A_DAY
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _may_compress(file: Path) -> bool:
    return file.suffix in _COMPRESSIBLE and "gzip" in request.headers.get("Accept-Encoding", "")


def _compressed(file: Path, kind: str) -> Response:
    body = _gzipped(str(file), file.stat().st_mtime_ns)
    answer = Response(body, content_type=kind)
    answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(hashlib.sha256(body).hexdigest()[:20])
    return answer.make_conditional(request)  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _gzipped(path: str, _changed_ns: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
