"""The counter on a telephone: the page that works without a network, and the pages that make a telephone one."""

from typing import Final

from flask import Response, make_response, render_template

from accounts.access import current_actor, signed_in
from core import clock
from core.web.access import public
from core.web.headers import header_set, with_headers
from promotion.operations.devices import find_live_device
from promotion.queries.booths import list_own_booths
from promotion.queries.counter import closed_because, get_own_booth
from promotion.views.booth_worker import counter_page

COUNTER_HEADERS: Final = header_set(
    more_sources={"script-src": "'wasm-unsafe-eval'", "media-src": "blob:", "img-src": "blob:"},
    referrer="same-origin",
)
"""The barcode reader is WebAssembly, and the camera's picture a blob."""


@public
@with_headers(COUNTER_HEADERS)
def counter() -> Response:
    """The counter: the same for everybody, without a cookie. What is sold where, the telephone knows by itself."""
    answer = make_response(counter_page())
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@signed_in
def booths() -> Response:
    """Booths that the person's producers have now or soon."""
    return make_response(
        render_template("booth/booths.html", booths=list_own_booths(current_actor(), clock.today()))
    )


@signed_in
def phone(participation_id: int) -> Response:
    """Making this telephone the counter of a booth."""
    booth = get_own_booth(current_actor(), participation_id)
    return make_response(
        render_template(
            "booth/phone.html",
            booth=booth,
            device=find_live_device(participation_id),
            sends_only=closed_because(booth, clock.today()) is not None,
        )
    )
