"""Runs due jobs, one at a time, until told to stop."""

import logging
import signal
import threading
import traceback
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Final

from sqlalchemy.exc import OperationalError

from core import clock
from core.db import db, transaction
from core.jobs import queue
from core.jobs.models import JobState
from core.jobs.registry import handlers, job, periodic
from core.logs import request_id, without_values

log = logging.getLogger("core.jobs")

IDLE_SECONDS: Final = 1.0
BUSY_DATABASE_SECONDS: Final = 5.0
PERIODIC_SECONDS: Final = 60.0


class Worker:
    """One process's loop. `stop()` lets the present job end and then the loop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """Take SIGTERM and SIGINT as `stop()`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.stop())

    def run(self) -> None:
        """Work until stopped; a database that is away is waited for."""
        periodic_from = monotonic()
        while not self._stopping.is_set():
            pause = IDLE_SECONDS
            try:
                if monotonic() >= periodic_from:
                    enqueue_due_periodic()
                    periodic_from = monotonic() + PERIODIC_SECONDS
                if run_next():
                    continue
            except OperationalError as error:
                log.error("database unavailable", exc_info=error)
                pause = BUSY_DATABASE_SECONDS
            self._stopping.wait(pause)

    def run_until_empty(self) -> int:
        """Run jobs until none is due; returns how many were begun."""
        count = 0
        while not self._stopping.is_set() and run_next():
            count += 1
        return count


def run_next() -> bool:
    """Run the job that is due longest, those for strangers last. Returns whether there was one, well ended or not."""
    if not queue.is_any_due(clock.now()):
        return False  # found by reading alone: an idle worker takes no lock
    with transaction():
        claimed = queue.claim(clock.now())
        if claimed is None:
            return False
        # Plain values: the handler's own transactions would expire the row.
        job_id, name, attempt, payload = claimed.id, claimed.name, claimed.attempts, dict(claimed.payload)
    with _Attempt(job_id, name, attempt):
        handlers[name](**payload)
    return True


def enqueue_due_periodic() -> None:
    """Ask for every periodic job that is due."""
    for each in list(periodic.values()):
        with transaction():
            queue.enqueue_periodic(each, now=clock.now())


class _Attempt:
    """Notes how one try ended. An error of a handler, whatever it is, ends the try and not the worker."""

    def __init__(self, job_id: int, name: str, attempt: int) -> None:
        self._facts = {"job_id": job_id, "job": name, "attempt": attempt}
        self._job_id = job_id
        self._attempt = attempt

    def __enter__(self) -> None:
        self._token = request_id.set(f"job-{self._job_id}-{self._attempt}")
        log.info("job begun", extra=self._facts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        try:
            if error is not None and not isinstance(error, Exception):
                return False  # the process is going down: the lock runs out and another worker takes over
            self._note(error)
            return True
        finally:
            request_id.reset(self._token)

    def _note(self, error: Exception | None) -> None:
        db.session.rollback()
        with transaction():
            if error is None:
                queue.finish(self._job_id, self._attempt, now=clock.now())
                state: JobState | None = JobState.DONE
            else:
                told = without_values("".join(traceback.format_exception_only(error))).strip()
                state = queue.fail(self._job_id, self._attempt, told, now=clock.now())
        is_grave = state == JobState.DEAD or self._attempt >= queue.TRIES_MAX
        level = logging.INFO if error is None else logging.ERROR if is_grave else logging.WARNING
        log.log(level, "job ended", extra=self._facts | {"state": state}, exc_info=error)


@job("core.delete_done_jobs", every=timedelta(days=1))
def delete_done_jobs() -> None:
    """Forget what was done long ago."""
    with transaction():
        queue.delete_done(now=clock.now())
