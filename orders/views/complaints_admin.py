"""Complaints as administrators see to them: what is due first, and the answer."""

from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core import clock
from core.db import transaction
from core.i18n import DEFAULT_LANGUAGE, current_language
from core.i18n import lazy_gettext as _
from core.text import clean_text
from orders.complaint_terms import ComplaintKind
from orders.errors import ComplaintStateError, InvalidOrderError
from orders.models.complaints import ComplaintState
from orders.operations.complaints import answer_complaint, take_complaint
from orders.permissions import can_manage_payments
from orders.queries.complaints import LATE, OPEN, get_complaint, list_complaints

KINDS: Final = {
    ComplaintKind.ORDER: _("An order"),
    ComplaintKind.SELLER: _("A seller"),
    ComplaintKind.LISTING: _("Facts about goods"),
    ComplaintKind.PRIVACY: _("Personal data"),
    ComplaintKind.PLATFORM: _("This market"),
}
STATES: Final = {
    ComplaintState.RECEIVED: _("Received"),
    ComplaintState.IN_HAND: _("In hand"),
    ComplaintState.ANSWERED: _("Answered"),
}
COLUMNS: Final = (
    Column(
        name="reference",
        title=_("Number"),
        value=lambda each: each.reference,
        address=lambda each: f"/admin/complaints/{each.id}",
    ),
    Column(name="kind", title=_("About"), value=lambda each: KINDS[ComplaintKind(each.kind)]),
    Column(name="order", title=_("Order"), value=lambda each: each.order_code),
    Column(name="state", title=_("State"), value=lambda each: STATES[ComplaintState(each.state)]),
    Column(name="due_on", title=_("Answer by"), value=lambda each: each.due_on),
    Column(name="received_at", title=_("Received"), value=lambda each: each.received_at),
)


@needs(can_manage_payments)
def admin_complaints() -> Response:
    """All complaints, what is due first."""
    choices = (("", _("All")), (OPEN, _("Not answered")), (LATE, _("Late")), *STATES.items())
    by_state = Filter(name="state", label=_("State"), choices=choices)
    search = Filter(name="q", label=_("Number of the complaint or code of the order"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_complaints(by_state.value, words_asked(), clock.today(), page=page, per_page=per_page)

    return answer_list(
        List(
            name="complaints",
            title=_("Complaints"),
            lead=_("Each has a last day for its answer. What is due first stands first."),
            columns=COLUMNS,
            read=read,
            filters=(by_state, search),
            nothing=_("No complaint fits what you asked for."),
            here="complaints",
            context={"is_administration": True, "ways": []},
        )
    )


@needs(can_manage_payments)
def admin_complaint(complaint_id: int) -> Response:
    """One complaint with its steps, and the answer to be written."""
    return _page(complaint_id, 200)


@needs(can_manage_payments)
def complaint_taking_create(complaint_id: int) -> AnyResponse:
    """Take it in hand."""
    try:
        with transaction():
            take_complaint(complaint_id, by=current_actor(), now=clock.now())
    except ComplaintStateError:
        return _page(complaint_id, 409, fault="state")
    return _back(complaint_id)


@needs(can_manage_payments)
def complaint_answer_create(complaint_id: int) -> AnyResponse:
    """Answer it; its author is told."""
    text = clean_text(request.form.get("answer", ""))
    try:
        with transaction():
            answer_complaint(complaint_id, text, by=current_actor(), now=clock.now())
    except InvalidOrderError as error:
        return _page(complaint_id, 422, fault=str(error.reason), text=text)
    except ComplaintStateError:
        return _page(complaint_id, 409, fault="state", text=text)
    return _back(complaint_id)


def _page(complaint_id: int, status: int, *, fault: str = "", text: str = "") -> Response:
    found = get_complaint(complaint_id)
    page = render_template(
        "orders/complaint.html",
        complaint=found,
        kind=KINDS[ComplaintKind(found.kind)],
        states=STATES,
        is_late=found.state != ComplaintState.ANSWERED and found.due_on < clock.today(),
        fault=fault,
        text=text,
    )
    return make_response(page, status)


def _back(complaint_id: int) -> AnyResponse:
    prefix = "" if current_language() == DEFAULT_LANGUAGE else f"/{current_language()}"
    return redirect(f"{prefix}/admin/complaints/{complaint_id}", 303)
