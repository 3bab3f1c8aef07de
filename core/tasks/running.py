"""How the worker does tasks: begins, hears how far they are, ends them, and lets nobody do one twice at once.

A worker that is killed leaves the row «running»; its job comes back after `HOLD`, begins anew under the next number,
and whoever still held the old number can neither report nor end. So a handler does its work either in the transaction
in which it calls `Run.end`, or so that doing it again is harmless.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Any, Final, TypeVar

from sqlalchemy import update

from core import clock
from core.db import db, transaction
from core.errors import AppError, ConflictError
from core.i18n import gettext, speaking
from core.jobs.queue import hold
from core.jobs.registry import job
from core.tasks.models import FileRole, Task, TaskState
from core.tasks.queue import JOB, FileFacts, end, forget_old, job_key, keep_files
from core.tasks.reading import find_file

log = logging.getLogger("core.tasks")

TRIES_MAX: Final = 3
REPORT_SECONDS: Final = 1.0
HOLD: Final = timedelta(minutes=2)
"""How long a worker may be silent about a task before another begins it again."""


class TaskFailedError(ConflictError):
    """A task cannot be done. `message`: why, a sentence for its owner in the language of the task.

    files: each a `FileFacts`, such as the rows that failed. page_path: where to go on.
    """


class TaskCancelledError(ConflictError):
    """The owner asked to stop."""


class TaskLostError(ConflictError):
    """The task was meanwhile begun anew or ended by another worker: this one must leave it."""


class Run:
    """One begin of a task, as its handler sees it."""

    def __init__(self, task: Task) -> None:
        self.task_id = task.id
        self.kind = task.kind
        self.attempt = task.attempt
        self.owner_id = task.owner_id
        self.subject = task.subject
        self.facts: dict[str, Any] = dict(task.facts)
        self.language = task.language
        self._reported = monotonic() - REPORT_SECONDS

    def input(self) -> bytes:
        """What was handed in. Raises LookupError if there was nothing."""
        file = find_file(self.task_id, FileRole.INPUT)
        if file is None:
            raise LookupError("a task without its file")
        return file.content

    def report(self, *, done: int, total: int, ok: int = 0, failed: int = 0) -> None:
        """Tell how far the task is, at most once a second. Outside any transaction.

        Raises TaskCancelledError if the owner asked to stop, TaskLostError.
        """
        if monotonic() - self._reported < REPORT_SECONDS:
            return
        self._reported = monotonic()
        now = clock.now()
        counts = {"done": done, "total": total, "ok": ok, "failed": failed, "reported_at": now}
        mine = (Task.id == self.task_id, Task.attempt == self.attempt, Task.state == TaskState.RUNNING.value)
        with transaction():
            told = update(Task).where(*mine).values(**counts).returning(Task.cancel_asked_at)
            found = db.session.execute(told).one_or_none()
            hold(JOB, job_key(self.task_id), until=now + HOLD)
        if found is None:
            raise TaskLostError(task_id=self.task_id)
        if found[0] is not None:
            raise TaskCancelledError(task_id=self.task_id)

    def end(
        self,
        message: str = "",
        *,
        total: int,
        ok: int,
        page_path: str | None = None,
        files: Iterable[FileFacts] = (),
    ) -> None:
        """Note within the caller's transaction that the task is done: kept if and only if its work is.

        Raises TaskLostError; then the transaction must not be kept.
        """
        task = self.hold()
        task.total = task.done = total
        task.ok, task.failed = ok, total - ok
        task.page_path = page_path
        end(task, TaskState.DONE, message, now=clock.now())
        keep_files(task.id, files)

    def hold(self) -> Task:
        """The row, locked until the end of the caller's transaction. Raises TaskLostError."""
        task = db.session.get(Task, self.task_id, with_for_update=True, populate_existing=True)
        if task is None or task.attempt != self.attempt or task.state != TaskState.RUNNING:
            raise TaskLostError(task_id=self.task_id)
        return task


Handler = TypeVar("Handler", bound=Callable[[Run], None])

kinds: Final[dict[str, Callable[[Run], None]]] = {}


def task_kind(name: str) -> Callable[[Handler], Handler]:
    """Decorator: this function does the tasks called `name` ("package.verb_noun").

    It runs outside any transaction, speaking the language of the task, and ends it by `Run.end`. It may raise
    TaskFailedError; any other AppError fails the task too, and what nobody foresaw is tried again.
    Raises ValueError if the name is taken.
    """

    def register(handler: Handler) -> Handler:
        if kinds.get(name, handler) is not handler:
            raise ValueError(f"two handlers for the task {name}")
        kinds[name] = handler
        return handler

    return register


@job(JOB)
def run_task(task_id: int) -> None:
    """Do one task, or go on with it after a crash."""
    run = _begin(task_id)
    if run is None:
        return
    with speaking(run.language), _Ending(run):
        kinds[run.kind](run)


@job("core.forget_old_tasks", every=timedelta(days=1))
def forget_old_tasks() -> None:
    """Forget tasks that ended long ago, with their files."""
    with transaction():
        forget_old(now=clock.now())


def _begin(task_id: int) -> Run | None:
    with transaction():
        now = clock.now()
        task = db.session.get(Task, task_id, with_for_update=True)
        if task is None or not task.is_open:
            return None
        if task.cancel_asked_at is not None:
            end(task, TaskState.CANCELLED, "", now=now)
            return None
        if task.attempt >= TRIES_MAX:
            with speaking(task.language):
                end(task, TaskState.FAILED, _broken(), now=now)
            return None
        task.state = TaskState.RUNNING.value
        task.attempt += 1
        task.begun_at = task.reported_at = now
        task.total = None
        task.done = task.ok = task.failed = 0
        hold(JOB, job_key(task_id), until=now + HOLD)
        return Run(task)


def _broken() -> str:
    return gettext("Something broke here and nothing was changed. It has been noted; please try again later.")


class _Ending(AbstractContextManager[None]):
    """Notes how a run ended that did not end itself. An unforeseen error goes on to the queue, which tries again."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        db.session.rollback()
        if isinstance(error, TaskLostError):
            log.info("task left to another worker", extra={"task_id": self._run.task_id})
            return True
        if isinstance(error, TaskCancelledError):
            self._note(TaskState.CANCELLED, "")
            return True
        if isinstance(error, TaskFailedError):
            self._note(TaskState.FAILED, str(error.facts["message"]), error.facts)
            return True
        if isinstance(error, AppError) or (isinstance(error, Exception) and self._run.attempt >= TRIES_MAX):
            log.error("task failed", extra={"task_id": self._run.task_id}, exc_info=error)
            self._note(TaskState.FAILED, _broken())
            return isinstance(error, AppError)
        return False

    def _note(self, state: TaskState, message: str, facts: Mapping[str, Any] | None = None) -> None:
        mine = (Task.id == self._run.task_id, Task.attempt == self._run.attempt, Task.ended_at.is_(None))
        with transaction():
            task = db.session.query(Task).where(*mine).with_for_update().one_or_none()
            if task is not None:
                end(task, state, message, now=clock.now())
                task.page_path = (facts or {}).get("page_path")
                keep_files(task.id, (facts or {}).get("files", ()))
