"""Asking for work and moving it through its states. Called inside the caller's transaction; never commits."""

import logging
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, and_, case, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db
from core.errors import NotFoundError
from core.jobs.models import Job, JobSchedule, JobState
from core.jobs.registry import Periodic, for_strangers, lasting

log = logging.getLogger("core.jobs")

TRIES_MAX: Final = 5
"""After so many a job is given up, unless it is a lasting one."""
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
# More than reach the longest wait: a lasting job is tried any number of times.
MOST_DOUBLINGS: Final = 10
JITTER_SHARE: Final = 0.25
# How long a worker may be silent about a job before another may begin it again.
VISIBILITY: Final = timedelta(minutes=10)
KEEP_DONE: Final = timedelta(days=7)
ERROR_MAX_CHARS: Final = 2_000


class JobNotFoundError(NotFoundError):
    """No job with this `job_id` waits in the list of the dead."""


def enqueue(
    name: str, *, now: datetime, key: str | None = None, run_after_at: datetime | None = None, **payload: Any
) -> None:
    """Ask for the job `name` with `payload` (values that JSON knows), not before `run_after_at`.

    It is done if and only if the caller's transaction is kept. With a `key`, a pending job of the same name
    and key stands for this one too: its payload and its time stay. It is begun only after the caller's transaction,
    so that it sees what that changed.
    """
    _insert_jobs(_values(name, key, payload, now, run_after_at))


def enqueue_each(names: Iterable[str], *, now: datetime, key: str, **payload: Any) -> None:
    """Ask for several jobs at once, all with the same `key` and `payload`: as `enqueue` for each, in one statement."""
    # Sorted: two who ask for the same ones lock them in the same order.
    _insert_jobs([_values(name, key, payload, now, None) for name in sorted(names)])


def is_any_due(now: datetime) -> bool:
    """Whether `claim` would find a job. Ends the read, so that the next look sees afresh."""
    found = db.session.scalar(_due(now).with_only_columns(Job.id).order_by(None)) is not None
    db.session.rollback()
    return found


def claim(now: datetime) -> Job | None:
    """The job that is due longest, now running and locked for `VISIBILITY`; None if there is none.

    Those for strangers come last, so that no code or refund waits behind messages to receivers that are slow.
    Two workers never get the same one. A running job whose lock has run out was lost with its worker: it is
    begun again, or dead after `TRIES_MAX` tries if it is none of the lasting ones. Source of SKIP LOCKED:
    PostgreSQL manual, SELECT.
    """
    # SQLite leaves FOR UPDATE out; its transaction is alone by BEGIN IMMEDIATE.
    while (job := db.session.scalars(_due(now).with_for_update(skip_locked=True)).first()) is not None:
        if job.attempts < TRIES_MAX or job.name in lasting:
            job.state = JobState.RUNNING
            job.attempts += 1
            job.locked_until_at = now + VISIBILITY
            db.session.flush()
            return job
        log.error("job died with its worker", extra={"job_id": job.id, "job": job.name})
        _end(job, JobState.DEAD, now, error="the worker was lost during the last try")
        db.session.flush()
    return None


def finish(job_id: int, attempt: int, *, now: datetime) -> None:
    """Note that try number `attempt` succeeded. Without effect if the job was meanwhile begun by another."""
    job = _held(job_id, attempt)
    if job is not None:
        _end(job, JobState.DONE, now)


def hold(name: str, key: str, *, until: datetime) -> None:
    """Let the running job `name` with `key` count as lost at `until`, sooner or later than it would have."""
    running = and_(Job.name == name, Job.key == key, Job.state == JobState.RUNNING.value)
    db.session.execute(update(Job).where(running).values(locked_until_at=until))


def fail(job_id: int, attempt: int, error: str, *, now: datetime) -> JobState | None:
    """Note that try number `attempt` failed: the job waits for the next try, or is dead after the last if it has one.

    Returns its new state, None if the job was meanwhile begun by another worker.
    """
    job = _held(job_id, attempt)
    if job is None:
        return None
    if job.attempts >= TRIES_MAX and job.name not in lasting:
        _end(job, JobState.DEAD, now, error)
    elif _is_asked_for_again(job):
        _end(job, JobState.DONE, now, f"left to a later job with the same key: {error}")
    else:
        _wait(job, now + wait_before_try(job.attempts + 1), error)
    return job.state


def wait_before_try(attempt: int, chance: random.Random | None = None) -> timedelta:
    """Pause before try number `attempt` (2, 3, …): 10 s, 20 s, 40 s … an hour at most, give or take a quarter.

    The give or take keeps jobs that failed together from coming back together.
    """
    pause = min(FIRST_WAIT * 2 ** min(attempt - 2, MOST_DOUBLINGS), LONGEST_WAIT)
    draw = (chance or random).uniform(1 - JITTER_SHARE, 1 + JITTER_SHARE)
    return timedelta(seconds=pause.total_seconds() * draw)


def list_jobs(*states: JobState, limit: int = 100) -> list[Job]:
    """Jobs in one of `states`, the latest first."""
    query = select(Job).where(Job.state.in_([state.value for state in states]))
    return list(db.session.scalars(query.order_by(Job.id.desc()).limit(limit)))


