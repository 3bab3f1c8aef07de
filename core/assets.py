"""Our own files for browsers: addresses that change with the content, kept by browsers for a year.

`asset_url("css/site.css")` is `/static/css/site.css?v=…`, in every language. With the right `v` a file may be
kept for ever; without one (fonts named in a style sheet) it is kept for a day. Scripts that name one another without
one are asked for anew each time, so that modules of two versions never meet.
"""

import gzip
import hashlib
import mimetypes
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request
from werkzeug.security import safe_join

from core.web.access import public

STATIC_FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
FOREVER: Final = "public, max-age=31536000, immutable"
A_DAY: Final = "public, max-age=86400"
ASK_AGAIN: Final = "no-cache"

_COMPRESSIBLE: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest", ".txt", ".html", ".wasm"})
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
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
    # Not Path.is_file, which raises for a name longer than the disk takes.
    if full is None or not os.path.isfile(full):
        abort(404)
    file = Path(full)
    body, encoding = (_gzipped(file), "gzip") if _may_compress(file) else (file.read_bytes(), None)
    answer = Response(body, mimetype=_TYPES.get(file.suffix) or mimetypes.guess_type(path)[0])
    version = asset_version(path)
    answer.set_etag(f"{version}-{encoding}" if encoding else version)
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Cache-Control"] = FOREVER if request.args.get("v") == version else _kept_unnamed(file)
    answer.headers["Vary"] = "Accept-Encoding"
    return answer.make_conditional(request)  # type: ignore[return-value]


def _kept_unnamed(file: Path) -> str:
    """How long a file is kept whose version was not asked for."""
    return ASK_AGAIN if file.suffix == ".js" else A_DAY


def _may_compress(file: Path) -> bool:
    return file.suffix in _COMPRESSIBLE and "gzip" in request.headers.get("Accept-Encoding", "")


@lru_cache(maxsize=64)
def _gzipped(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)
