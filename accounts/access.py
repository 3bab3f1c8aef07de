"""Who comes in: the marks that views of every package carry, and the cookie behind them.

Flask-Login finds the person of a request; what it would keep in a cookie of its own (the bearer note of its default
session, «remember me») is left out: the only proof of a sign-in is a token whose row is alive.
Sources: OWASP ASVS 5.0.0, 7.2 to 7.5; RFC 6265bis, 4.1.3.2 (`__Host-`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, Request, Response, current_app, redirect, request
from flask_login import LoginManager, current_user
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from accounts.actors import Actor
from accounts.errors import NotSignedInError, NotYoursError
from accounts.models import Session, User
from accounts.operations.sessions import LAST_SEEN_EVERY, SEEN_EVERY, terms
from accounts.queries.actors import find_visit
from core import clock
from core.config import Settings
from core.db import brief_transaction

View = TypeVar("View", bound=Callable[..., Any])
Permission = Callable[[Actor], bool]

SIGN_IN_PATH: Final = "/sign-in"
CONFIRM_PATH: Final = "/sign-in/confirm"
SECOND_FACTOR_PATH: Final = "/sign-in/second-factor"
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
PRIVATE: Final = "no-store"
COUNT_COOKIE: Final = "cart-count"
"""How much is in the basket, for scripts of shared pages; given by the shop, taken back at signing out."""
COUNTER_COOKIE: Final = "booth-phone"
"""Says that the telephone is a booth's counter; given by the counter's own page."""


def set_up_access(app: Flask) -> None:
    """Let Flask-Login find who a request comes from; without `init_app`, which would read a cookie on every page."""
    manager = LoginManager()
    manager.request_loader(_find_person)
    app.login_manager = manager  # type: ignore[attr-defined]
    app.config["SESSION_PROTECTION"] = None


def find_actor() -> Actor | None:
    """Who is signed in, None if nobody is. A request without the cookie costs no database read."""
    person = current_user._get_current_object() if _cookie_name() in request.cookies else None
    return person if isinstance(person, Actor) else None


def current_actor() -> Actor:
    """Who is signed in. Raises NotSignedInError; never within a view that says `signed_in` or `needs`."""
    actor = find_actor()
    if actor is None:
        raise NotSignedInError
    return actor


def signed_in(view: View) -> View:
    """Only for people who are signed in; others are led to the sign-in and back. Never kept by any cache.

    Whoever has a role must have passed the second step in this session: without it there is nothing for them.
    """
    return _guarded(view, "signed_in", None)


def half_signed_in(*, confirmed: bool = False) -> Callable[[View], View]:
    """Like `signed_in`, also for officials who have not passed the second step: the pages on which they do so.

    confirmed: as for `needs`.
    """

    def decorate(view: View) -> View:
        return _guarded(view, "signed_in", None, confirmed=confirmed, is_half_enough=True)

    return decorate


def needs(permission: Permission, *, confirmed: bool = False) -> Callable[[View], View]:
    """Only for people of whom `permission` is true; to others there is nothing here (404).

    Whoever has a role must have passed the second factor in this session. confirmed: a dangerous act, for which the
    person must have signed in, or proved it again, within the last minutes.
    """

    def decorate(view: View) -> View:
        return _guarded(view, "needs", permission, confirmed=confirmed)

    return decorate


def keep_signed_in(answer: Response, token: str, *, is_official: bool) -> None:
    """Give the browser the token of a new session."""
    _, longest = terms(is_official)
    answer.set_cookie(
        _cookie_name(),
        token,
        max_age=None if is_official else int(longest.total_seconds()),
        secure=_settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_signed_in(answer: Response) -> None:
    """Take the token back, how much is in the person's basket, and what the browser kept of private pages.

    A telephone that is a booth's counter keeps its storage: sales that were not sent yet are in it.
    Source: Clear Site Data (W3C).
    """
    is_https = _settings().is_https
    answer.delete_cookie(_cookie_name(), path="/", secure=is_https, httponly=True, samesite="Lax")
    answer.delete_cookie(
        cookie_name(COUNT_COOKIE, is_https=is_https), path="/", secure=is_https, samesite="Lax"
    )
    is_counter = COUNTER_COOKIE in request.cookies
    answer.headers["Clear-Site-Data"] = '"cache"' if is_counter else '"cache", "storage"'


def safe_next(target: str | None, default: str = "/") -> str:
    """`target` if it is a path of this site, else `default`: nobody is led elsewhere by a link to our sign-in."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2_000:
        return default
    if "\\" in target or any(ord(letter) < 0x21 or ord(letter) == 0x7F for letter in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target


def _guarded(
    view: View,
    mark: str,
    permission: Permission | None,
    *,
    confirmed: bool = False,
    is_half_enough: bool = False,
) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        refusal = _refusal(permission, confirmed=confirmed, is_half_enough=is_half_enough)
        if refusal is not None:
            return refusal
        answer = current_app.make_response(view(*args, **kwargs))
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = PRIVATE
        return answer

    guarded.access = mark  # type: ignore[attr-defined]
    guarded.permission = permission  # type: ignore[attr-defined]
    guarded.is_confirmed = confirmed  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _refusal(permission: Permission | None, *, confirmed: bool, is_half_enough: bool) -> AnyResponse | None:
    """Where a person who may not come in yet is led; None for one who may. Raises NotYoursError for one who may not."""
    actor = find_actor()
    if actor is None:
        return _led_to(SIGN_IN_PATH)
    if permission is not None and not permission(actor):
        raise NotYoursError
    if not is_half_enough and actor.needs_second_factor and actor.second_factor_at is None:
        return _led_to(SECOND_FACTOR_PATH)
    if confirmed and not actor.is_confirmed(clock.now()):
        return _led_to(CONFIRM_PATH)
    return None


def _led_to(path: str) -> AnyResponse:
    if request.path.startswith("/api/"):
        raise NotSignedInError
    wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else _page_before()
    answer = redirect(
        f"{request.script_root}{path}?next={quote(request.script_root + wanted, safe='/')}", 303
    )
    answer.headers["Cache-Control"] = PRIVATE
    return answer


def _page_before() -> str:
    """The page whose form was sent: what was asked for there cannot be asked for again by an address."""
    path = urlsplit(request.referrer or "").path.removeprefix(request.script_root)
    return safe_next(path, "/account")


def _find_person(asked: Request) -> Actor | None:
    token = asked.cookies.get(_cookie_name())
    if not token:
        return None
    now = clock.now()
    visit = find_visit(token, now=now)
    if visit is None:
        return None
    if visit.actor.session_id is not None and now - visit.seen_at >= SEEN_EVERY:
        _touch(visit.actor, visit.actor.session_id)
    return visit.actor


def _touch(actor: Actor, session_id: int) -> None:
    idle, _ = terms(actor.needs_second_factor)
    now = clock.now()
    alive = (Session.id == session_id, Session.ended_at.is_(None))
    long_ago = User.last_seen_at.is_(None) | (User.last_seen_at <= now - LAST_SEEN_EVERY)
    seen = update(User).where(User.id == actor.user_id, long_ago).values(last_seen_at=now)
    try:
        with brief_transaction() as connection:
            connection.execute(update(Session).where(*alive).values(seen_at=now, idle_until_at=now + idle))
            connection.execute(seen)
    except OperationalError:
        return  # the next page notes it; nobody is signed out within the minute


def cookie_name(name: str, *, is_https: bool) -> str:
    """What a cookie of ours is called. Source: RFC 6265bis, 4.1.3.2 (`__Host-`)."""
    return f"__Host-{name}" if is_https else name


def _cookie_name() -> str:
    return cookie_name("sid", is_https=_settings().is_https)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