def count_in_trouble() -> int:
    """How many jobs were given up, or failed as often as others are given up and are tried still."""
    is_stubborn = and_(Job.state == JobState.PENDING.value, Job.attempts >= TRIES_MAX)
    found = select(func.count()).select_from(Job).where(or_(Job.state == JobState.DEAD.value, is_stubborn))
    return db.session.scalar(found) or 0


def retry(job_id: int, *, now: datetime) -> Job:
    """Give a dead job all its tries again, beginning now.

    Raises JobNotFoundError if no dead job has this number.
    """
    job = db.session.get(Job, job_id)
    if job is None or job.state != JobState.DEAD:
        raise JobNotFoundError(job_id=job_id)
    _begin_anew(job, now)
    return job


def retry_all(name: str, *, now: datetime) -> int:
    """Give all jobs `name` that are dead, or wait after a failure, their tries again, now. Returns how many."""
    failed = or_(
        Job.state == JobState.DEAD.value, and_(Job.state == JobState.PENDING.value, Job.attempts > 0)
    )
    jobs = list(
        db.session.scalars(select(Job).where(Job.name == name, failed).order_by(Job.id).with_for_update())
    )
    for job in jobs:
        _begin_anew(job, now)
    return len(jobs)


def enqueue_periodic(each: Periodic, *, now: datetime) -> bool:
    """Ask for a periodic job if it is due; of several workers one does. Returns whether it was."""
    new = _of_dialect().insert(JobSchedule).values(name=each.name, next_run_at=now)
    db.session.execute(new.on_conflict_do_nothing())
    due = and_(JobSchedule.name == each.name, JobSchedule.next_run_at <= now)
    moved = db.session.execute(update(JobSchedule).where(due).values(next_run_at=now + each.every))
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        return False
    enqueue(each.name, key="periodic", now=now)
    return True


def delete_done(*, now: datetime) -> None:
    """Forget jobs done more than a week ago. The dead stay until a person has seen to them."""
    old = and_(Job.state == JobState.DONE.value, Job.ended_at < now - KEEP_DONE)
    db.session.execute(delete(Job).where(old))


def _due(now: datetime) -> Select[Job]:
    waiting = and_(Job.state == JobState.PENDING.value, Job.run_after_at <= now)
    lost = and_(Job.state == JobState.RUNNING.value, Job.locked_until_at <= now)
    comes_last = case((Job.name.in_(sorted(for_strangers)), 1), else_=0)
    return select(Job).where(or_(waiting, lost)).order_by(comes_last, Job.run_after_at, Job.id).limit(1)


def _held(job_id: int, attempt: int) -> Job | None:
    job = db.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    is_held = job is not None and job.state == JobState.RUNNING and job.attempts == attempt
    return job if is_held else None


def _end(job: Job, state: JobState, now: datetime, error: str | None = None) -> None:
    job.state = state
    job.locked_until_at = None
    job.ended_at = now
    job.last_error = error[:ERROR_MAX_CHARS] if error else job.last_error


def _wait(job: Job, until: datetime, error: str | None) -> None:
    job.state = JobState.PENDING
    job.locked_until_at = None
    job.ended_at = None
    job.run_after_at = until
    job.last_error = error[:ERROR_MAX_CHARS] if error else None


def _begin_anew(job: Job, now: datetime) -> None:
    if job.state == JobState.DEAD and _is_asked_for_again(job):
        _end(job, JobState.DONE, now, "left to a pending job with the same key")
        return
    job.attempts = 0
    _wait(job, now, job.last_error)


def _is_asked_for_again(job: Job) -> bool:
    if job.key is None:
        return False
    same = and_(Job.name == job.name, Job.key == job.key, Job.state == JobState.PENDING.value)
    return db.session.scalar(select(Job.id).where(same)) is not None


def _values(
    name: str, key: str | None, payload: Mapping[str, Any], now: datetime, run_after_at: datetime | None
) -> dict[str, Any]:
    return {
        "name": name,
        "key": key,
        "payload": payload,
        "state": JobState.PENDING.value,
        "attempts": 0,
        "created_at": now,
        "run_after_at": run_after_at or now,
    }


def _insert_jobs(rows: dict[str, Any] | list[dict[str, Any]]) -> None:
    """INSERT, or keep the pending job with the same key, locked until the caller's transaction ends."""
    db.session.connection().execute(_insert_or_keep(db.engine.dialect.name), rows)


@cache
def _insert_or_keep(dialect: str) -> Any:
    if dialect != "postgresql":
        return sqlite.insert(Job.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]  # alone by BEGIN IMMEDIATE
    # An UPDATE that changes nothing locks the row, and `claim` passes locked rows over: else a worker could begin the
    # pending job before the transaction that relies on it is kept, see nothing new, and end it.
    return postgresql.insert(Job.__table__).on_conflict_do_update(  # type: ignore[arg-type]
        index_elements=["name", "key"],
        index_where=text("state = 'pending'"),
        set_={"run_after_at": Job.__table__.c.run_after_at},
    )


def _of_dialect() -> Any:
    return postgresql if db.engine.dialect.name == "postgresql" else sqlite
