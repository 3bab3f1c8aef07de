"""Pages of long tasks."""

import re

import pytest

from core import clock as present
from core.db import db, transaction
from core.tasks.models import FileRole, Task, TaskState
from core.tasks.queue import FileFacts, end, keep_files, start_task
from tests.people import browser_of, make_user

pytestmark = pytest.mark.usefixtures("db_session")


def start(owner, **changes):
    with transaction():
        task = start_task(
            "test.work", owner_id=owner.id, title="Xem thử tệp", language="vi", now=present.now()
        )
        for name, value in changes.items():
            setattr(task, name, value)
        return task.id


def test_progress_is_told_in_figures_and_words(app):
    owner = make_user()
    task_id = start(owner, state="running", begun_at=present.now(), total=10_000, done=1_240)

    page = browser_of(app, owner).get(f"/tasks/{task_id}")

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "1.240 / 10.000" in page.text
    assert '<meta http-equiv="refresh" content="5">' in page.text
    assert f'data-poll="/tasks/{task_id}"' in page.text
    assert '<progress class="step-bar" max="10000" value="1240"' in page.text


def test_what_has_ended_is_not_asked_for_again(app):
    owner = make_user()
    task_id = start(owner)
    with transaction():
        task = db.session.get_one(Task, task_id)
        task.page_path = "/workspace/1/sheet"
        end(task, TaskState.DONE, "Xong.", now=present.now())
        keep_files(task_id, [FileFacts(FileRole.ERRORS, "lỗi.csv", "text/csv", b"a,b")])

    browser = browser_of(app, owner)
    page = browser.get(f"/tasks/{task_id}").text
    file = browser.get(f"/tasks/{task_id}/errors")

    assert "refresh" not in page
    assert "data-poll" not in page
    assert 'href="/workspace/1/sheet"' in page
    assert file.data == b"a,b"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("ending", ["", "/errors", "/result", "/notes", "/input", "/x"])
def test_somebody_elses_task_and_what_is_not_offered_are_not_found(app, ending):
    owner = make_user()
    task_id = start(owner)
    with transaction():
        keep_files(task_id, [FileFacts(FileRole.NOTES, "n.json", "application/json", b"{}")])

    assert browser_of(app, make_user()).get(f"/tasks/{task_id}{ending}").status_code == 404
    if ending:
        assert browser_of(app, owner).get(f"/tasks/{task_id}{ending}").status_code == 404


def test_signed_out_people_are_led_to_the_sign_in(app):
    task_id = start(make_user())

    assert app.test_client().get(f"/tasks/{task_id}").status_code == 303
    assert app.test_client().get("/tasks").status_code == 303


def test_a_task_can_be_stopped_by_its_owner_only(app):
    owner, other = make_user(), make_user()
    task_id = start(owner)

    assert cancel(browser_of(app, other), task_id, page="/tasks").status_code in {400, 404}
    assert db.session.get_one(Task, task_id, populate_existing=True).state == "waiting"
    assert cancel(browser_of(app, owner), task_id, page=f"/tasks/{task_id}").status_code == 303
    db.session.rollback()
    assert db.session.get_one(Task, task_id, populate_existing=True).state == "cancelled"


def test_tasks_are_found_again(app):
    owner = make_user()
    task_id = start(owner)
    start(make_user(), title="Việc của người khác")

    page = browser_of(app, owner).get("/tasks").text

    assert f'href="/tasks/{task_id}"' in page
    assert "Xem thử tệp" in page
    assert "Việc của người khác" not in page


def cancel(browser, task_id, *, page):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    return browser.post(f"/tasks/{task_id}/cancellation", data={"csrf_token": token[1] if token else ""})
