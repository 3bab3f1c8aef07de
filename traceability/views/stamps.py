"""A producer's stamps of a lot: runs that are ordered, and one run with all that became of it."""

from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import needs
from catalog.permissions.workspace import can_enter_workspace
from core import clock
from core.config import Settings
from core.db import transaction
from core.errors import AppError, ConflictError, InvalidError
from core.i18n import current_language, gettext
from core.limits import rate_limited
from core.tasks.queue import start_task
from core.tasks.reading import list_own_tasks
from traceability.errors import InvalidStampRunError, StampNotFoundError
from traceability.forms.printers import ROLL_PRINTERS, PrinterForm
from traceability.forms.stamps import Mark, RunForm, SheetForm
from traceability.jobs.sentences import refusal_sentence
from traceability.jobs.stamps import ISSUE_RUN, PRINT_SHEETS
from traceability.models import Lot, StampKind, StampRun
from traceability.operations.sealing import require_seal
from traceability.operations.stamps import RunOrder, issue_run, unit_stamp_limit
from traceability.operations.states import (
    activate_range,
    declare_display,
    lock_run,
    reason_to_print,
    withdraw_range,
)
from traceability.press.calibration import correction_of
from traceability.press.layouts import LAYOUTS, free_positions, get_layout
from traceability.queries.runs import count_issued, find_number, get_run_of_lot, list_runs
from traceability.queries.sealing import find_published_keys
from traceability.queries.stamp_states import get_counts, list_prints, list_ranges
from traceability.stamp_ranges import Range
from traceability.views.origin_desk import OriginDesk, reading_desk, recording_desk

DIRECT_MOST: Final = 2_000
"""Larger runs take seconds to write and are left to the worker."""
SHOWN_TASKS: Final = 5


@needs(can_enter_workspace)
def stamps(producer_id: int, lot_id: int) -> Response:
    """The runs of a lot, and the form to order one."""
    desk = reading_desk(producer_id)
    return _runs_page(desk, desk.lot(lot_id), RunForm(StampKind.UNIT, 0, "", False, False), 200)


@needs(can_enter_workspace)
@rate_limited("30/minute")
def stamp_run_create(producer_id: int, lot_id: int) -> AnyResponse:
    """Order a run: a small one is there at once, a large one is made by the worker."""
    desk = recording_desk(producer_id)
    found, form = desk.lot(lot_id), RunForm.parse(request.form)
    if form.wrong:
        error = InvalidStampRunError(field="count", value=form.typed_count, reason="count")
        return _runs_page(desk, found, form, 422, error)
    try:
        with transaction():
            if form.count > DIRECT_MOST:
                address = f"{request.script_root}/tasks/{_ask_for_run(desk, found, form)}"
            else:
                order = RunOrder(kind=form.kind, is_sealed=form.is_sealed, is_active=form.is_active)
                run = issue_run(
                    desk.lot(lot_id), form.count, order, by_id=desk.actor.user_id, now=clock.now()
                )
                address = _run_url(producer_id, lot_id, run.id, done="issued")
    except (ConflictError, InvalidError) as error:
        return _runs_page(desk, desk.lot(lot_id), form, 409, error)
    return redirect(address, 303)


@needs(can_enter_workspace)
def stamp_run(producer_id: int, lot_id: int, run_id: int) -> Response:
    """One run: how far its stamps got, what happened to it, and what can be done next."""
    return _run_page(reading_desk(producer_id), lot_id, run_id, 200)


@needs(can_enter_workspace)
@rate_limited("60/minute")
def stamp_activation_create(producer_id: int, lot_id: int, run_id: int) -> AnyResponse:
    """The stamps from the first to the last are on goods now."""
    return _change(producer_id, lot_id, run_id, "activated")


@needs(can_enter_workspace)
@rate_limited("60/minute")
def stamp_loss_create(producer_id: int, lot_id: int, run_id: int) -> AnyResponse:
    """The stamps from the first to the last are lost or spoiled: whoever scans one is told why it does not count."""
    return _change(producer_id, lot_id, run_id, "withdrawn")


@needs(can_enter_workspace)
@rate_limited("60/minute")
def stamp_display_create(producer_id: int, lot_id: int, run_id: int) -> AnyResponse:
    """The stamps from the first to the last are on samples at a fair."""
    return _change(producer_id, lot_id, run_id, "display")


