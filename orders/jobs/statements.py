"""Statements of accounts: read and compared by the worker, and taken over by it once a person agrees."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from accounts.actors import Actor
from accounts.operations.audit import record_act
from accounts.queries.actors import get_actor
from catalog.errors import RegisterFileError
from catalog.jobs.sheet_sentences import file_sentence
from catalog.product_sheet.files import CSV_TYPE, texts_csv
from catalog.spreadsheets import FileFault, read_table
from core import clock
from core.clock import VIETNAM
from core.db import db, rehearsal, transaction
from core.i18n import format_number, gettext
from core.tasks.models import FileRole, Task
from core.tasks.queue import FileFacts
from core.tasks.reading import find_file
from core.tasks.running import Run, TaskFailedError, task_kind
from orders.bank_layouts import FaultyRow, Statement, StatementRow, UnknownLayoutError, read_statement
from orders.models.bank import LineReason, LineState
from orders.operations.bank_lines import TakenLine, ToldLine, take_line
from orders.operations.statement_outcomes import (
    APPLY,
    BYTES_MAX,
    CHECK,
    FAULTY,
    REPEATED,
    ROWS_MAX,
    SOURCE,
    WAITING,
    outcome_of,
)
from orders.permissions import can_manage_payments

CHUNK: Final = 50
"""Lines in one transaction: nobody who buys meanwhile waits long."""


@task_kind(CHECK)
def check_statement(run: Run) -> None:
    """Dry run: what each row would become, done and taken back. Nothing is kept but the file, for the apply."""
    _require_administrator(run)
    content, account = run.input(), str(run.facts["account"])
    statement = _statement(content)
    total = len(statement.rows) + len(statement.faults)
    counts = Counter({FAULTY: len(statement.faults)}) if statement.faults else Counter()
    before = _Before(set(), set())
    for chunk in _chunks(statement.rows):
        with rehearsal():
            taken = [take_line(_told(row, account), source=SOURCE, now=clock.now()) for row in chunk]
        counts.update(before.outcome(row, line) for row, line in zip(chunk, taken, strict=True))
        done = sum(counts.values())
        run.report(done=done, total=total, ok=done - len(statement.faults), failed=len(statement.faults))
    files = [FileFacts(FileRole.NOTES, "statement", "application/octet-stream", content)]
    if statement.faults:
        files.append(_faults_file(statement.faults))
    with transaction():
        task = run.hold()
        task.facts = {**task.facts, "counts": dict(counts)}
        run.end(
            gettext("Read: %(count)s rows. Nothing is booked before you agree.", count=format_number(total)),
            total=total,
            ok=len(statement.rows),
            page_path=f"/admin/bank/statements/{run.task_id}",
            files=files,
        )


@task_kind(APPLY)
def apply_statement(run: Run) -> None:
    """Take over every line of a statement that was looked at, some in each transaction; begun again, it goes on."""
    by = _require_administrator(run)
    check_id = int(run.facts["check_id"])
    check = db.session.get(Task, check_id)
    notes = find_file(check_id, FileRole.NOTES)
    if check is None or notes is None:
        raise TaskFailedError(message=gettext("This check is too old. Upload the file again."))
    account, statement = str(check.facts["account"]), _statement(notes.content)
    counts: Counter[str] = Counter()
    for chunk in _chunks(statement.rows):
        with transaction():
            counts.update(
                outcome_of(take_line(_told(row, account), source=SOURCE, now=clock.now())) for row in chunk
            )
        run.report(done=sum(counts.values()), total=len(statement.rows), ok=sum(counts.values()))
    with transaction():
        locked = db.session.get_one(Task, check_id, with_for_update=True, populate_existing=True)
        locked.facts = {**locked.facts, "is_applied": True, "booked": dict(counts)}
        record_act(
            "orders.apply_statement", by=by, subject=f"task:{check_id}", after=dict(counts), now=clock.now()
        )
        run.end(
            gettext(
                "Booked: %(paid)s payments. %(waiting)s lines wait for you.",
                paid=format_number(counts[LineState.MATCHED.value]),
                waiting=format_number(sum(counts[reason.value] for reason in WAITING)),
            ),
            total=len(statement.rows),
            ok=len(statement.rows),
            page_path=f"/admin/bank/statements/{check_id}",
        )


@dataclass
class _Before:
    """What earlier rows of the same file would have done, had they not been taken back."""

    references: set[str]
    paid: set[int]

    def outcome(self, row: StatementRow, line: TakenLine) -> str:
        """What becomes of a row after all those before it."""
        is_known = row.bank_reference in self.references
        self.references.add(row.bank_reference)
        if is_known or not line.is_new:
            return REPEATED
        if line.payment_id in self.paid:
            return LineReason.ALREADY_PAID.value
        if line.payment_id is not None:
            self.paid.add(line.payment_id)
        return outcome_of(line)


def _statement(content: bytes) -> Statement:
    try:
        if len(content) > BYTES_MAX:
            raise RegisterFileError(reason=FileFault.TOO_BIG)
        table = read_table(content)
        if len(table.rows) > ROWS_MAX:
            raise RegisterFileError(reason=FileFault.TOO_MANY_ROWS)
        return read_statement([(row.line, row.cells) for row in (table.header, *table.rows)])
    except RegisterFileError as error:
        raise TaskFailedError(message=file_sentence(str(error.facts["reason"]), ROWS_MAX)) from None
    except UnknownLayoutError:
        told = gettext("This is no statement we can read: a row with day, amount and content is needed.")
        raise TaskFailedError(message=told) from None


def _told(row: StatementRow, account: str) -> ToldLine:
    return ToldLine(
        account=account,
        bank_reference=row.bank_reference,
        booked_at=datetime.combine(row.booked_on, time(12), tzinfo=VIETNAM),
        amount_vnd=row.amount_vnd,
        currency=row.currency,
        memo=row.memo,
        counterparty=row.counterparty,
    )


def _faults_file(faults: Sequence[FaultyRow]) -> FileFacts:
    words = {
        "day": gettext("no day"),
        "amount": gettext("no amount in dong"),
        "both_ways": gettext("came in and went out at once"),
    }
    head = (gettext("Row"), gettext("Reason"), gettext("What the row says"))
    rows = [(str(each.number), words[each.fault], each.text) for each in faults]
    return FileFacts(FileRole.ERRORS, "sao-ke-loi.csv", CSV_TYPE, texts_csv([head, *rows]))


def _chunks(rows: Sequence[StatementRow]) -> Iterator[Sequence[StatementRow]]:
    for at in range(0, len(rows), CHUNK):
        yield rows[at : at + CHUNK]


def _require_administrator(run: Run) -> Actor:
    """Whoever asked may since have lost the role."""
    actor = get_actor(run.owner_id)
    if not can_manage_payments(actor):
        raise TaskFailedError(message=gettext("You may not see to payments any more."))
    return actor
