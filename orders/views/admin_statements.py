"""Statements of accounts, for administrators: sent in, looked at row by row, booked once a person agrees."""

from typing import Final

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from catalog.jobs.sheet_sentences import file_sentence
from catalog.spreadsheets import FileFault, look_at
from core import clock
from core.config import Settings
from core.db import transaction
from core.i18n import current_language, gettext
from core.limits import rate_limited
from core.tasks.models import FileRole, Task, TaskState
from core.tasks.queue import FileFacts, start_task
from core.tasks.reading import TaskNotFoundError, find_file, find_open_task, get_own_task, list_own_tasks
from core.text import clean_line
from core.web.access import takes_files
from orders.operations.statement_outcomes import APPLY, BYTES_MAX, CHECK, ROWS_MAX, WAITING
from orders.permissions import can_manage_payments
from orders.queries.money import list_account_numbers
from orders.views.money_words import OUTCOMES

SUBJECT: Final = "bank_statements"
NAME_MAX_CHARS: Final = 100


@needs(can_manage_payments)
def statements() -> Response:
    """Where a statement is sent in, and those sent before."""
    return _page(200)


@needs(can_manage_payments)
@takes_files
@rate_limited("20/minute")
def statement_create() -> AnyResponse:
    """Take a statement in and let the worker look at it. Nothing is booked."""
    upload, account = request.files.get("file"), request.form.get("account", "")
    content = upload.stream.read(BYTES_MAX + 1) if upload else b""
    fault = FileFault.TOO_BIG if len(content) > BYTES_MAX else look_at(content)
    if fault is not None:
        told = gettext("Choose a file first.") if not content else file_sentence(fault, ROWS_MAX)
        return _page(422, wrong_file=told)
    if account not in _accounts():
        return _page(422, wrong_account=True)
    name = clean_line(upload.filename or "")[-NAME_MAX_CHARS:] if upload else ""
    title = gettext("Check of the statement %(name)s", name=name)
    with transaction():
        file = FileFacts(FileRole.INPUT, name, "application/octet-stream", content)
        task_id = _start(CHECK, title, account=account, name=name, file=file)
    return _led_to_task(task_id)


@needs(can_manage_payments)
def statement(task_id: int) -> Response:
    """What would become of each row, counted; and the button that books them."""
    task = _checked(task_id)
    counts = task.facts.get("booked") or task.facts.get("counts") or {}
    page = render_template(
        "orders/statement.html",
        task=task,
        account=task.facts.get("account", ""),
        rows=[(words, counts[word]) for word, words in OUTCOMES.items() if counts.get(word)],
        waiting=sum(counts.get(reason.value, 0) for reason in WAITING),
        is_applied=bool(task.facts.get("is_applied")),
        has_faults=find_file(task.id, FileRole.ERRORS) is not None,
    )
    return make_response(page)


@needs(can_manage_payments, confirmed=True)
def statement_booking_create(task_id: int) -> AnyResponse:
    """Let the worker book what the check showed. Pressed twice it is done once."""
    with transaction():
        task = _checked(task_id)
        if task.facts.get("is_applied"):
            return redirect(f"{request.script_root}/admin/bank/statements/{task_id}", 303)
        begun = find_open_task(APPLY, f"{SUBJECT}:{task_id}")
        title = gettext("Booking the statement %(name)s", name=str(task.facts.get("name", "")))
        begun_id = (
            begun.id if begun else _start(APPLY, title, subject=f"{SUBJECT}:{task_id}", check_id=task_id)
        )
    return _led_to_task(begun_id)


def _start(
    kind: str, title: str, *, subject: str = SUBJECT, file: FileFacts | None = None, **facts: object
) -> int:
    task = start_task(
        kind,
        owner_id=current_actor().user_id,
        title=title,
        language=current_language(),
        now=clock.now(),
        subject=subject,
        facts=facts,
        files=(file,) if file else (),
    )
    return task.id


def _checked(task_id: int) -> Task:
    task = get_own_task(current_actor().user_id, task_id)
    if task.kind != CHECK or task.state != TaskState.DONE:
        raise TaskNotFoundError(task_id=task_id)
    return task


def _page(status: int, *, wrong_file: str = "", wrong_account: bool = False) -> Response:
    before = [task for task in list_own_tasks(current_actor().user_id) if task.kind == CHECK]
    page = render_template(
        "orders/statements.html",
        accounts=[(number, number) for number in _accounts()],
        tasks=before,
        rows_max=ROWS_MAX,
        wrong_file=wrong_file,
        wrong_account=wrong_account,
    )
    return make_response(page, status)


def _accounts() -> list[str]:
    settings: Settings = current_app.extensions["settings"]
    own = settings.payments.bank_account_number
    return list(dict.fromkeys(number for number in (own, *list_account_numbers()) if number))


def _led_to_task(task_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/tasks/{task_id}", 303)
