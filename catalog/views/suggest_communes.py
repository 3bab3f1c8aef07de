"""Communes while typing; without JavaScript the forms that ask for a commune search by themselves."""

import json
from typing import Any, Final

from flask import Response, request

from core.commune_search import TEXT_MAX, CommuneChoice, search_communes
from core.limits import rate_limited
from core.text import clean_line
from core.web.access import public

KEPT: Final = "public, max-age=86400"
"""Names of communes change by resolution, not by the hour."""


@public
@rate_limited("300/minute")
def suggest_communes() -> Response:
    """`{"items": [{"key", "code", "label", "old", "is_split"}]}` for the words `q` in the province `province`.

    province: its code of today. key: what a form sends back. old: the name of before July 2025 that was found.
    """
    text = clean_line(request.args.get("q", ""))[:TEXT_MAX]
    found = search_communes(text, request.args.get("province", ""))
    body = json.dumps({"items": [_item(each) for each in found]}, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json", headers={"Cache-Control": KEPT})


def _item(choice: CommuneChoice) -> dict[str, Any]:
    old = f"{choice.old.commune}, {choice.old.district}" if choice.old else ""
    return {
        "key": choice.key,
        "code": choice.commune.code,
        "label": choice.commune.name,
        "old": old,
        "is_split": choice.is_split,
    }
