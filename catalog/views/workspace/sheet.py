"""Goods as a file: fetched, worked on in a spreadsheet program, checked, and recorded once a person agrees."""

from typing import Final

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, needs
from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.jobs.sheet_sentences import cell_sentence, column_heading, file_sentence
from catalog.jobs.sheets import APPLY, BYTES_MAX, CHECK, EXPORT, ROWS_MAX, file_stem
from catalog.models import Producer
from catalog.permissions.workspace import can_enter_workspace, can_manage_team, can_publish_listings
from catalog.product_sheet.columns import BY_NAME
from catalog.product_sheet.files import CSV_TYPE, XLSX_TYPE, csv_of, xlsx_of
from catalog.product_sheet.goods import Cell, rows_of, shown
from catalog.product_sheet.plan import SheetPlan, read_plan
from catalog.queries.sheet_goods import count_sheet_rows, list_sheet_goods
from catalog.queries.workspace import get_own_producer
from catalog.spreadsheets import FileFault, look_at
from core import clock
from core.db import transaction
from core.i18n import current_language, gettext
from core.limits import rate_limited
from core.tasks.models import FileRole, Task, TaskState
from core.tasks.queue import FileFacts, start_task
from core.tasks.reading import TaskNotFoundError, find_file, find_open_task, get_own_task, list_own_tasks
from core.text import clean_line
from core.web.access import takes_files

DIRECT_ROWS_MAX: Final = 500
"""Larger files take seconds to write and are left to the worker."""
SHOWN_MAX: Final = 200
NAME_MAX_CHARS: Final = 100


@needs(can_enter_workspace)
def sheet(producer_id: int) -> str:
    """How it goes: fetch, change, send; and the checks made before."""
    return _page(*_editor(producer_id))


@needs(can_enter_workspace)
@rate_limited("30/minute")
def sheet_file(producer_id: int, kind: str) -> AnyResponse:
    """The present goods as a workbook or CSV, in the language of the page. A very large one is made by the worker."""
    _actor, producer = _editor(producer_id)
    if count_sheet_rows(producer.id) > DIRECT_ROWS_MAX:
        return redirect(f"{request.script_root}/workspace/{producer_id}/sheet", 303)
    language = current_language()
    rows = rows_of(list_sheet_goods(producer.id), language)
    content, media_type = (
        (xlsx_of(rows, language), XLSX_TYPE) if kind == "xlsx" else (csv_of(rows, language), CSV_TYPE)
    )
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_stem(producer.id)}.{kind}"'
    return answer


@needs(can_enter_workspace)
@rate_limited("10/minute")
def sheet_export(producer_id: int) -> AnyResponse:
    """Ask the worker for the file of a large producer."""
    with transaction():
        actor, producer = _editor(producer_id)
        title = gettext("File with the goods of %(name)s", name=producer.name)
        task = _task_of(EXPORT, actor, producer, title)
        task_id = task.id
    return _led_to_task(task_id)


@needs(can_enter_workspace)
@takes_files
@rate_limited("20/minute")
def sheet_check(producer_id: int) -> AnyResponse | tuple[str, int]:
    """Take a file in and let the worker look at it. Nothing is changed."""
    actor, producer = _editor(producer_id)
    upload = request.files.get("file")
    content = upload.stream.read(BYTES_MAX + 1) if upload else b""
    fault = FileFault.TOO_BIG if len(content) > BYTES_MAX else look_at(content)
    if fault is not None:
        told = gettext("Choose a file first.") if not content else file_sentence(fault, ROWS_MAX)
        return _page(actor, producer, told), 422
    name = clean_line(upload.filename or "")[-NAME_MAX_CHARS:] if upload else ""
    with transaction():
        actor, producer = _editor(producer_id)
        file = FileFacts(FileRole.INPUT, name, "application/octet-stream", content)
        title = gettext("Check of the file %(name)s", name=name)
        task = _task_of(CHECK, actor, producer, title, file=file, file_name=name)
        task_id = task.id
    return _led_to_task(task_id)


@needs(can_enter_workspace)
def sheet_outcome(producer_id: int, task_id: int) -> str:
    """What a check found: every fault, or every change, and the button that records them."""
    actor, producer = _editor(producer_id)
    task, plan = _checked(actor, producer, task_id)
    return render_template(
        "workspace/sheet_outcome.html",
        producer=producer,
        task=task,
        plan=plan,
        is_applied=bool(task.facts.get("is_applied")),
        messages=plan.messages[:SHOWN_MAX],
        products=plan.products[:SHOWN_MAX],
        cell_sentence=cell_sentence,
        cell_words=_cell_words,
        column_heading=column_heading,
    )


@needs(can_enter_workspace)
def sheet_apply(producer_id: int, task_id: int) -> AnyResponse:
    """Let the worker record what the check showed. Pressed twice it is done once."""
    with transaction():
        actor, producer = _editor(producer_id)
        task, plan = _checked(actor, producer, task_id)
        if task.facts.get("is_applied") or not plan.can_be_applied:
            return redirect(f"{request.script_root}/workspace/{producer_id}/sheet/checks/{task_id}", 303)
        begun = find_open_task(APPLY, f"producer:{producer.id}")
        if begun is None:
            title = gettext("Recording the file %(name)s", name=plan.file_name)
            begun = _task_of(APPLY, actor, producer, title, check_id=task_id)
        begun_id = begun.id
    return _led_to_task(begun_id)


def _cell_words(field: str, value: object) -> Cell:
    """A value as the table shows it."""
    return shown(BY_NAME[field].kind, value, current_language())


def _editor(producer_id: int) -> tuple[Actor, Producer]:
    """Who asks, and the producer if they may change what its shop shows. Raises NotYoursError."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    if not can_publish_listings(actor, producer_id):
        raise NotYoursError(producer_id=producer_id)
    return actor, producer


def _checked(actor: Actor, producer: Producer, task_id: int) -> tuple[Task, SheetPlan]:
    task = get_own_task(actor.user_id, task_id)
    notes = find_file(task.id, FileRole.NOTES)
    is_this = task.kind == CHECK and task.subject == f"producer:{producer.id}"
    if not is_this or task.state != TaskState.DONE or notes is None:
        raise TaskNotFoundError(task_id=task_id)
    return task, read_plan(notes.content)


def _task_of(
    kind: str,
    actor: Actor,
    producer: Producer,
    title: str,
    *,
    file: FileFacts | None = None,
    **facts: object,
) -> Task:
    return start_task(
        kind,
        owner_id=actor.user_id,
        title=title,
        language=current_language(),
        now=clock.now(),
        subject=f"producer:{producer.id}",
        facts={"producer_id": producer.id, **facts},
        files=(file,) if file else (),
    )


def _led_to_task(task_id: int) -> AnyResponse:
    return redirect(f"{request.script_root}/tasks/{task_id}", 303)


def _page(actor: Actor, producer: Producer, wrong: str = "") -> str:
    subject = f"producer:{producer.id}"
    before = [task for task in list_own_tasks(actor.user_id) if task.subject == subject]
    rows = count_sheet_rows(producer.id)
    return render_template(
        "workspace/sheet.html",
        producer=producer,
        tasks=before[:10],
        row_count=rows,
        is_direct=rows <= DIRECT_ROWS_MAX,
        rows_max=ROWS_MAX,
        wrong=wrong,
        is_owner=can_manage_team(actor, producer.id),
    )
