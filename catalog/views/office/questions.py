"""Questions and answers that somebody reported: kept, or taken out of sight."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.errors import InvalidQuestionError
from catalog.operations.questions import settle_report
from catalog.permissions.office import can_record_decisions
from catalog.queries.questions import get_open_report, list_open_reports
from core import clock
from core.db import transaction


@needs(can_record_decisions)
def question_reports() -> Response:
    """What waits in the officer's area."""
    return _page(200)


@needs(can_record_decisions)
def question_settlement_create(report_id: int) -> AnyResponse:
    """Hide the question or leave it; both with a reason."""
    reason, choice = request.form.get("reason", ""), request.form.get("choice", "")
    actor = current_actor()
    if choice not in {"hide", "keep"}:
        get_open_report(actor, report_id)
        return _page(422, report_id=report_id, reason=reason, error="choice")
    try:
        with transaction():
            report = get_open_report(actor, report_id)
            settle_report(report, is_hidden=choice == "hide", reason=reason, by=actor, now=clock.now())
    except InvalidQuestionError:
        return _page(422, report_id=report_id, reason=reason, error="reason")
    return redirect(url_for("office.question_reports"), 303)


def _page(status: int, *, report_id: int | None = None, reason: str = "", error: str = "") -> Response:
    page = render_template(
        "office/question_reports.html",
        reports=list_open_reports(current_actor()),
        wrong_id=report_id,
        reason=reason,
        error=error,
    )
    return make_response(page, status)
