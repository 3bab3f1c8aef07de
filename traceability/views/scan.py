"""The page on which a code is typed, or scanned with the camera of the browser."""

from typing import Final
from urllib.parse import quote, urlsplit

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.config import Settings
from core.web.access import public
from core.web.headers import header_set, with_headers
from traceability.forms import TypedCode, read_code
from traceability.stamp_codes import TYPED_MAX_LENGTH, normalise

# The barcode reader is WebAssembly; only this page may run it.
SCAN_HEADERS: Final = header_set(
    more_sources={"script-src": "'wasm-unsafe-eval'", "media-src": "blob:", "img-src": "blob:"},
    referrer="same-origin",
)


@public
@with_headers(SCAN_HEADERS)
def scan() -> AnyResponse:
    """An empty form, or on to the page of the code that came with it.

    An address of a stamp is opened as it stands, as a camera would: its seal, GTIN and lot are part of what is checked.
    """
    typed = request.args.get("code")
    if typed is None:
        return _form()
    settings: Settings = current_app.extensions["settings"]
    found = read_code(typed, urlsplit(settings.public_base_url).hostname or "")
    if found.path is not None:
        return redirect(_own_address(found.path))
    code = normalise(found.code)[:TYPED_MAX_LENGTH]
    if not code:
        return _form(found)
    # A slash would read as the next piece of the path; no code has one.
    return redirect(url_for("traceability.stamp", code=code.replace("/", "-")))


def _own_address(path: str) -> str:
    """`path` of an address of ours on the site where we are, in the language of either."""
    is_english = path.startswith("/en/")
    return ("" if is_english else request.script_root) + quote(path, safe="/%")


def _form(found: TypedCode | None = None) -> Response:
    return Response(render_template("traceability/scan.html", found=found), 422 if found else 200)
