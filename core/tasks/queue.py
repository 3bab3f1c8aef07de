"""Starting and ending tasks, within the caller's transaction. Nothing here commits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from core.db import db
from core.jobs.queue import enqueue
from core.tasks.models import FileRole, Task, TaskFile, TaskState

JOB: Final = "core.run_task"
KEEP_FILES: Final = timedelta(days=7)
KEEP_ROWS: Final = timedelta(days=30)
TITLE_MAX_CHARS: Final = 300
NAME_MAX_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file to keep with a task."""

    role: FileRole
    name: str
    media_type: str
    content: bytes


def job_key(task_id: int) -> str:
    """The key of the job that does a task."""
    return f"task:{task_id}"


def start_task(
    kind: str,
    *,
    owner_id: int,
    title: str,
    language: str,
    now: datetime,
    subject: str | None = None,
    facts: Mapping[str, Any] | None = None,
    files: Iterable[FileFacts] = (),
) -> Task:
    """Ask the worker for a task of a person; it begins once the caller's transaction is kept.

    title: what is being done, in `language`, in which messages will be written too. facts: values that JSON knows.
    """
    task = Task(
        kind=kind,
        owner_id=owner_id,
        subject=subject,
        title=title[:TITLE_MAX_CHARS],
        language=language,
        facts=dict(facts or {}),
        state=TaskState.WAITING,
        created_at=now,
    )
    db.session.add(task)
    db.session.flush()
    keep_files(task.id, files)
    enqueue(JOB, now=now, key=job_key(task.id), task_id=task.id)
    return task


def keep_files(task_id: int, files: Iterable[FileFacts]) -> None:
    """Keep `files` with a task; one of the same role is replaced."""
    for file in files:
        db.session.merge(
            TaskFile(
                task_id=task_id,
                role=file.role.value,
                name=file.name[-NAME_MAX_CHARS:],
                media_type=file.media_type,
                content=file.content,
            )
        )


def ask_to_cancel(task: Task, *, now: datetime) -> None:
    """End a task that waits; tell one that runs to stop when it next looks up. Nothing if it has ended."""
    if task.state == TaskState.WAITING:
        end(task, TaskState.CANCELLED, "", now=now)
    elif task.state == TaskState.RUNNING and task.cancel_asked_at is None:
        task.cancel_asked_at = now


def end(task: Task, state: TaskState, message: str, *, now: datetime) -> None:
    """Note how a task ended. What was handed in is forgotten: it has served."""
    task.state = state.value
    task.message = message or None
    task.ended_at = now
    used = (TaskFile.task_id == task.id, TaskFile.role == FileRole.INPUT.value)
    db.session.execute(delete(TaskFile).where(*used))


def forget_old(*, now: datetime) -> None:
    """Forget files of tasks that ended a week ago, and the tasks themselves after a month."""
    old_files = select(Task.id).where(Task.ended_at < now - KEEP_FILES)
    db.session.execute(delete(TaskFile).where(TaskFile.task_id.in_(old_files)))
    db.session.execute(delete(Task).where(Task.ended_at < now - KEEP_ROWS))
