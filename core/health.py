"""Is the process alive (`/healthz`), and is it fit for work (`/readyz`)?

Packages add checks of their own with `readiness_check`. Answers name checks, never causes: those are in the
log.
"""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.config import Settings
from core.db import db, transaction
from core.jobs.models import Job, JobState
from core.jobs.queue import count_in_trouble
from core.web.access import public

log = logging.getLogger("core.health")

Check = Callable[[], bool]

DISK_FREE_MIN_SHARE: Final = 0.05
QUEUE_AGE_MAX: Final = timedelta(minutes=15)
CLOCK_SKEW_MAX: Final = timedelta(seconds=60)
# The program was written after this; a clock that says less is wrong.
EARLIEST_NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)

blueprint = Blueprint("health", __name__)
_checks: Final[dict[str, Check]] = {}


def readiness_check(name: str) -> Callable[[Check], Check]:
    """Decorator: `/readyz` asks this function too. It answers whether all is well, and logs what is not."""

    def register(check: Check) -> Check:
        _checks[name] = check
        return check

    return register


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The process can do its work: 200, or 503 with the names of the checks that failed.

    `jobs_in_trouble` does not decide: it counts what waits for the operator (`flask jobs dead`, `flask jobs list`).
    """
    results = {name: _run(name, check) for name, check in _checks.items()}
    is_ready = all(results.values())
    words = {name: "ok" if passed else "failed" for name, passed in results.items()}
    told = jsonify(status="ok" if is_ready else "failed", checks=words, jobs_in_trouble=_jobs_in_trouble())
    return _uncached(told), 200 if is_ready else 503


def _jobs_in_trouble() -> int | None:
    """None where the database does not say."""
    try:
        return count_in_trouble()
    except SQLAlchemyError:
        return None


def _uncached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _run(name: str, check: Check) -> bool:
    try:
        passed = check()
    except (SQLAlchemyError, OSError) as error:
        log.error("readiness check broke", extra={"check": name}, exc_info=error)
        return False
    if not passed:
        log.warning("readiness check failed", extra={"check": name})
    return passed


@readiness_check("database")
def _database_takes_writes() -> bool:
    with transaction():
        # A write that changes nothing: it takes the lock and a page of the journal all the same.
        db.session.execute(text("UPDATE job_schedule SET name = name WHERE name = ''"))
    return True


@readiness_check("disk")
def _disk_has_room() -> bool:
    settings: Settings = current_app.extensions["settings"]
    usage = shutil.disk_usage(settings.instance_dir)
    return usage.free / usage.total > DISK_FREE_MIN_SHARE


@readiness_check("queue")
def _queue_moves() -> bool:
    oldest = db.session.scalar(select(func.min(Job.run_after_at)).where(Job.state == JobState.PENDING))
    return oldest is None or clock.now() - oldest < QUEUE_AGE_MAX


@readiness_check("clock")
def _clock_is_sane() -> bool:
    now, now_there = clock.now(), _database_now()
    if now < EARLIEST_NOW:
        return False
    return now_there is None or abs(now_there - now) < CLOCK_SKEW_MAX


def _database_now() -> datetime | None:
    """The time that a database on another machine keeps; None for SQLite, which has our own."""
    return None if db.engine.dialect.name == "sqlite" else db.session.scalar(select(func.now()))
