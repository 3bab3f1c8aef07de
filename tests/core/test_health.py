"""Alive and ready: told in a word, without the reason."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core import clock, health
from core.db import transaction
from core.health import CLOCK_SKEW_MAX, QUEUE_AGE_MAX
from core.jobs import queue
from core.jobs.models import Job


@pytest.fixture(autouse=True)
def database_clock(monkeypatch):
    """The database's clock goes with the test's, which stands still."""
    monkeypatch.setattr(health, "_database_now", clock.now)


def test_a_database_with_another_time_is_noticed(client, monkeypatch):
    monkeypatch.setattr(health, "_database_now", lambda: clock.now() - CLOCK_SKEW_MAX)

    assert client.get("/readyz").json["checks"]["clock"] == "failed"


def test_the_process_says_that_it_is_alive(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_all_checks_pass_on_a_fresh_installation(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["jobs_in_trouble"]) == ("ok", 0)
    assert set(answer.json["checks"]) >= {"database", "disk", "queue", "clock"}


def test_a_queue_that_does_not_move_is_noticed(client, db_session, clock):
    with transaction():
        queue.enqueue("test.note", now=clock.now())

    clock.move(QUEUE_AGE_MAX)

    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["checks"]["queue"]) == (503, "failed")


def test_a_job_for_later_is_no_delay(client, db_session, clock):
    with transaction():
        queue.enqueue("test.note", now=clock.now(), run_after_at=clock.now() + timedelta(days=1))

    assert client.get("/readyz").status_code == 200


def test_jobs_that_were_given_up_or_fail_again_and_again_are_counted_and_decide_nothing(
    client, db_session, clock
):
    with transaction():
        for state, attempts in (("dead", 5), ("pending", 5), ("pending", 4), ("done", 5)):
            db_session.add(
                Job(
                    name="test.note",
                    payload={},
                    state=state,
                    attempts=attempts,
                    created_at=clock.now(),
                    run_after_at=clock.now(),
                    ended_at=clock.now() if state in ("dead", "done") else None,
                )
            )

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["jobs_in_trouble"]) == (200, 2)


def test_a_clock_from_before_the_program_is_noticed(client, clock):
    clock.set(datetime(2020, 1, 1, tzinfo=UTC))

    assert client.get("/readyz").json["checks"]["clock"] == "failed"


def test_a_full_disk_is_noticed_and_not_explained(client, monkeypatch):
    monkeypatch.setattr(
        health.shutil, "disk_usage", lambda _path: SimpleNamespace(total=100, used=96, free=4)
    )

    answer = client.get("/readyz")

    assert answer.json["checks"]["disk"] == "failed"
    assert set(answer.json) == {"status", "checks", "jobs_in_trouble"}


def test_a_check_that_breaks_has_failed(client, monkeypatch):
    def broken():
        raise OSError("/secret/path is gone")

    monkeypatch.setitem(health._checks, "extra", broken)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json["checks"]["extra"]) == (503, "failed")
    assert "secret" not in answer.text
