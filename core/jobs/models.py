"""Tables of the job queue. A job is a row, written in the transaction of the act that asks for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, UtcDateTime


class JobState(StrEnum):
    """Where a job stands. `dead`: given up on after the last try, waiting for a person."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Model):
    """One piece of work for the worker.

    name: which handler, e.g. "catalog.index_products". key: of jobs with the same name and key, at most one
    is pending. attempts: how often it was begun. locked_until_at: when a running job counts as lost with its
    worker and may be begun again.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'running', 'done', 'dead')", name="state"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(state = 'running') = (locked_until_at IS NOT NULL)", name="locked"),
        CheckConstraint("(state IN ('done', 'dead')) = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_job_due", "state", "run_after_at", "id"),
        Index(
            "uq_job_pending_key",
            "name",
            "key",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(sqlite.INTEGER(), "sqlite"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(String(10), default=JobState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_after_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class JobSchedule(Model):
    """When a periodic job is next due. One row for each, made by the worker that first meets it."""

    __tablename__ = "job_schedule"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_run_at: Mapped[datetime] = mapped_column(UtcDateTime)
