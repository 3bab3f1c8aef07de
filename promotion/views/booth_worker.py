"""What lets the counter open without a network: its own worker and its own manifest, apart from the market's."""

import hashlib
import json
from functools import lru_cache
from typing import Final

from flask import Response, jsonify, render_template, request

from core.assets import STATIC_FOLDER, asset_url, asset_version
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, current_language, gettext, speaking
from core.web.access import public

SCRIPT: Final = "js/booth_worker.js"
FONTS: Final = ("vendor/fonts/cho-sans-latin.woff2", "vendor/fonts/cho-sans-vietnamese.woff2")
QR: Final = "vendor/lean-qr/index.js"
MODULES: Final = tuple(
    sorted(f"js/booth/{file.name}" for file in (STATIC_FOLDER / "js" / "booth").glob("*.js"))
)
ASSETS: Final = (
    "css/site.css",
    "css/booth.css",
    "img/favicon.svg",
    QR,
    *FONTS,
    *MODULES,
)
GREEN: Final = "#124D29"
PAPER: Final = "#FBF8F2"


def counter_page() -> str:
    """The page of the counter in the present language; all scripts are asked for at once, not one by another."""
    later = [path for path in (*MODULES, QR) if not path.endswith(("/main.js", "/pair.js"))]
    return render_template("booth/counter.html", modules=later)


@public
def booth_worker() -> Response:
    """The script that a browser runs beside the counter; another one whenever anything that it keeps is another."""
    text = _worker_text()
    answer = Response(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:16])
    return answer.make_conditional(request)  # type: ignore[return-value]


@public
def booth_manifest() -> Response:
    """How the counter looks on a home screen. Source: W3C Web Application Manifest."""
    address = _counter_in(current_language())
    answer = jsonify(
        {
            "id": "/booth",
            "name": gettext("Booth counter of Chợ OCOP"),
            "short_name": gettext("Counter"),
            "lang": current_language(),
            "start_url": address,
            "scope": address,
            "display": "standalone",
            "orientation": "portrait",
            "theme_color": GREEN,
            "background_color": PAPER,
            "icons": [
                _icon("icon-192", 192),
                _icon("icon-512", 512),
                _icon("icon-maskable", 512, "maskable"),
            ],
        }
    )
    answer.content_type = "application/manifest+json"
    return answer


def _counter_in(language: str) -> str:
    return "/booth" if language == DEFAULT_LANGUAGE else f"/{language}/booth"


def _icon(name: str, side: int, purpose: str = "any") -> dict[str, str]:
    return {
        "src": asset_url(f"img/{name}.png"),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }


@lru_cache(maxsize=1)
def _worker_text() -> str:
    kept: dict[str, object] = {
        "files": [f"/static/{path}" for path in ASSETS],
        "pages": [_counter_in(language) for language in LANGUAGES],
    }
    script = (STATIC_FOLDER / SCRIPT).read_text(encoding="utf-8")
    versions = [asset_version(path) for path in ASSETS]
    whole = json.dumps(kept) + script + "".join(versions) + _pages_text()
    kept["version"] = hashlib.sha256(whole.encode()).hexdigest()[:12]
    return f"const KEPT = {json.dumps(kept)};\n{script}"


def _pages_text() -> str:
    """The page that is kept, so that a changed word in it is a changed worker."""
    texts = []
    for language in LANGUAGES:
        with speaking(language):
            texts.append(counter_page())
    return "".join(texts)
