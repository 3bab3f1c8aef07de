"""Lines of bank accounts, for administrators: what waits for a decision, and what was decided."""

from typing import Any, Final

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core import clock
from core.db import transaction
from core.i18n import lazy_gettext as _
from orders.errors import BankLineNotFoundError, BankLineStateError
from orders.operations.bank_lines import assign_line, ignore_line, reopen_line, return_line
from orders.permissions import can_manage_payments
from orders.queries.money import count_waiting_lines, find_line, list_lines
from orders.views.money_words import LINE_REASONS, LINE_STATES, words_of

COLUMNS: Final = (
    Column(
        name="booked_at",
        title=_("Day"),
        value=lambda each: each.booked_at,
        address=lambda each: f"/admin/bank/{each.id}",
    ),
    Column(name="amount_vnd", title=_("Amount"), value=lambda each: each.amount_vnd, is_number=True),
    Column(name="memo", title=_("Memo"), value=lambda each: each.memo),
    Column(name="state", title=_("State"), value=lambda each: words_of(LINE_STATES, each.state)),
    Column(name="reason", title=_("Why"), value=lambda each: words_of(LINE_REASONS, each.reason)),
    Column(name="reference", title=_("Paid"), value=lambda each: each.reference),
    Column(name="suggested", title=_("Perhaps for"), value=lambda each: each.suggested),
    Column(name="bank_reference", title=_("Bank reference"), value=lambda each: each.bank_reference),
    Column(name="account", title=_("Account"), value=lambda each: each.account),
    Column(name="source", title=_("Told by"), value=lambda each: each.source),
)


@needs(can_manage_payments)
def bank_lines() -> Response:
    """The list, the newest first; by state, reason, or words of the memo."""
    by_state = Filter(name="state", label=_("State"), choices=(("", _("All")), *LINE_STATES.items()))
    by_reason = Filter(name="reason", label=_("Why"), choices=(("", _("All")), *LINE_REASONS.items()))
    search = Filter(name="q", label=_("Words of the memo, an amount or the bank's reference"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_lines(by_state.value, by_reason.value, words_asked(), page=page, per_page=per_page)

    waiting = count_waiting_lines()
    ways = [(_("Upload a statement"), "/admin/bank/statements")]
    if waiting:
        ways.insert(0, (_("%(count)s waiting for a person", count=waiting), "/admin/bank?state=queued"))
    return answer_list(
        List(
            name="bank-lines",
            title=_("Lines of bank accounts"),
            lead=_("What banks told us, each line once. Only what is certain is booked by itself."),
            columns=COLUMNS,
            read=read,
            filters=(by_state, by_reason, search),
            nothing=_("No line fits what you asked for."),
            here="bank",
            context={"is_administration": True, "ways": ways},
        )
    )


@needs(can_manage_payments)
def bank_line(line_id: int) -> Response:
    """One line and what a person may decide about it."""
    return _page(line_id, 200)


@needs(can_manage_payments, confirmed=True)
def bank_line_assignment_create(line_id: int) -> AnyResponse:
    """Say for which order the money is."""
    code = request.form.get("code", "")[:40]
    try:
        with transaction():
            assign_line(line_id, code, by=current_actor(), now=clock.now())
    except BankLineStateError as error:
        return _page(line_id, 409, fault=f"code-{error.facts['reason']}", typed=code)
    return _back(line_id)


@needs(can_manage_payments, confirmed=True)
def bank_line_return_create(line_id: int) -> AnyResponse:
    """Say that the money was sent back to where it came from."""
    reference = request.form.get("reference", "")[:80]
    try:
        with transaction():
            return_line(line_id, reference, by=current_actor(), now=clock.now())
    except BankLineStateError as error:
        return _page(line_id, 409, fault=f"reference-{error.facts['reason']}", typed=reference)
    return _back(line_id)


@needs(can_manage_payments, confirmed=True)
def bank_line_dismissal_create(line_id: int) -> AnyResponse:
    """Say that the money is no buyer's, and why."""
    reason = request.form.get("reason", "")[:500]
    try:
        with transaction():
            ignore_line(line_id, reason, by=current_actor(), now=clock.now())
    except BankLineStateError as error:
        return _page(line_id, 409, fault=f"reason-{error.facts['reason']}", typed=reason)
    return _back(line_id)


@needs(can_manage_payments, confirmed=True)
def bank_line_reopening_create(line_id: int) -> AnyResponse:
    """Let a line that was set aside by mistake wait again."""
    try:
        with transaction():
            reopen_line(line_id, by=current_actor(), now=clock.now())
    except BankLineStateError:
        return _page(line_id, 409, fault="state")
    return _back(line_id)


def _page(line_id: int, status: int, *, fault: str = "", typed: str = "") -> Response:
    found = find_line(line_id)
    if found is None:
        raise BankLineNotFoundError(line_id=line_id)
    page = render_template(
        "orders/bank_line.html",
        line=found,
        state=words_of(LINE_STATES, found.state),
        why=words_of(LINE_REASONS, found.reason),
        fault=fault,
        typed=typed,
    )
    return make_response(page, status)


def _back(line_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/admin/bank/{line_id}", 303)