@needs(can_enter_workspace)
@rate_limited("20/minute")
def stamp_print_create(producer_id: int, lot_id: int, run_id: int) -> AnyResponse:
    """Let the worker make the sheets: it alone may sign addresses."""
    desk = recording_desk(producer_id)
    found = desk.lot(lot_id)
    run, form = get_run_of_lot(found.id, run_id), SheetForm.parse(request.form)
    try:
        span = _span(run, may_be_whole=True)
        form.refuse_wrong()
        if not form.is_unsealed:
            require_seal(run, clock.today())
        layout, printer = get_layout(form.layout), PrinterForm.parse(request.form)
        printer.refuse_misfit(layout)
        correction_of(layout.name, printer.measured_mm)
        free_positions(layout, form.start, form.spoiled)
        with transaction():
            lock_run(run, span)
            reason_to_print(run, span, form.reason)
            task = start_task(
                PRINT_SHEETS,
                owner_id=desk.actor.user_id,
                title=gettext("Labels of lot %(code)s", code=found.code),
                language=current_language(),
                now=clock.now(),
                subject=_subject(run),
                facts={
                    "producer_id": producer_id,
                    "lot_id": found.id,
                    "run_id": run.id,
                    "first": span[0],
                    "last": span[1],
                    "layout": layout.name,
                    "start": form.start,
                    "spoiled": list(form.spoiled),
                    "copies": form.copies if run.kind == StampKind.LOT else 1,
                    "reason": form.reason,
                    "is_unsealed": form.is_unsealed,
                    "printer": printer.printer,
                    "measured_mm": list(printer.measured_mm),
                },
            )
            task_id = task.id
    except (ConflictError, InvalidError, StampNotFoundError) as error:
        return _run_page(desk, lot_id, run_id, 422, error=error, act="printed")
    return redirect(f"{request.script_root}/tasks/{task_id}", 303)


def _change(producer_id: int, lot_id: int, run_id: int, act: str) -> AnyResponse:
    desk = recording_desk(producer_id)
    run = get_run_of_lot(desk.lot(lot_id).id, run_id)
    by_id, now, reason = desk.actor.user_id, clock.now(), request.form.get("reason", "")
    try:
        span = _span(run, may_be_whole=act == "activated")
        with transaction():
            if act == "activated":
                activate_range(run, span, by_id=by_id, now=now)
            elif act == "withdrawn":
                withdraw_range(run, span, reason=reason, by_id=by_id, now=now)
            else:
                declare_display(run, span, fair=reason, by_id=by_id, now=now)
    except (ConflictError, InvalidError, StampNotFoundError) as error:
        return _run_page(desk, lot_id, run_id, 422, error=error, act=act)
    return redirect(_run_url(producer_id, lot_id, run_id, done=act), 303)


def _span(run: StampRun, *, may_be_whole: bool) -> Range:
    """First and last number as sent; an empty last is the first again, both empty are the whole run where that may be.

    Raises StampNotFoundError for what is neither a number nor a code of the run.
    """
    host = _host()
    first, last = (Mark.read(request.form.get(name, ""), host) for name in ("first", "last"))
    if may_be_whole and not first.typed and not last.typed:
        return 1, run.stamp_count
    start = _number(run, first)
    return start, _number(run, last) if last.typed else start


def _number(run: StampRun, mark: Mark) -> int:
    number = mark.number if mark.code is None else find_number(run.id, mark.code)
    if number is None:
        raise StampNotFoundError(code=mark.typed[:60])
    return number


def _ask_for_run(desk: OriginDesk, lot: Lot, form: RunForm) -> int:
    task = start_task(
        ISSUE_RUN,
        owner_id=desk.actor.user_id,
        title=gettext("Stamps for lot %(code)s", code=lot.code),
        language=current_language(),
        now=clock.now(),
        subject=f"producer:{desk.producer.id}",
        facts={
            "producer_id": desk.producer.id,
            "lot_id": lot.id,
            "count": form.count,
            "kind": form.kind.value,
            "is_sealed": form.is_sealed,
            "is_active": form.is_active,
        },
    )
    return task.id


def _runs_page(
    desk: OriginDesk, lot: Lot, form: RunForm, status: int, error: AppError | None = None
) -> Response:
    published = find_published_keys()
    page = render_template(
        "origin/stamps.html",
        desk=desk,
        producer=desk.producer,
        lot=lot,
        runs=list_runs(lot.id),
        left=max(0, unit_stamp_limit(lot.quantity) - count_issued(lot.id)),
        can_seal=bool(published and published.keys.signing_key(clock.today())),
        form=form,
        wrong=refusal_sentence(error) if error else "",
    )
    return make_response(page, status)


def _run_page(
    desk: OriginDesk, lot_id: int, run_id: int, status: int, *, error: AppError | None = None, act: str = ""
) -> Response:
    lot = desk.lot(lot_id)
    run = get_run_of_lot(lot.id, run_id)
    mine = [task for task in list_own_tasks(desk.actor.user_id) if task.subject == _subject(run)]
    page = render_template(
        "origin/stamp_run.html",
        desk=desk,
        producer=desk.producer,
        lot=lot,
        run=run,
        counts=get_counts(run),
        ranges=list_ranges(run.id),
        prints=list_prints(run.id),
        tasks=mine[:SHOWN_TASKS],
        layouts=list(LAYOUTS.values()),
        roll_printers=ROLL_PRINTERS,
        typed=request.form,
        wrong=refusal_sentence(error) if error else "",
        act=act,
        done=request.args.get("done", ""),
    )
    return make_response(page, status)


def _run_url(producer_id: int, lot_id: int, run_id: int, *, done: str) -> str:
    return url_for("origin.stamp_run", producer_id=producer_id, lot_id=lot_id, run_id=run_id, done=done)


def _subject(run: StampRun) -> str:
    return f"stamp_run:{run.id}"


def _host() -> str:
    settings: Settings = current_app.extensions["settings"]
    return urlsplit(settings.public_base_url).hostname or ""
