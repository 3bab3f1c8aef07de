"""The queue: nothing lost, nothing done twice at once, nothing tried for ever."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from core.config import ROOT
from core.db import db, transaction
from core.jobs import queue
from core.jobs.models import JobSchedule, JobState
from core.jobs.registry import Periodic, handlers, job
from core.jobs.worker import Worker, run_next
from tests.support.job_queue import ask, claim, jobs, ran

__all__ = ["ask", "ran"]


def test_a_job_runs_once_with_its_payload(ask, ran):
    ask(product_id=7, name_of="mắm")

    assert run_next()
    assert not run_next()
    assert ran == [{"product_id": 7, "name_of": "mắm"}]
    assert jobs()[0].state == JobState.DONE


def test_a_job_of_an_act_that_was_undone_never_was(db_session, clock, ran):
    def act():
        with transaction():
            queue.enqueue("test.note", now=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert not run_next()


def test_jobs_run_in_the_order_in_which_they_are_due(ask, ran, clock):
    ask(n=1, run_after_at=clock.now() + timedelta(minutes=1))
    ask(n=2)
    ask(n=3)

    Worker().run_until_empty()
    assert [call["n"] for call in ran] == [2, 3]

    clock.move(timedelta(minutes=1))
    Worker().run_until_empty()
    assert [call["n"] for call in ran] == [2, 3, 1]


def test_jobs_for_strangers_come_after_all_others(ask, ran, clock, monkeypatch):
    monkeypatch.setitem(handlers, "test.tell", handlers["test.note"])
    monkeypatch.setattr("core.jobs.queue.for_strangers", {"test.tell"})
    ask("test.tell", n=1)
    clock.move(timedelta(minutes=1))
    ask("test.tell", n=2)
    ask(n=3)
    clock.move(timedelta(minutes=1))
    ask(n=4)

    Worker().run_until_empty()

    assert [call["n"] for call in ran] == [3, 4, 1, 2]


def test_a_key_is_pending_once(ask, ran):
    ask(key="all", n=1)
    ask(key="all", n=2)
    ask(key="other", n=3)
    Worker().run_until_empty()

    ask(key="all", n=4)
    Worker().run_until_empty()

    assert [call["n"] for call in ran] == [1, 3, 4]


def test_a_key_may_be_asked_for_again_while_its_job_runs(ask, clock):
    ask(key="all")
    claim(clock)

    ask(key="all")

    assert [each.state for each in jobs()] == [JobState.RUNNING, JobState.PENDING]


def test_a_job_asked_for_again_in_a_transaction_sees_what_that_changed(app, ask, clock, monkeypatch):
    """On PostgreSQL a worker could begin the pending job meanwhile, see nothing new, and end it."""
    seen = []
    monkeypatch.setitem(
        handlers, "test.look", lambda: seen.append(db.session.get_one(JobSchedule, "x").next_run_at)
    )
    with transaction():
        db.session.add(JobSchedule(name="x", next_run_at=clock.now()))
    ask("test.look", key="all")
    asked, changed = threading.Event(), clock.now() + timedelta(days=1)

    def work():
        with app.app_context():
            asked.wait(10)
            Worker().run_until_empty()

    worker = threading.Thread(target=work)
    worker.start()
    with transaction():
        db.session.get_one(JobSchedule, "x").next_run_at = changed
        queue.enqueue_each(["test.look"], now=clock.now(), key="all")
        asked.set()
        worker.join(0.3)
    worker.join(10)
    Worker().run_until_empty()

    assert seen == [changed]


def test_asking_again_changes_neither_payload_nor_time(ask, clock):
    later = clock.now() + timedelta(hours=1)
    ask(key="all", n=1, run_after_at=later)

    ask(key="all", n=2)

    assert [(each.payload, each.run_after_at) for each in jobs()] == [({"n": 1}, later)]


def test_a_failed_job_with_a_key_leaves_its_work_to_the_later_one(ask, clock):
    ask(key="all")
    job_id, attempt = claim(clock)
    ask(key="all")

    with transaction():
        queue.fail(job_id, attempt, "broke", now=clock.now())

    assert [each.state for each in jobs()] == [JobState.DONE, JobState.PENDING]


def test_two_claims_never_get_one_job(ask, clock):
    ask()

    assert claim(clock) is not None
    assert claim(clock) is None


def test_two_workers_at_once_do_each_job_once(app, ask, ran):
    for number in range(20):
        ask(n=number)

    def work():
        with app.app_context():
            Worker().run_until_empty()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(call["n"] for call in ran) == list(range(20))


def test_a_job_lost_with_its_worker_is_begun_again_when_its_lock_has_run_out(ask, clock, ran):
    ask(n=1)
    claim(clock)

    clock.move(queue.VISIBILITY - timedelta(seconds=1))
    assert not run_next()
    clock.move(timedelta(seconds=1))
    assert run_next()

    assert ran == [{"n": 1}]
    assert jobs()[0].attempts == 2


def test_a_worker_that_comes_back_late_changes_nothing(ask, clock):
    ask()
    job_id, first = claim(clock)
    clock.move(queue.VISIBILITY)
    claim(clock)

    with transaction():
        queue.finish(job_id, first, now=clock.now())

    assert jobs()[0].state == JobState.RUNNING


def test_a_periodic_job_is_asked_for_once_a_period(db_session, clock):
    daily = Periodic("test.note", timedelta(days=1))

    def due():
        with transaction():
            return queue.enqueue_periodic(daily, now=clock.now())

    assert due()
    assert not due()
    clock.move(timedelta(days=1))
    assert due()
    assert len(jobs()) == 1, "the first has not run yet and stands for both"


def test_jobs_done_long_ago_are_forgotten_and_dead_ones_kept(ask, ran, clock):
    ask()
    run_next()
    ask("test.fail")
    for _ in range(queue.TRIES_MAX):
        run_next()
        clock.move(timedelta(hours=2))
    clock.move(queue.KEEP_DONE)

    with transaction():
        queue.delete_done(now=clock.now())

    assert [each.state for each in jobs()] == [JobState.DEAD]


def test_two_handlers_cannot_have_one_name():
    with pytest.raises(ValueError, match="two handlers"):
        job("core.delete_done_jobs")(lambda: None)


@pytest.mark.slow
def test_a_worker_killed_in_mid_job_loses_nothing(app, ask, ran, clock, settings):
    ask(n=1)
    script = (
        "import sys, time\n"
        "from core.jobs.registry import job\n"
        "from storefront.app import create_app\n"
        "from core.jobs.worker import run_next\n"
        "from core import clock\n"
        "from datetime import datetime\n"
        "@job('test.note')\n"
        "def stay(**payload):\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(60)\n"
        f"with clock.freeze(datetime.fromisoformat('{clock.now().isoformat()}')):\n"
        "    with create_app().app_context():\n"
        "        run_next()\n"
    )
    environ = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance_dir),
    }
    worker = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environ, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"begun\n"
    worker.send_signal(signal.SIGKILL)
    worker.communicate()

    clock.move(queue.VISIBILITY)
    Worker().run_until_empty()

    assert ran == [{"n": 1}]
    assert jobs()[0].state == JobState.DONE
