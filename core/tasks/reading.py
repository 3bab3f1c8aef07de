"""Finding tasks again, and how long they still take."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from core.db import db
from core.errors import NotFoundError
from core.tasks.models import FileRole, Task, TaskFile, TaskState

LISTED_MAX: Final = 50
STEP_SECONDS: Final = 10


class TaskNotFoundError(NotFoundError):
    """No such task, or another person's. `task_id`."""


def get_own_task(owner_id: int, task_id: int) -> Task:
    """The task of a person. Raises TaskNotFoundError."""
    own = (Task.id == task_id, Task.owner_id == owner_id)
    task = db.session.scalar(select(Task).where(*own))
    if task is None:
        raise TaskNotFoundError(task_id=task_id)
    return task


def list_own_tasks(owner_id: int) -> list[Task]:
    """The latest tasks of a person, the latest first."""
    return list(
        db.session.scalars(
            select(Task).where(Task.owner_id == owner_id).order_by(Task.id.desc()).limit(LISTED_MAX)
        )
    )


def find_open_task(kind: str, subject: str) -> Task | None:
    """A task of this kind about `subject` that waits or runs."""
    same = (Task.kind == kind, Task.subject == subject, Task.ended_at.is_(None))
    return db.session.scalar(select(Task).where(*same).order_by(Task.id).limit(1))


def find_file(task_id: int, role: FileRole) -> TaskFile | None:
    """The file of a task, None if it has none (or none any more)."""
    return db.session.get(TaskFile, (task_id, role.value))


def list_file_roles(task_id: int) -> set[str]:
    """Which files a task has, without reading them."""
    return set(db.session.scalars(select(TaskFile.role).where(TaskFile.task_id == task_id)))


def seconds_left(task: Task, *, now: datetime) -> int | None:
    """How long `task` still takes if it goes on as before, in steps of ten seconds; None if that cannot be told yet."""
    if task.state != TaskState.RUNNING or task.begun_at is None or not task.done or task.total is None:
        return None
    spent = (now - task.begun_at).total_seconds()
    left = spent / task.done * (task.total - task.done)
    return max(STEP_SECONDS, round(left / STEP_SECONDS) * STEP_SECONDS)
