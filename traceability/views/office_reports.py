"""Reports about stamps for officers: read, noted, closed."""

from typing import Final

from flask import Response, make_response, render_template, request, url_for
from flask import redirect as led_to
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.errors import NotYoursError
from catalog.errors import InvalidFactError
from catalog.operations.office_notes import close_matter
from catalog.permissions.office import can_decide, can_enter_office
from catalog.queries.office_notes import find_closure
from catalog.queries.office_scope import province_of
from catalog.views.office.matters import add_note, notes_context
from catalog.views.office.tables import OPEN_OR_CLOSED, Column, List, answer_list
from catalog.views.papers import SANDBOXED, WEBP, files
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _
from core.web.headers import use_headers
from traceability.queries.office_reports import STATES, OfficeReport, get_report, list_reports

_SHORT: Final = 120
COLUMNS: Final = (
    Column(
        name="report",
        title=_("Report"),
        value=lambda each: " ".join(each.report.message.split())[:_SHORT],
        address=lambda each: f"/office/reports/{each.report.id}",
    ),
    Column(name="code", title=_("Code of the stamp"), value=lambda each: each.report.code),
    Column(
        name="product",
        title=_("Product"),
        value=lambda each: each.product.name if each.product else None,
        address=lambda each: f"/office/products/{each.product.id}" if each.product else None,
    ),
    Column(name="created_at", title=_("Reported"), value=lambda each: each.report.created_at),
)


@needs(can_enter_office)
def reports() -> Response:
    """Reports about stamps of products in the area."""
    actor = current_actor()
    asked = request.args.get("state", "")
    state = asked if asked in STATES else "open"
    return answer_list(
        List(
            name="reports",
            title=_("Reports about stamps"),
            lead=_(
                "People who scanned a stamp wrote these. Look at the stamp, ask the producer, note what you did."
            ),
            here="home",
            columns=COLUMNS,
            filters=(OPEN_OR_CLOSED,),
            read=lambda page, per_page: list_reports(actor, state, page=page, per_page=per_page),
        )
    )


@needs(can_enter_office)
def report_read(report_id: int) -> Response:
    """One report with its notes."""
    return _page(report_id, 200)


@needs(can_enter_office)
def report_photo(report_id: int) -> Response:
    """The photograph that was sent with a report. Raises NotYoursError, StoredFileNotFoundError."""
    name = get_report(current_actor(), report_id).report.photo_sha256
    if name is None:
        raise NotYoursError(report_id=report_id)
    with files().open(name) as opened:
        content = opened.read()
    use_headers(SANDBOXED)
    answer = Response(content, content_type=WEBP)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(can_enter_office)
def report_note(report_id: int) -> AnyResponse:
    """Add a note to a report."""
    actor = current_actor()
    add_note(actor, f"stamp_report:{report_id}", _province(get_report(actor, report_id)))
    return led_to(url_for("traceability.report_read", report_id=report_id), 303)


@needs(can_enter_office)
def report_close(report_id: int) -> AnyResponse:
    """Close a report with what came of it; for those who decide."""
    actor = current_actor()
    province = _province(get_report(actor, report_id))
    if not can_decide(actor, province):
        raise NotYoursError(report_id=report_id)
    try:
        with transaction():
            close_matter(
                f"stamp_report:{report_id}",
                result=request.form.get("result", ""),
                by=actor,
                now=clock.now(),
                province_code=province,
            )
    except InvalidFactError:
        return _page(report_id, 422)
    return led_to(url_for("traceability.report_read", report_id=report_id), 303)


def _province(found: OfficeReport) -> str | None:
    return province_of(found.product) if found.product is not None else None


def _page(report_id: int, status: int) -> Response:
    actor = current_actor()
    found = get_report(actor, report_id)
    closure = find_closure(f"stamp_report:{report_id}")
    page = render_template(
        "traceability/report_read.html",
        report=found.report,
        product=found.product,
        closure=closure,
        may_close=closure is None and can_decide(actor, _province(found)),
        is_refused=status == 422,
        **notes_context("stamp_report", report_id),
    )
    return make_response(page, status)
