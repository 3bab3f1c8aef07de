"""Headers of safety, made once and only copied on each request.

A page that needs more than the default hands its own set to `use_headers`, made at import by `header_set`.
Sources: OWASP ASVS 5.0.0, 3.4.1-3.4.8; CSP Level 3 (W3C).
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from flask import Response, request

HeaderSet = tuple[tuple[str, str], ...]

ENVIRON_KEY: Final = "core.headers"
HSTS: Final = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

_POLICY: Final = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def header_set(
    *,
    more_sources: Mapping[str, str] | None = None,
    referrer: str = "strict-origin-when-cross-origin",
) -> HeaderSet:
    """The headers of safety, with `more_sources` added to directives of the content policy.

    more_sources: directive to sources, e.g. {"script-src": "'wasm-unsafe-eval'"}.
    referrer: never "no-referrer": forms sent over https prove by their Referer that they are ours.
    """
    policy = dict(_POLICY)
    for directive, sources in (more_sources or {}).items():
        policy[directive] = f"{policy.get(directive, _POLICY['default-src'])} {sources}"
    return (
        ("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items())),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", referrer),
        ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )


DEFAULT_HEADERS: Final = header_set()


def use_headers(headers: HeaderSet) -> None:
    """Answer the present request with `headers` in place of the default set."""
    request.environ[ENVIRON_KEY] = headers


def with_headers(headers: HeaderSet) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of a view that always answers with `headers`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Any:
            request.environ[ENVIRON_KEY] = headers
            return view(*args, **kwargs)

        return answer

    return decorate


def open_to_all(answer: Response) -> Response:
    """Let pages of any site read `answer`. Data that is for nobody in particular; cookies never come along.

    Source: WHATWG Fetch, CORS protocol («*» is never combined with credentials).
    """
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Request-Id"
    return answer
