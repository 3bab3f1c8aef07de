"""Payouts, for administrators: what is due, runs, holds, debts paid in, and what producers ask."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import AppError
from core.qr import LEVEL_M, draw_svg, matrix_of
from ledger.errors import JournalClashError
from orders import payment_terms
from orders.vietqr import transfer_payload
from settlement.errors import InvalidRuleError, OwnRuleError, PayoutNotFoundError, PayoutStateError
from settlement.forms import read_amount
from settlement.operations.accounts import number_of
from settlement.operations.holds import answer_question, end_hold, hold_payouts
from settlement.operations.payouts import (
    cancel_run,
    check_run,
    mark_payout_failed,
    mark_payout_paid,
    plan_run,
    record_receipt,
)
from settlement.papers.tables import batch_rows
from settlement.papers.words import payout_words, run_words
from settlement.permissions import can_keep_books
from settlement.queries.due import list_due, next_payout_on
from settlement.queries.runs import get_payout, get_producer, get_run, list_runs
from settlement.queries.statements import list_open_questions
from settlement.views.files import table_file

REFUSALS = (InvalidRuleError, OwnRuleError, PayoutStateError, JournalClashError)
QR_MODULE_MM = 0.8


@needs(can_keep_books)
def settlement() -> Response:
    """What is due to whom, the runs, and what waits for an answer."""
    return _home(200)


@needs(can_keep_books, confirmed=True)
def run_create() -> AnyResponse:
    """Plan a run of payouts."""
    try:
        with transaction():
            run_id = plan_run(by=current_actor(), now=clock.now()).id
    except PayoutStateError as error:
        return _home(409, error)
    return redirect(url_for("settlement_admin.run", run_id=run_id), 303)


@needs(can_keep_books)
def run(run_id: int) -> Response:
    """One run with its payouts."""
    return _run_page(run_id, 200)


@needs(can_keep_books, confirmed=True)
def run_check_create(run_id: int) -> AnyResponse:
    """Release a run to the bank."""
    return _on_run(run_id, lambda: check_run(run_id, by=current_actor(), now=clock.now()))


@needs(can_keep_books, confirmed=True)
def run_cancellation_create(run_id: int) -> AnyResponse:
    """Take a planned run back."""
    return _on_run(run_id, lambda: cancel_run(run_id, by=current_actor(), now=clock.now()))


@needs(can_keep_books, confirmed=True)
def run_file(run_id: int, ending: str) -> Response:
    """The batch for the bank, as CSV or XLSX: only payouts that are on their way."""
    if ending not in ("csv", "xlsx"):
        raise PayoutNotFoundError(ending=ending)
    sent = [payout for payout in get_run(run_id).payouts if payout.state in ("sent", "paid")]
    numbered = [(payout, number_of(payout.account, _settings().keys)) for payout in sent]
    return table_file(batch_rows(numbered), f"chi-tra-{run_id}", ending)


@needs(can_keep_books, confirmed=True)
def payout(payout_id: int) -> Response:
    """One payout: where it goes, and a QR with which a bank's app fills the transfer in."""
    return _payout_page(payout_id, 200)


