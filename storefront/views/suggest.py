"""Suggestions while typing; without JavaScript the form of the search box leads to the listing instead."""

import json
from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from catalog.queries.suggest import Suggestion
from catalog.queries.suggest import suggest as find_suggestions
from core import clock
from core.i18n import current_language
from core.text import clean_line
from core.web.access import public
from storefront.forms import QUERY_MAX_LENGTH
from storefront.views.frame import local_url

KEPT: Final = "public, max-age=60"
"""Suggestions name things and show no star: a minute of age misleads nobody."""

_FOLDERS: Final = {"product": "/products", "producer": "/producers", "place": "/places"}


@public
def suggest() -> Response:
    """`{"items": [{"kind", "label", "detail", "url"}]}` for the words in `q`, at most eight."""
    text = clean_line(request.args.get("q", ""))[:QUERY_MAX_LENGTH]
    found = find_suggestions(text, current_language(), clock.today()) if text else ()
    body = json.dumps({"items": [_item(each) for each in found]}, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json", headers={"Cache-Control": KEPT})


def _item(suggestion: Suggestion) -> dict[str, str]:
    folder = _FOLDERS.get(suggestion.kind)
    url = (
        local_url(f"{folder}/{suggestion.slug}")
        if folder and suggestion.slug
        else local_url("/products", urlencode({"q": suggestion.label}))
    )
    return {"kind": suggestion.kind, "label": suggestion.label, "detail": suggestion.detail or "", "url": url}
