"""What a person sees who scanned a stamp."""

import logging
from typing import Final

from flask import Response

from core.web.access import public
from traceability.errors import CouldNotCheckError, TooManyUnknownError
from traceability.looking import look_up, note_look
from traceability.views.trace_page import answer_could_not_check, answer_stamp

log = logging.getLogger("traceability")

RETRY_SECONDS: Final = 5


@public
def stamp(code: str) -> Response:
    """The verdict on a code and all that is known of its goods. Never redirects, never sets a cookie."""
    page = look_up(code)
    answer = answer_stamp(page)
    note_look(page)
    return answer


def could_not_check(error: CouldNotCheckError) -> Response:
    """Answers every page of this package on which a code could not be checked."""
    log.error("a stamp could not be checked", exc_info=error)
    return answer_could_not_check(503, RETRY_SECONDS)


def too_many_unknown(error: TooManyUnknownError) -> Response:
    """Answers a network that asked for too many codes that are not known."""
    return answer_could_not_check(429, int(str(error.wait_seconds)))
