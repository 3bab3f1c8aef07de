"""Tables of long tasks. Their files are kept with them, in the same transaction, and go with them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class TaskState(StrEnum):
    """Where a task stands. `failed`: it ended without its effect, and `message` says why."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class FileRole(StrEnum):
    """What a file is to its task: handed in, made, the list of what failed, or notes of the program for itself."""

    INPUT = "input"
    RESULT = "result"
    ERRORS = "errors"
    NOTES = "notes"


class Task(Model):
    """One long piece of work for one person.

    kind: which handler, «catalog.check_sheet». subject: what it is about, «producer:12». title and message: sentences
    in `language`. page_path: where its outcome is shown, a path of this site without the language. facts: what the
    handler is told. attempt: how often it was begun; whoever holds an older number no longer owns it.
    total: how many there are, None while that is not known.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("(state IN ('waiting', 'running')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("done >= 0 AND ok >= 0 AND failed >= 0 AND ok + failed <= done", name="counts"),
        CheckConstraint("total IS NULL OR done <= total", name="total"),
        Index("ix_task_owner_id", "owner_id", "id"),
        Index("ix_task_subject", "subject", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    subject: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    page_path: Mapped[str | None] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=TaskState.WAITING)
    attempt: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    ok: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class TaskFile(Model):
    """A file of a task; at most one of each role. name: as it is offered for download."""

    __tablename__ = "task_file"
    __table_args__ = (CheckConstraint("role IN ('input', 'result', 'errors', 'notes')", name="role"),)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)
