"""Long tasks: as rows, done by the worker, lost with a worker and begun again."""

from datetime import timedelta

import pytest

from core import clock as present
from core.db import db, transaction
from core.errors import InvalidError
from core.jobs.models import Job, JobState
from core.jobs.worker import run_next
from core.tasks import running
from core.tasks.models import FileRole, Task, TaskFile
from core.tasks.queue import FileFacts, ask_to_cancel, forget_old, start_task
from core.tasks.reading import TaskNotFoundError, find_file, find_open_task, get_own_task, seconds_left
from core.tasks.running import Run, TaskFailedError, TaskLostError, run_task, task_kind
from tests.people import make_user

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def kind(monkeypatch):
    """Makes a handler the one of «test.work» for the test."""
    monkeypatch.setattr(running, "kinds", dict(running.kinds))
    monkeypatch.setattr(running, "REPORT_SECONDS", 0.0)

    def make(handler):
        running.kinds["test.work"] = handler

    return make


def start(owner, **options):
    with transaction():
        task = start_task(
            "test.work",
            owner_id=owner.id,
            title="Công việc",
            language="vi",
            now=present.now(),
            **options,
        )
        return task.id


def task_of(task_id):
    db.session.rollback()
    return db.session.get_one(Task, task_id)


def test_a_task_is_done_by_the_worker_with_its_files(kind):
    owner = make_user()

    def work(run: Run) -> None:
        assert run.input() == b"in"
        run.report(done=1, total=3, ok=1)
        with transaction():
            run.end("Xong.", total=3, ok=2, page_path="/x", files=[_file(FileRole.ERRORS, b"bad")])

    kind(work)
    task_id = start(owner, files=[_file(FileRole.INPUT, b"in")], facts={"a": 1}, subject="producer:1")
    assert find_open_task("test.work", "producer:1").id == task_id

    assert run_next()

    task = task_of(task_id)
    assert (task.state, task.total, task.done, task.ok, task.failed) == ("done", 3, 3, 2, 1)
    assert (task.message, task.page_path, task.attempt) == ("Xong.", "/x", 1)
    assert find_file(task_id, FileRole.INPUT) is None
    assert find_file(task_id, FileRole.ERRORS).content == b"bad"
    assert find_open_task("test.work", "producer:1") is None


def test_a_task_of_another_person_is_not_found():
    task_id = start(make_user())

    with pytest.raises(TaskNotFoundError):
        get_own_task(make_user().id, task_id)


def test_a_refusal_fails_the_task_with_its_reason_and_is_not_tried_again(kind):
    def refuse(run: Run) -> None:
        raise TaskFailedError(message="Tệp hỏng.")

    kind(refuse)
    task_id = start(make_user())

    run_next()

    assert (task_of(task_id).state, task_of(task_id).message) == ("failed", "Tệp hỏng.")
    assert db.session.query(Job).one().state == JobState.DONE


def test_any_known_error_fails_the_task_in_general_words(kind):
    def refuse(run: Run) -> None:
        raise InvalidError(field="x")

    kind(refuse)
    task_id = start(make_user())

    run_next()

    assert task_of(task_id).state == "failed"
    assert "InvalidError" not in task_of(task_id).message


def test_what_breaks_is_tried_three_times_and_then_told(kind, clock):
    tried = []

    def break_down(run: Run) -> None:
        tried.append(run.attempt)
        raise ZeroDivisionError

    kind(break_down)
    task_id = start(make_user())

    for _ in range(5):
        run_next()
        clock.move(timedelta(minutes=20))

    assert tried == [1, 2, 3]
    assert task_of(task_id).state == "failed"


def test_after_the_worker_was_killed_another_begins_anew_and_the_first_can_do_nothing(kind, clock):
    """The first worker is silent for more than two minutes; when it wakes up, its work is not kept."""
    runs = []

    def work(run: Run) -> None:
        runs.append(run)
        if len(runs) == 1:
            raise KeyboardInterrupt  # the process dies

    kind(work)
    task_id = start(make_user())
    with pytest.raises(KeyboardInterrupt):
        run_next()
    db.session.rollback()
    assert task_of(task_id).state == "running"
    assert not run_next()

    clock.move(timedelta(minutes=2, seconds=1))
    assert run_next()

    assert [run.attempt for run in runs] == [1, 2]
    with pytest.raises(TaskLostError), transaction():
        runs[0].end("late", total=1, ok=1)
    with pytest.raises(TaskLostError):
        runs[0].report(done=1, total=2)


def test_work_and_its_end_are_kept_together_or_not_at_all(kind):
    """The task is ended by somebody else between the work and its end: the work is rolled back."""
    owner = make_user()

    def work(run: Run) -> None:
        with transaction():
            db.session.get_one(Task, run.task_id).attempt = 9
        with transaction():
            db.session.get_one(type(owner), owner.id).name = "đã đổi"
            run.end("x", total=1, ok=1)

    kind(work)
    start(owner)

    run_next()

    db.session.rollback()
    assert db.session.get_one(type(owner), owner.id).name != "đã đổi"


def test_a_waiting_task_is_stopped_at_once_and_never_begins(kind):
    begun = []
    kind(begun.append)
    task_id = start(make_user())

    with transaction():
        ask_to_cancel(db.session.get_one(Task, task_id), now=present.now())
    run_next()

    assert task_of(task_id).state == "cancelled"
    assert begun == []


def test_a_running_task_stops_when_it_next_looks_up(kind):
    def work(run: Run) -> None:
        with transaction():
            ask_to_cancel(db.session.get_one(Task, run.task_id), now=present.now())
        run.report(done=1, total=2)
        raise AssertionError("went on")

    kind(work)
    task_id = start(make_user())

    run_next()

    assert (task_of(task_id).state, task_of(task_id).done) == ("cancelled", 1)


def test_a_task_that_ended_is_not_done_again(kind):
    done = []

    def work(run: Run) -> None:
        done.append(1)
        with transaction():
            run.end("", total=1, ok=1)

    kind(work)
    task_id = start(make_user())
    run_next()

    run_task(task_id)

    assert done == [1]


def test_the_time_left_is_told_in_steps_of_ten_seconds(clock):
    task = Task(state="running", begun_at=present.now(), total=10_000, done=1_240)
    clock.move(timedelta(seconds=5))

    assert seconds_left(task, now=present.now()) == 40
    task.done = 9_999
    assert seconds_left(task, now=present.now()) == 10
    task.done = 0
    assert seconds_left(task, now=present.now()) is None


def test_files_go_after_a_week_and_rows_after_a_month(kind, clock):
    def work(run: Run) -> None:
        with transaction():
            run.end("", total=1, ok=1, files=[_file(FileRole.RESULT, b"x")])

    kind(work)
    start(make_user())
    run_next()

    clock.move(timedelta(days=8))
    with transaction():
        forget_old(now=present.now())
    assert (db.session.query(TaskFile).count(), db.session.query(Task).count()) == (0, 1)

    clock.move(timedelta(days=30))
    with transaction():
        forget_old(now=present.now())
    assert db.session.query(Task).count() == 0


def test_two_handlers_for_one_kind_are_refused():
    task_kind("test.twice")(run_task)

    with pytest.raises(ValueError, match="two handlers"):
        task_kind("test.twice")(start)
    running.kinds.pop("test.twice")


def _file(role, content):
    return FileFacts(role, "tệp.csv", "text/csv", content)