@needs(can_keep_books, confirmed=True)
def payout_qr(payout_id: int) -> Response:
    """The VietQR of a payout that is on its way."""
    found = get_payout(payout_id)
    if found.state != "sent":
        raise PayoutNotFoundError(payout_id=payout_id)
    payload = transfer_payload(
        found.account.bank_bin,
        number_of(found.account, _settings().keys),
        found.amount_vnd,
        found.reference,
    )
    svg = draw_svg(matrix_of((payload.encode(),), LEVEL_M), QR_MODULE_MM)
    answer = Response(svg, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@needs(can_keep_books, confirmed=True)
def payout_payment_create(payout_id: int) -> AnyResponse:
    """The bank has paid."""
    reference = request.form.get("bank_reference", "")
    return _on_payout(
        payout_id, lambda: mark_payout_paid(payout_id, reference, by=current_actor(), now=clock.now())
    )


@needs(can_keep_books, confirmed=True)
def payout_failure_create(payout_id: int) -> AnyResponse:
    """The bank did not pay, or sent the money back."""
    reason = request.form.get("reason", "")
    return _on_payout(
        payout_id, lambda: mark_payout_failed(payout_id, reason, by=current_actor(), now=clock.now())
    )


@needs(can_keep_books, confirmed=True)
def hold_create(producer_id: int) -> AnyResponse:
    """Keep a producer's money back."""
    reason = request.form.get("reason", "")
    return _at_home(
        lambda: hold_payouts(get_producer(producer_id), reason, by=current_actor(), now=clock.now())
    )


@needs(can_keep_books, confirmed=True)
def hold_ending_create(producer_id: int) -> AnyResponse:
    """Pay a producer again."""
    return _at_home(lambda: end_hold(get_producer(producer_id), by=current_actor(), now=clock.now()))


@needs(can_keep_books, confirmed=True)
def receipt_create(producer_id: int) -> AnyResponse:
    """A producer paid what it owed."""

    def record() -> None:
        amount_vnd, reference = read_amount(request.form, "amount"), request.form.get("bank_reference", "")
        record_receipt(get_producer(producer_id), amount_vnd, reference, by=current_actor(), now=clock.now())

    return _at_home(record)


@needs(can_keep_books)
def question_answer_create(question_id: int) -> AnyResponse:
    """Answer a producer."""
    answer = request.form.get("answer", "")
    return _at_home(lambda: answer_question(question_id, answer, by=current_actor(), now=clock.now()))


def _at_home(act: Callable[[], object]) -> AnyResponse:
    try:
        with transaction():
            act()
    except REFUSALS as error:
        return _home(_status(error), error)
    return redirect(url_for("settlement_admin.settlement"), 303)


def _on_run(run_id: int, act: Callable[[], object]) -> AnyResponse:
    try:
        with transaction():
            act()
    except REFUSALS as error:
        return _run_page(run_id, _status(error), error)
    return redirect(url_for("settlement_admin.run", run_id=run_id), 303)


def _on_payout(payout_id: int, act: Callable[[], Any]) -> AnyResponse:
    try:
        with transaction():
            run_id = act().run_id
    except REFUSALS as error:
        return _payout_page(payout_id, _status(error), error)
    return redirect(url_for("settlement_admin.run", run_id=run_id), 303)


def _home(status: int, error: AppError | None = None) -> Response:
    now = clock.now()
    terms = payment_terms.settings()
    page = render_template(
        "settlement/settlement.html",
        due=list_due(now),
        runs=list_runs(),
        questions=list_open_questions(),
        next_on=next_payout_on(clock.today()),
        minimum_vnd=terms.payout_minimum_vnd,
        limit_vnd=terms.payout_second_check_from_vnd,
        run_words=run_words,
        error=error_code(error),
    )
    return make_response(page, status)


def _run_page(run_id: int, status: int, error: AppError | None = None) -> Response:
    page = render_template(
        "settlement/run.html",
        run=get_run(run_id),
        limit_vnd=payment_terms.settings().payout_second_check_from_vnd,
        payout_words=payout_words,
        run_words=run_words,
        error=error_code(error),
    )
    return make_response(page, status)


def _payout_page(payout_id: int, status: int, error: AppError | None = None) -> Response:
    found = get_payout(payout_id)
    page = render_template(
        "settlement/payout.html",
        payout=found,
        number=number_of(found.account, _settings().keys),
        payout_words=payout_words,
        error=error_code(error),
    )
    return make_response(page, status)


def error_code(error: AppError | None) -> str:
    """A word for what was refused: «own», the state that stood in the way, or the field that cannot be used."""
    if error is None:
        return ""
    if isinstance(error, OwnRuleError):
        return "own"
    if isinstance(error, JournalClashError):
        return "clash"
    return str(error.facts.get("present") or error.facts.get("field") or "")


def _status(error: AppError) -> int:
    return 422 if isinstance(error, InvalidRuleError) else 409


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
