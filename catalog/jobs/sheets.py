"""Files of goods: read and compared by the worker, and carried out by it once a person agrees."""

from collections.abc import Iterable
from typing import Final

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.queries.actors import get_actor
from catalog.errors import RegisterFileError, SheetClashError
from catalog.jobs.sheet_sentences import cell_sentence, column_heading, file_sentence
from catalog.models import Producer
from catalog.operations.sheet_import import apply_plan
from catalog.operations.sheet_plans import plan_sheet
from catalog.permissions.workspace import can_publish_listings
from catalog.product_sheet.files import CSV_TYPE, XLSX_TYPE, texts_csv, xlsx_of
from catalog.product_sheet.goods import rows_of
from catalog.product_sheet.plan import SheetPlan, read_plan, write_plan
from catalog.product_sheet.rows import SheetMessage, read_sheet
from catalog.queries.sheet_goods import list_sheet_goods
from catalog.queries.workspace import get_own_producer
from catalog.spreadsheets import FileFault, Table, read_table
from core import clock
from core.db import db, transaction
from core.i18n import format_number, gettext
from core.tasks.models import FileRole, Task
from core.tasks.queue import FileFacts
from core.tasks.reading import find_file
from core.tasks.running import Run, TaskFailedError, task_kind

CHECK: Final = "catalog.check_sheet"
APPLY: Final = "catalog.apply_sheet"
EXPORT: Final = "catalog.export_sheet"
ROWS_MAX: Final = 20_000
"""Source: reliability plan, T-25; the country's whole register has about as many."""
BYTES_MAX: Final = 10 * 1024 * 1024


@task_kind(CHECK)
def check_sheet(run: Run) -> None:
    """Dry run: what a file would change, or what is wrong with it, row by row. Nothing is changed."""
    producer_id, file_name = int(run.facts["producer_id"]), str(run.facts["file_name"])
    _require_editor(run.owner_id, producer_id)
    sheet = read_sheet(_table(run.input()))
    total = len(sheet.rows)

    def told(done: int, failed: int) -> None:
        failed = min(failed, done)
        run.report(done=done, total=total, ok=done - failed, failed=failed)

    plan = plan_sheet(sheet, producer_id, file_name, told)
    files = [FileFacts(FileRole.NOTES, "plan.json", "application/json", write_plan(plan))]
    if plan.messages:
        files.append(_errors_file(plan.messages))
    failed = min(plan.failed_rows, total)
    with transaction():
        run.end(
            _outcome(plan),
            total=total,
            ok=total - failed,
            page_path=f"/workspace/{producer_id}/sheet/checks/{run.task_id}",
            files=files,
        )


@task_kind(APPLY)
def apply_sheet(run: Run) -> None:
    """Carry out a dry run, all in one transaction; refused with the list of clashes if something changed since."""
    producer_id, check_id = int(run.facts["producer_id"]), int(run.facts["check_id"])
    with transaction():
        run.hold()
        actor, producer = _require_editor(run.owner_id, producer_id)
        check = db.session.get_one(Task, check_id, with_for_update=True)
        if check.facts.get("is_applied"):
            raise TaskFailedError(message=gettext("These changes have been recorded before."))
        notes = find_file(check_id, FileRole.NOTES)
        if notes is None:
            raise TaskFailedError(message=gettext("This check is too old. Upload the file again."))
        plan = read_plan(notes.content)
        now = clock.now()
        try:
            count = apply_plan(plan, producer, key=f"sheet:{check_id}", by=actor, now=now)
        except SheetClashError as error:
            raise _clashed(error, producer_id) from None
        check.facts = {**check.facts, "is_applied": True}
        run.end(
            gettext("Recorded: %(count)s products.", count=format_number(count)),
            total=count,
            ok=count,
            page_path=f"/workspace/{producer_id}/sheet",
        )


@task_kind(EXPORT)
def export_sheet(run: Run) -> None:
    """A large table of goods as a workbook."""
    producer_id = int(run.facts["producer_id"])
    _require_editor(run.owner_id, producer_id)
    rows = rows_of(list_sheet_goods(producer_id), run.language)
    run.report(done=0, total=len(rows))
    content = xlsx_of(rows, run.language)
    file = FileFacts(FileRole.RESULT, f"{file_stem(producer_id)}.xlsx", XLSX_TYPE, content)
    with transaction():
        run.end(
            gettext("The file has %(count)s rows.", count=format_number(len(rows))),
            total=len(rows),
            ok=len(rows),
            files=[file],
        )


def file_stem(producer_id: int) -> str:
    """Name of a file with the goods of a producer as they are today."""
    return f"hang-{producer_id}-{clock.today():%Y%m%d}"


def _require_editor(user_id: int, producer_id: int) -> tuple[Actor, Producer]:
    """Whoever asked may since have left the team."""
    actor = get_actor(user_id)
    if not can_publish_listings(actor, producer_id):
        raise TaskFailedError(message=gettext("You do not work for this producer any more."))
    try:
        return actor, get_own_producer(actor, producer_id)
    except NotYoursError:
        raise TaskFailedError(message=gettext("You do not work for this producer any more.")) from None


def _table(content: bytes) -> Table:
    try:
        if len(content) > BYTES_MAX:
            raise RegisterFileError(reason=FileFault.TOO_BIG)
        table = read_table(content)
        if len(table.rows) > ROWS_MAX:
            raise RegisterFileError(reason=FileFault.TOO_MANY_ROWS)
    except RegisterFileError as error:
        raise TaskFailedError(message=file_sentence(str(error.facts["reason"]), ROWS_MAX)) from None
    return table


def _outcome(plan: SheetPlan) -> str:
    if plan.messages:
        return gettext(
            "%(count)s cells must be looked at again. Nothing was changed.",
            count=format_number(len(plan.messages)),
        )
    if not plan.products:
        return gettext("The file says the same as what is on record: there is nothing to change.")
    return gettext(
        "Ready: %(new)s new products, %(changed)s to be changed. Nothing is changed before you agree.",
        new=format_number(plan.new_count),
        changed=format_number(plan.changed_count),
    )


def _clashed(error: SheetClashError, producer_id: int) -> TaskFailedError:
    messages: tuple[SheetMessage, ...] = error.facts["messages"]  # type: ignore[assignment]
    told = gettext(
        "Somebody changed the same goods after the check, so nothing was recorded. Fetch the file again."
    )
    listed = "; ".join(f"{column_heading(each.column)}: {cell_sentence(each)}" for each in messages[:3])
    return TaskFailedError(
        message=f"{told} {listed}",
        files=(_errors_file(messages),),
        page_path=f"/workspace/{producer_id}/sheet",
    )


def _errors_file(messages: Iterable[SheetMessage]) -> FileFacts:
    heads = (
        gettext("Row"),
        gettext("Column"),
        gettext("In the file"),
        gettext("What is wrong, and what to do"),
    )
    rows = [
        (str(each.line), column_heading(each.column), each.value, cell_sentence(each)) for each in messages
    ]
    return FileFacts(FileRole.ERRORS, "loi.csv", CSV_TYPE, texts_csv([heads, *rows]))
