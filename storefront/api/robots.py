"""What robots may read. Codes on stamps, forms and the gallery are nobody's search results."""

from typing import Final

from flask import Response, current_app

from core.i18n import LANGUAGES
from core.pages import cached_page
from core.web.access import public

CLOSED: Final = ("/T", "/t/", "/01/", "/suggest", "/components", "/products/*/inquiries")


@public
def robots() -> Response:
    """`robots.txt`. Source: RFC 9309; `*` inside a path as Google and Bing read it."""
    return cached_page(("robots",), 0, _text, "text/plain; charset=utf-8")


def _text() -> str:
    base = current_app.extensions["settings"].public_base_url
    prefixes = ["" if language == "vi" else f"/{language}" for language in LANGUAGES]
    closed = [f"Disallow: {prefix}{path}" for prefix in prefixes for path in CLOSED]
    return "\n".join(["User-agent: *", *closed, "", f"Sitemap: {base}/sitemap.xml", ""])
