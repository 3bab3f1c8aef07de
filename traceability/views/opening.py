"""«I bought this and opened it», on a page of its own, so that the stamp's page needs no cookie."""

from typing import Final

from flask import Response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from core.db import transaction
from core.limits import rate_limited
from core.web.access import public
from core.web.headers import header_set, with_headers
from traceability.looking import look_of, look_up
from traceability.operations.openings import claim_opening
from traceability.queries.view_models import FirstLook, ScanPage
from traceability.stamp_codes import grouped
from traceability.verdicts import Verdict

OPENING_HEADERS: Final = header_set(referrer="same-origin")
MAY_BE_OPENED: Final = frozenset(
    {Verdict.VALID_FIRST, Verdict.VALID_AGAIN, Verdict.RANK_LAPSED, Verdict.PAST_DATE, Verdict.CHECK_FURTHER}
)
"""Verdicts of goods that somebody can have bought. A sample, a lot's code or a withdrawn stamp is nobody's purchase."""


@public
@with_headers(OPENING_HEADERS)
def opening(code: str) -> AnyResponse:
    """One question and one button, or who was first to say so."""
    page = _page_of(code)
    return redirect(url_for("traceability.stamp", code=code)) if page is None else _answer(page)


@public
@with_headers(OPENING_HEADERS)
@rate_limited("10/minute", name="traceability.opening")
def opening_create(code: str) -> AnyResponse:
    """Keep that it was opened. The first one counts; whoever comes later is told when and where that was."""
    page = _page_of(code)
    if page is None or page.stamp_id is None:
        return redirect(url_for("traceability.stamp", code=code), 303)
    with transaction():
        claim = claim_opening(look_of(page.stamp_id))
        told = FirstLook(claim.first.claimed_hour_at, claim.first.province)
    return _answer(page, told, is_own=claim.is_own)


def _page_of(code: str) -> ScanPage | None:
    """What is known of the code; None where there is nothing to open. Raises NotFound for a code nobody issued."""
    page = look_up(code)
    if page.stamp_id is None:
        raise NotFound
    return page if page.is_unit and page.verdict in MAY_BE_OPENED else None


def _answer(page: ScanPage, told: FirstLook | None = None, *, is_own: bool = False) -> Response:
    text = render_template(
        "traceability/opening.html",
        page=page,
        code=page.code,
        grouped_code=grouped(page.code),
        lot=page.lot,
        told=told or page.opened,
        is_own=is_own,
    )
    answer = Response(text)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
