"""Following a short link: counted, remembered for seven days, and on to the page."""

from datetime import timedelta
from typing import Final

from flask import redirect, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from core import clock
from core.limits import count_attempt
from core.web.access import public
from promotion.errors.reach import ShortLinkNotFoundError
from promotion.queries.links import find_link
from promotion.sources import follow

UNKNOWN_LIMIT: Final = 30
UNKNOWN_WINDOW: Final = timedelta(minutes=1)
"""Keys that nobody was given, per network and minute; keys that are known are always followed (docs/limits.md)."""


@public
def short_link(key: str) -> AnyResponse:
    """On to where the link leads, in the language of the address. An unknown key is told, and counted."""
    link = find_link(key)
    if link is None:
        _count_unknown()
        raise ShortLinkNotFoundError(typed=key)
    answer = redirect(f"{request.script_root}{link.target}", 302)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    follow(link, answer)
    return answer


def _count_unknown() -> None:
    now = clock.now()
    if not count_attempt(
        "promotion.unknown_link", request.remote_addr, limit=UNKNOWN_LIMIT, window=UNKNOWN_WINDOW, now=now
    ):
        raise TooManyRequests(retry_after=60 - now.second)
