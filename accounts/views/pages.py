"""How private pages of the sign-in are answered: never kept, never listed by robots."""

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import find_actor, safe_next
from accounts.views.entering import HOME, local, wait_minutes


def page(template: str, status: int = 200, **facts: object) -> Response:
    """The page `templates/accounts/<template>.html`."""
    answer = make_response(render_template(f"accounts/{template}.html", **facts), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def asked_next() -> str:
    """Where the person wants to go afterwards: a path of this site, `/account` if nothing safe was asked for."""
    return safe_next(request.values.get("next"), local(HOME))


def away_if_signed_in() -> AnyResponse | None:
    """On for those who are signed in already."""
    if find_actor() is None:
        return None
    return current_app.make_response(redirect(asked_next(), 303))


def told_to_wait(answer: Response, wait: object) -> Response:
    """`answer` as 429, with the time after which to try again. Source: RFC 6585, 4."""
    answer.status_code = 429
    answer.headers["Retry-After"] = str(wait_minutes(wait) * 60)
    return answer
