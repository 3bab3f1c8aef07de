"""What makes the market an app that works without a network: the browser's worker, the manifest, the page for then."""

import hashlib
import json
from functools import lru_cache
from typing import Final

from flask import Response, jsonify, render_template, request

from core.assets import STATIC_FOLDER, asset_url, asset_version
from core.i18n import LANGUAGES, gettext, speaking
from core.web.access import public
from storefront.views.frame import local_url
from traceability.queries.packs import find_root_key
from traceability.views.trace_page import sheet

SCRIPT: Final = "js/worker.js"
KEYS: Final = "/.well-known/ocop-stamp-keys"
FALLBACK: Final = "vendor/noble-ed25519/index.js"
FONTS: Final = ("vendor/fonts/cho-sans-latin.woff2", "vendor/fonts/cho-sans-vietnamese.woff2")
ASSETS: Final = (
    "css/site.css",
    "css/fairs.css",
    "img/favicon.svg",
    "img/icons.svg",
    "js/packs.js",
    "js/seals.js",
    "js/site.js",
    "js/suggest.js",
    "js/unreachable.js",
)
PAGES: Final = {"offline": "/offline", "stamp": "/offline/stamp"}
GREEN: Final = "#124D29"
PAPER: Final = "#FBF8F2"


@public
def worker() -> Response:
    """The script that a browser runs beside our pages; another one whenever anything that it keeps is another."""
    text = _worker_text(find_root_key() or "")
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:16])
    return answer.make_conditional(request)  # type: ignore[return-value]


@public
def manifest() -> Response:
    """How the market looks on a home screen. Source: W3C Web Application Manifest."""
    answer = jsonify(
        {
            "id": "/",
            "name": gettext("Chợ OCOP: certified goods from where they are made"),
            "short_name": "Chợ OCOP",
            "lang": "vi",
            "start_url": local_url("/"),
            "scope": "/",
            "display": "standalone",
            "theme_color": GREEN,
            "background_color": PAPER,
            "icons": [
                _icon("icon-192", 192),
                _icon("icon-512", 512),
                _icon("icon-maskable", 512, "maskable"),
            ],
            "shortcuts": [
                {"name": gettext("Check a stamp"), "url": local_url("/scan")},
                {"name": gettext("Look up an order"), "url": local_url("/orders")},
                {"name": gettext("Booth counter"), "url": local_url("/booth")},
            ],
        }
    )
    answer.content_type = "application/manifest+json"
    return answer


@public
def offline() -> Response:
    """What stands in place of a page that is not kept and cannot be reached."""
    return Response(render_template("storefront/offline.html"))


def _icon(name: str, side: int, purpose: str = "any") -> dict[str, str]:
    address = asset_url(f"img/{name}.png")
    return {"src": address, "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}


@lru_cache(maxsize=4)
def _worker_text(root: str) -> str:
    pages = {
        name: {each: path if each == "vi" else f"/{each}{path}" for each in LANGUAGES}
        for name, path in PAGES.items()
    }
    files = [asset_url(path) for path in ASSETS] + [f"/static/{path}" for path in FONTS]
    files += [path for versions in pages.values() for path in versions.values()]
    kept = {
        "files": files,
        "fallback": asset_url(FALLBACK),
        "keys": KEYS,
        "saved": {language: _saved_words(language) for language in LANGUAGES},
        **pages,
    }
    script = (STATIC_FOLDER / SCRIPT).read_text(encoding="utf-8")
    versions = [asset_version(path) for path in FONTS]
    whole = json.dumps(kept, sort_keys=True) + script + "".join(versions) + _pages_text(root)
    kept["version"] = hashlib.sha256(whole.encode()).hexdigest()[:12]
    return f"const KEPT = {json.dumps(kept, ensure_ascii=False)};\n{script}"


def _pages_text(root: str) -> str:
    """The pages that are kept, so that a changed word in them is a changed worker."""
    texts = []
    for language in LANGUAGES:
        with speaking(language):
            texts.append(render_template("storefront/offline.html"))
            texts.append(render_template("traceability/offline_stamp.html", root_key=root, sheet=sheet()))
    return "".join(texts)


def _saved_words(language: str) -> str:
    with speaking(language):
        return gettext("No network: this is the page as saved at {at}.")
