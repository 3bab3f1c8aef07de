"""Which system comes in: the mark of views that are opened by a key instead of a cookie.

A browser never sends a key by itself, so these views alone need no token against forged forms.
Sources: RFC 6750 (bearer tokens), RFC 9457 (problems), draft-ietf-httpapi-ratelimit-headers.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from flask import current_app, g, request
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from accounts.errors import ScopeMissingError
from accounts.models.keys import ApiKey
from accounts.queries.keys import KeyCaller, find_caller
from core import clock
from core.db import brief_transaction, db
from core.limits import rate_limited, use_up
from core.web.setup import csrf

View = TypeVar("View", bound=Callable[..., Any])

KEY_LIMIT: Final = "300/minute"
"""For each key, whatever it asks for."""
NETWORK_LIMIT: Final = "600/minute"
"""For each network, right or wrong key: what a guesser may try."""


def needs_key(scope: str) -> Callable[[View], View]:
    """Only for systems whose key has `scope`. Without a valid key 401, without the scope 403, too often 429."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            caller = _caller()
            allowance = use_up(KEY_LIMIT, "api_key", str(caller.key_id))
            headers = {
                "RateLimit-Limit": str(allowance.limit),
                "RateLimit-Remaining": str(allowance.remaining),
                "RateLimit-Reset": str(allowance.reset_seconds),
                "Cache-Control": "no-store",
            }
            if not allowance.is_within:
                raise TooManyRequests(retry_after=allowance.reset_seconds)
            if scope not in caller.scopes:
                raise ScopeMissingError(scope=scope)
            g.key_caller = caller
            _note_use(caller)
            answer = current_app.make_response(view(*args, **kwargs))
            answer.headers.update(headers)
            return answer

        guarded.access = "key"  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        csrf.exempt(guarded)
        return guarded  # type: ignore[return-value]

    return decorate


def current_caller() -> KeyCaller:
    """The system that asks; only within a view that says `needs_key`."""
    caller: KeyCaller = g.key_caller
    return caller


@rate_limited(NETWORK_LIMIT, name="keys")
def _caller() -> KeyCaller:
    """Raises Unauthorized with the same words for no key, an unknown one, a wrong one, one that ended."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    caller = find_caller(text.strip(), on=clock.today()) if scheme.lower() == "bearer" else None
    if caller is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "api"}))
    return caller


def _note_use(caller: KeyCaller) -> None:
    today = clock.today()
    if caller.last_used_on == today:
        return
    db.session.rollback()
    try:
        with brief_transaction() as connection:
            connection.execute(update(ApiKey).where(ApiKey.id == caller.key_id).values(last_used_on=today))
    except OperationalError:
        return  # the next request notes it
