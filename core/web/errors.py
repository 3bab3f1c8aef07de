"""Turns errors into answers: pages for people, problem+json under `/api/`.

A problem speaks the language of `/en`, else the one that `Accept-Language` asks for.
A page is `templates/errors/<name of the error's class in snake case>.html` if there is one, else
`errors/<status>.html`, else `errors/error.html`; it is handed `error` (with its facts) and `status`.
Sources: RFC 9110 (status codes), RFC 9457 (problem details).
"""

import json
import logging
import math
import re
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from core.errors import AppError, ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, current_language, speaking
from core.i18n import lazy_gettext as _
from core.logs import request_id
from core.web.headers import open_to_all

log = logging.getLogger("core.web")

KINDS: Final[tuple[tuple[type[AppError], int], ...]] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (InvalidError, 422),
    (ForbiddenError, 403),
)
API_PREFIX: Final = "/api/"

# What kind of problem it is, and what to do about it where nothing more is known.
PROBLEMS: Final = {
    400: (_("Bad request"), _("The request could not be understood. Check its address and its parameters.")),
    401: (
        _("Not signed in"),
        _("A valid key is needed: «Authorization: Bearer ocop_…». This one is missing, wrong or has ended."),
    ),
    403: (_("Forbidden"), _("You may not do this.")),
    404: (_("Not found"), _("There is nothing at this address. Check the spelling of the name.")),
    405: (_("Method not allowed"), _("This address is read with GET only.")),
    409: (_("Conflict"), _("This contradicts what is already recorded. Nothing has changed.")),
    410: (_("Gone"), _("This was here once and has been withdrawn.")),
    412: (
        _("Changed meanwhile"),
        _(
            "Somebody changed this after you read it. Read it again, and send the change with its new version."
        ),
    ),
    413: (_("Content too large"), _("The request holds more than is taken in at once.")),
    422: (_("Cannot be used"), _("A value in the request cannot be used. Nothing has changed.")),
    415: (_("Unsupported media type"), _("Send JSON: «Content-Type: application/json».")),
    428: (
        _("Version needed"),
        _("Send the version that you read in «If-Match», so that nobody's change is overwritten."),
    ),
    429: (
        _("Too many requests"),
        _("Too many requests came from your network. Wait a little, then ask again."),
    ),
    500: (
        _("Internal error"),
        _("Something broke here. It has been noted; the incident code tells it apart."),
    ),
    503: (_("Not available now"), _("The data cannot be read just now. Ask again in a few seconds.")),
}
BUSY_RETRY_SECONDS: Final = 5


def register_errors(app: Flask) -> None:
    """Let every error of `app` be answered here."""
    app.register_error_handler(AppError, _answer_kind)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(DataError, _answer_unreadable)
    app.register_error_handler(OperationalError, _answer_busy)
    app.register_error_handler(PoolTimeoutError, _answer_busy)


def status_of(error: AppError) -> int:
    """The status code of `error`'s kind; 500 if it is of none of the four."""
    return next((status for kind, status in KINDS if isinstance(error, kind)), 500)


def _answer_kind(error: AppError) -> Response:
    status = status_of(error)
    if status == 500:
        log.error("an error of no kind", exc_info=error)
    return _answer(error, status, facts=error.facts)


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    answer = _answer(error, error.code, facts={})
    # Allow (405), Retry-After (429, 503) and the like come along; the body is ours.
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _answer_busy(error: OperationalError | PoolTimeoutError) -> Response:
    """The database is locked, full or away: nothing was recorded, and soon may be."""
    log.error("database unavailable", exc_info=error)
    answer = _answer(error, 503, facts={})
    answer.headers["Retry-After"] = str(BUSY_RETRY_SECONDS)
    return answer


def _answer_unreadable(error: DataError) -> Response:
    """The database cannot take a value at all, say a text with the letter NUL, which PostgreSQL refuses."""
    log.warning("a value that the database cannot take", exc_info=error)
    return _answer(error, 400, facts={})


def _answer(error: Exception, status: int, *, facts: dict[str, object]) -> Response:
    if request.path.startswith(API_PREFIX):
        return problem(status, facts=facts)
    names = [f"errors/{_snake(type(error).__name__)}.html", f"errors/{status}.html", "errors/error.html"]
    page = render_template(
        [*names],
        error=error,
        status=status,
        incident=request_id.get() if status >= 500 else "",
        wait_seconds=_wait_seconds(error),
    )
    answer = Response(page, status, content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def problem(status: int, *, detail: str | None = None, facts: dict[str, object] | None = None) -> Response:
    """An answer of type application/problem+json (RFC 9457); `facts` become its extension members.

    detail: in the language of `asked_language`; without it a sentence for the status.
    """
    with speaking(asked_language()):
        title, advice = PROBLEMS.get(status, (HTTPStatus(status).phrase, ""))
        body: dict[str, Any] = {str(name): value for name, value in (facts or {}).items()}
        body |= {
            "type": "about:blank",
            "title": str(title),
            "status": status,
            "detail": detail or str(advice),
        }
        language = current_language()
    if status >= 500:
        body["incident"] = request_id.get()
    answer = Response(
        json.dumps(body, ensure_ascii=False, default=str) + "\n",
        status,
        content_type="application/problem+json",
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = language
    answer.headers["Vary"] = "Accept-Language"
    return open_to_all(answer)


def asked_language() -> str:
    """The language for words to a program: that of `/en`, else the best that `Accept-Language` names."""
    if current_language() != DEFAULT_LANGUAGE:
        return current_language()
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language in LANGUAGES), DEFAULT_LANGUAGE)


def _wait_seconds(error: Exception) -> int:
    wait = getattr(error, "retry_after", None) if isinstance(error, HTTPException) else None
    return math.ceil(wait) if isinstance(wait, int | float) else BUSY_RETRY_SECONDS


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("Error")).lower()
