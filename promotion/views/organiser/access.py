"""Which fair a page is about, what its pages share, and where they lead."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor
from core.errors import AppError
from promotion.errors.fairs import InvalidFairError
from promotion.models.fairs import Fair
from promotion.queries.organising import get_own_fair


def own_fair(fair_id: int) -> Fair:
    """The fair, if who is signed in may run it. Raises FairNotFoundError."""
    return get_own_fair(current_actor(), fair_id)


def led_to(fair_id: int, page: str = "", *, done: str = "") -> AnyResponse:
    """On to a page of the fair. done: what has just happened, told there."""
    query = f"?done={done}" if done else ""
    return redirect(f"{request.script_root}/organiser/fairs/{fair_id}{page}{query}", 303)


def shown(template: str, fair: Fair, status: int = 200, **values: Any) -> Response:
    """A page of the fair."""
    page = render_template(
        f"organiser/{template}.html",
        fair=fair,
        base=f"{request.script_root}/organiser/fairs/{fair.id}",
        done=request.args.get("done", "") if status == 200 else "",
        **values,
    )
    return make_response(page, status)


def refusal_of(error: AppError) -> dict[str, Any]:
    """The facts of a refusal, for `components/fair_words.html:refusal`."""
    return {"kind": type(error).__name__, **error.facts}


def faults_in(error: InvalidFairError) -> dict[str, str]:
    """Why what was typed was refused, by field."""
    faults = error.facts.get("faults")
    return dict(faults) if isinstance(faults, dict) else {}
