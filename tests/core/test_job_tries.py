"""Tries of a job: how many, how far apart, and how the operator gives them again."""

import importlib
import random
from datetime import timedelta

import pytest

from core.jobs import queue
from core.jobs.models import JobState
from core.jobs.registry import for_strangers, handlers, lasting
from core.jobs.worker import Worker, run_next
from tests.support.job_queue import ask, claim, jobs, ran

__all__ = ["ask", "ran"]


def test_a_poisonous_job_is_given_up_after_five_tries(ask, clock, ran):
    ask("test.fail", n=1)

    for _ in range(10):
        Worker().run_until_empty()
        clock.move(timedelta(hours=2))

    assert len(ran) == queue.TRIES_MAX
    (dead,) = jobs()
    assert dead.state == JobState.DEAD
    assert dead.last_error == "LookupError: no such thing"


def test_a_job_that_kills_its_worker_each_time_dies_as_well(ask, clock):
    ask()

    for _ in range(queue.TRIES_MAX):
        assert claim(clock) is not None
        clock.move(queue.VISIBILITY)

    assert claim(clock) is None
    assert jobs()[0].state == JobState.DEAD


def test_a_job_that_died_with_its_worker_is_told_in_the_log(ask, clock, caplog):
    ask(key="secret", n=1)
    for _ in range(queue.TRIES_MAX):
        claim(clock)
        clock.move(queue.VISIBILITY)

    claim(clock)

    (told,) = [line for line in caplog.records if line.levelname == "ERROR"]
    assert (told.message, told.job_id, told.job) == ("job died with its worker", jobs()[0].id, "test.note")


def test_a_lasting_job_outlives_an_outage_of_any_length(ask, clock, ran, monkeypatch):
    monkeypatch.setattr("core.jobs.queue.lasting", {"test.fail"})
    ask("test.fail", n=1)

    for _ in range(15):
        Worker().run_until_empty()
        clock.move(queue.LONGEST_WAIT * 2)

    assert len(ran) == 15
    assert (jobs()[0].state, jobs()[0].attempts) == (JobState.PENDING, 15)
    monkeypatch.setitem(handlers, "test.fail", lambda **_: None)
    Worker().run_until_empty()
    assert jobs()[0].state == JobState.DONE


def test_a_lasting_job_is_begun_again_however_often_its_worker_is_lost(ask, clock, monkeypatch):
    monkeypatch.setattr("core.jobs.queue.lasting", {"test.note"})
    ask()

    for attempt in range(1, queue.TRIES_MAX + 3):
        assert claim(clock) == (jobs()[0].id, attempt)
        clock.move(queue.VISIBILITY)


def test_what_must_arrive_and_what_may_wait_is_registered_as_such(app):
    from core.messages.outbox import SEND_JOB
    from orders.operations import refunds

    for module in app.extensions["job_modules"]:
        importlib.import_module(module)

    assert {SEND_JOB, refunds.SEND_JOB} <= lasting
    assert for_strangers == {"catalog.deliver_webhook", "transparency.ask_witness"}


def test_a_job_without_a_handler_fails_and_waits(ask):
    ask("nobody.knows")

    run_next()

    assert jobs()[0].state == JobState.PENDING
    assert jobs()[0].last_error == "KeyError: 'nobody.knows'"


def test_pauses_double_up_to_an_hour():
    chance = random.Random(1)
    bounds = {2: 10, 3: 20, 4: 40, 5: 80, 20: 3600, 10_000: 3600}

    for attempt, seconds in bounds.items():
        pauses = [queue.wait_before_try(attempt, chance).total_seconds() for _ in range(200)]
        assert 0.75 * seconds <= min(pauses) < 0.8 * seconds
        assert 1.2 * seconds < max(pauses) <= 1.25 * seconds


def test_a_dead_job_may_be_given_its_tries_again(ask, clock, ran, runner):
    ask("test.fail")
    for _ in range(queue.TRIES_MAX):
        run_next()
        clock.move(timedelta(hours=2))
    (dead,) = jobs()

    told = runner.invoke(args=["jobs", "retry", str(dead.id)])

    assert told.output == f"Job {dead.id} is pending again.\n"
    assert (jobs()[0].state, jobs()[0].attempts) == (JobState.PENDING, 0)


def test_all_failed_jobs_of_a_name_may_be_given_their_tries_again(ask, clock, ran, runner, monkeypatch):
    ask("test.fail", n=1, key="same")
    ask("test.fail", n=2)
    for _ in range(queue.TRIES_MAX):
        Worker().run_until_empty()
        clock.move(timedelta(hours=2))
    ask("test.fail", n=3, key="same")  # stands for the first one too
    ask("test.fail", n=4)
    Worker().run_until_empty()  # the last two wait after a failure
    ask("test.fail", n=5, run_after_at=clock.now() + timedelta(days=1))
    ask("test.note", n=6, run_after_at=clock.now() + timedelta(days=1))
    ran.clear()

    told = runner.invoke(args=["jobs", "retry", "--all", "test.fail"])
    Worker().run_until_empty()

    assert told.output == "4 jobs test.fail are pending again.\n"
    assert [call["n"] for call in ran] == [2, 3, 4]
    assert [each.attempts for each in jobs()][4:] == [0, 0]


@pytest.mark.parametrize("said", [[], ["1", "--all", "test.note"]])
def test_a_retry_says_which(ask, runner, said):
    ask()

    assert runner.invoke(args=["jobs", "retry", *said]).exit_code == 2
    assert [each.state for each in jobs()] == [JobState.PENDING]


def test_only_dead_jobs_can_be_retried(ask, runner):
    ask()

    told = runner.invoke(args=["jobs", "retry", "1"])

    assert told.exit_code == 1
    assert jobs()[0].state == JobState.PENDING


def test_the_lists_show_who_waits_and_who_is_dead(ask, ran, clock, runner):
    ask("test.note", product_id=3)
    ask("test.fail")
    for _ in range(queue.TRIES_MAX):
        Worker().run_until_empty()
        clock.move(timedelta(hours=2))
    ask("test.note", product_id=4)

    waiting = runner.invoke(args=["jobs", "list"]).output
    dead = runner.invoke(args=["jobs", "dead"]).output

    assert "'product_id': 4" in waiting
    assert "test.fail" not in waiting
    assert "test.fail" in dead
    assert "no such thing" in dead
