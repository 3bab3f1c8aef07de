"""Turns errors into answers: pages for people, problem+json under `/api/`.

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
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from core.errors import AppError, ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.logs import request_id

log = logging.getLogger("core.web")

KINDS: Final[tuple[tuple[type[AppError], int], ...]] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (InvalidError, 422),
    (ForbiddenError, 403),
)
API_PREFIX: Final = "/api/"
BUSY_RETRY_SECONDS: Final = 5


def register_errors(app: Flask) -> None:
    """Let every error of `app` be answered here."""
    app.register_error_handler(AppError, _answer_kind)
    app.register_error_handler(HTTPException, _answer_http)
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


def _answer(error: Exception, status: int, *, facts: dict[str, object]) -> Response:
    if request.path.startswith(API_PREFIX):
        return problem(status, detail=_detail(error), facts=facts)
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
    """An answer of type application/problem+json (RFC 9457); `facts` become its extension members."""
    body: dict[str, Any] = {str(name): value for name, value in (facts or {}).items()}
    body |= {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    if status >= 500:
        body["incident"] = request_id.get()
    answer = Response(
        json.dumps(body, ensure_ascii=False, default=str) + "\n",
        status,
        content_type="application/problem+json",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _detail(error: Exception) -> str | None:
    # Descriptions of HTTP errors are written for whoever called; other errors speak by their facts alone.
    return error.description if isinstance(error, HTTPException) and error.code != 500 else None


def _wait_seconds(error: Exception) -> int:
    wait = getattr(error, "retry_after", None) if isinstance(error, HTTPException) else None
    return math.ceil(wait) if isinstance(wait, int | float) else BUSY_RETRY_SECONDS


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removesuffix("Error")).lower()
