"""The first and last thing each request meets: its id, the headers of safety, its line in the log.

Plain WSGI, because it runs on every request and must cost microseconds.
"""

import logging
import os
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, Final

from core.config import AccessLog, Settings
from core.logs import request_id
from core.web.headers import DEFAULT_HEADERS, ENVIRON_KEY, HSTS

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

log = logging.getLogger("core.web")

# Nothing is kept by a browser without asking, unless the view said so.
NEVER_UNASKED: Final = ("Cache-Control", "no-cache")

_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class FrontDoor:
    """Wraps the application. An id handed in by the caller is kept if it is sane, else a new one is made."""

    def __init__(self, app: WsgiApp, settings: Settings) -> None:
        self._app = app
        self._always = (HSTS,) if settings.is_https and settings.is_production else ()
        self._log_from = {AccessLog.ALL: 100, AccessLog.ERRORS: 400, AccessLog.OFF: 1000}[settings.access_log]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = perf_counter()
        identity = environ.get("HTTP_X_REQUEST_ID")
        if identity is None or not _SANE_ID.fullmatch(identity):
            identity = os.urandom(8).hex()
        token = request_id.set(identity)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if not any(name == "Cache-Control" for name, _value in headers):
                headers.append(NEVER_UNASKED)
            headers.extend(environ.get(ENVIRON_KEY, DEFAULT_HEADERS))
            headers.extend(self._always)
            headers.append(("X-Request-Id", identity))
            if int(status[:3]) >= self._log_from:
                _log_request(environ, status, begun)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        try:
            return self._app(environ, start)
        finally:
            request_id.reset(token)


def _log_request(environ: Environ, status: str, begun: float) -> None:
    # The path only: a query may hold what a person typed.
    log.info(
        "request",
        extra={
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
            "status": int(status[:3]),
            "ms": round((perf_counter() - begun) * 1000, 1),
        },
    )
