"""Refunds, for administrators: approved by as many as it takes, sent by transfer in one file, marked as sent."""

from typing import Any, Final

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.operations.audit import record_act
from catalog.product_sheet.files import texts_csv
from catalog.views.office.tables import Column, Filter, List, answer_list, words_asked
from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import lazy_gettext as _
from orders.banks import bank_name
from orders.errors import RefundNotFoundError, RefundStateError
from orders.operations.refund_accounts import read_account
from orders.operations.refunds import approve_refund, get_refund, mark_refund_sent, refuse_refund
from orders.payment_terms import approvals_needed
from orders.permissions import can_manage_payments
from orders.queries.money import find_refund, list_refunds, list_refunds_to_transfer
from orders.vietqr import MEMO_MAX_CHARS
from orders.views.money_words import CAUSES, METHODS, REFUND_STATES, words_of

COLUMNS: Final = (
    Column(
        name="requested_at",
        title=_("Asked for"),
        value=lambda each: each.requested_at,
        address=lambda each: f"/admin/refunds/{each.id}",
    ),
    Column(
        name="order",
        title=_("Order"),
        value=lambda each: each.order_code,
        address=lambda each: f"/admin/orders/{each.order_id}",
    ),
    Column(name="amount_vnd", title=_("Amount"), value=lambda each: each.amount_vnd, is_number=True),
    Column(name="cause", title=_("Why"), value=lambda each: words_of(CAUSES, each.cause)),
    Column(name="state", title=_("State"), value=lambda each: words_of(REFUND_STATES, each.state)),
    Column(name="method", title=_("Way"), value=lambda each: words_of(METHODS, each.method)),
    Column(name="bank_reference", title=_("Bank reference"), value=lambda each: each.bank_reference),
)


@needs(can_manage_payments)
def refunds() -> Response:
    """The list, the newest first; by state, or a code."""
    by_state = Filter(name="state", label=_("State"), choices=(("", _("All")), *REFUND_STATES.items()))
    search = Filter(name="q", label=_("Order code or bank reference"))

    def read(page: int, per_page: int) -> tuple[Any, int]:
        return list_refunds(by_state.value, words_asked(), page=page, per_page=per_page)

    return answer_list(
        List(
            name="refunds",
            title=_("Refunds"),
            lead=_("Money on its way back to buyers. Cards go back by themselves once approved."),
            columns=COLUMNS,
            read=read,
            filters=(by_state, search),
            nothing=_("No refund fits what you asked for."),
            here="refunds",
            context={
                "is_administration": True,
                "ways": [(_("Transfers to be made, as a file"), "/admin/refunds/transfers")],
            },
        )
    )


@needs(can_manage_payments)
def refund(refund_id: int) -> Response:
    """One refund, and what is to be done about it."""
    return _page(refund_id, 200)


@needs(can_manage_payments, confirmed=True)
def refund_approval_create(refund_id: int) -> AnyResponse:
    """Say yes, or send again what did not arrive."""
    try:
        with transaction():
            approve_refund(get_refund(refund_id), by=current_actor(), now=clock.now())
    except RefundStateError:
        return _page(refund_id, 409, fault="state")
    return _back(refund_id)


@needs(can_manage_payments, confirmed=True)
def refund_refusal_create(refund_id: int) -> AnyResponse:
    """Say no, with a reason."""
    reason = request.form.get("reason", "")[:500]
    try:
        with transaction():
            refuse_refund(get_refund(refund_id), reason=reason, by=current_actor(), now=clock.now())
    except RefundStateError as error:
        return _page(refund_id, 409, fault=f"reason-{error.facts['reason']}", typed=reason)
    return _back(refund_id)


@needs(can_manage_payments, confirmed=True)
def refund_transfer_create(refund_id: int) -> AnyResponse:
    """Say that the bank made the transfer, with its reference."""
    reference = request.form.get("reference", "")[:80]
    try:
        with transaction():
            mark_refund_sent(
                get_refund(refund_id), bank_reference=reference, by=current_actor(), now=clock.now()
            )
    except RefundStateError as error:
        return _page(refund_id, 409, fault=f"reference-{error.facts['reason']}", typed=reference)
    return _back(refund_id)


@needs(can_manage_payments, confirmed=True)
def refund_transfers() -> Response:
    """Every transfer that waits and whose account is known, as a file for the bank. Noted in the audit trail."""
    settings: Settings = current_app.extensions["settings"]
    rows = [("refund", "bank_bin", "bank", "account_number", "account_name", "amount_vnd", "memo")]
    with transaction():
        for each in list_refunds_to_transfer():
            account = read_account(each, settings.keys)
            if account is not None:
                told = (account.bank_bin, bank_name(account.bank_bin), account.number, account.name)
                memo = f"HT{each.id} {each.payment.reference}"[:MEMO_MAX_CHARS]
                rows.append((str(each.id), *told, str(each.amount_vnd), memo))
        record_act(
            "orders.fetch_refund_transfers",
            by=current_actor(),
            subject="refunds",
            after={"count": len(rows) - 1},
            now=clock.now(),
        )
    answer = Response(texts_csv(rows), content_type="text/csv; charset=utf-8")
    day = clock.today().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="hoan-tien-{day}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(refund_id: int, status: int, *, fault: str = "", typed: str = "") -> Response:
    found = find_refund(refund_id)
    if found is None:
        raise RefundNotFoundError(refund_id=refund_id)
    settings: Settings = current_app.extensions["settings"]
    account = read_account(get_refund(refund_id), settings.keys) if found.has_account else None
    page = render_template(
        "orders/refund.html",
        refund=found,
        state=words_of(REFUND_STATES, found.state),
        cause=words_of(CAUSES, found.cause),
        way=words_of(METHODS, found.method),
        needed=approvals_needed(found.cause, found.amount_vnd),
        account=account,
        bank=bank_name(account.bank_bin) if account else "",
        is_transfer=found.method in ("vietqr", "cod", "cash", "transfer"),
        fault=fault,
        typed=typed,
    )
    return make_response(page, status)


def _back(refund_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/admin/refunds/{refund_id}", 303)
