"""The OpenAPI document. It is made from the code by `scripts/openapi.py` and kept as a file, because the library that
reads the types costs 9 MB in every web process (docs/decisions/0014-openapi-from-types.md)."""

import json
from pathlib import Path
from typing import Final

from flask import Response, current_app

from core.pages import cached_page
from core.web.access import public
from core.web.headers import open_to_all

DOCUMENT: Final = Path(__file__).with_name("openapi.json")


@public
def openapi() -> Response:
    """What `/api/v1` answers, in OpenAPI 3.1."""
    return open_to_all(cached_page(("openapi",), 0, _document, "application/json"))


def _document() -> str:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    document["servers"] = [{"url": current_app.extensions["settings"].public_base_url}]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
