"""The verdict on a stamp. A look by a program on behalf of a person is a look like any other.

Codes that are not known answer 404 and withdrawn ones 410, as problem+json that carries the verdict as well. That
something could not be checked is 503 or 429 and carries none.
"""

from typing import Final

from flask import Response

from catalog.api.answers import JSON, data_text, site_address
from catalog.queries.entries import get_entries
from core import clock
from core.i18n import gettext, speaking
from core.web.access import public
from core.web.errors import asked_language, problem
from core.web.headers import open_to_all
from traceability.api.serialize import stamp_json
from traceability.errors import CouldNotCheckError, TooManyUnknownError
from traceability.looking import look_up, note_look
from traceability.verdicts import HTTP_STATUS, Verdict

RETRY_SECONDS: Final = 5


@public
def stamp(code: str) -> Response:
    """The verdict on a code with its product, lot and recognition."""
    page = look_up(code)
    entries = get_entries([page.lot.product.id], clock.today()) if page.lot else []
    data = stamp_json(page, entries[0] if entries else None, site_address())
    status = HTTP_STATUS.get(page.verdict)
    if status is None:
        answer = Response(data_text(data), content_type=JSON)
    else:
        answer = problem(status, detail=_detail(page.verdict), facts=dict(data))
    answer.headers["Cache-Control"] = "private, no-cache"
    note_look(page)
    return open_to_all(answer)


def could_not_check(error: CouldNotCheckError) -> Response:
    """503: nothing was found out."""
    return _not_checked(503, RETRY_SECONDS)


def too_many_unknown(error: TooManyUnknownError) -> Response:
    """429: this network asked for too many codes that are not known."""
    return _not_checked(429, int(str(error.wait_seconds)))


def _not_checked(status: int, wait_seconds: int) -> Response:
    with speaking(asked_language()):
        detail = gettext("Could not check. This is no conclusion about the product.")
    answer = problem(status, detail=detail)
    answer.headers["Retry-After"] = str(wait_seconds)
    return open_to_all(answer)


def _detail(verdict: Verdict) -> str:
    with speaking(asked_language()):
        if verdict is Verdict.MISTYPED:
            return gettext("What was entered is no whole code: a character is wrong, missing or too many.")
        if verdict is Verdict.WITHDRAWN:
            return gettext("This code was withdrawn from use")
        return gettext("No stamp with this code was issued here, or its address does not belong to it.")
