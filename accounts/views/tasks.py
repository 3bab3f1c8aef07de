"""Long tasks of a person: how far they are, what came of them, and where they are found again."""

from io import BytesIO
from typing import Final

from flask import Response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from accounts.access import current_actor, signed_in
from core import clock
from core.db import transaction
from core.tasks.models import FileRole
from core.tasks.queue import ask_to_cancel
from core.tasks.reading import (
    TaskNotFoundError,
    find_file,
    get_own_task,
    list_file_roles,
    list_own_tasks,
    seconds_left,
)

OFFERED: Final = (FileRole.RESULT, FileRole.ERRORS)


@signed_in
def tasks() -> str:
    """The latest tasks: one that was left is found here."""
    return render_template("accounts/tasks.html", tasks=list_own_tasks(current_actor().user_id))


@signed_in
def task(task_id: int) -> Response:
    """One task. Its own page asks again every two seconds, without JavaScript every five."""
    found = get_own_task(current_actor().user_id, task_id)
    page = render_template(
        "accounts/task.html",
        task=found,
        seconds_left=seconds_left(found, now=clock.now()),
        files=list_file_roles(found.id),
    )
    return Response(page, content_type="text/html; charset=utf-8")


@signed_in
def task_cancel(task_id: int) -> AnyResponse:
    """Ask that the task be stopped; harmless when it has ended."""
    with transaction():
        ask_to_cancel(get_own_task(current_actor().user_id, task_id), now=clock.now())
    return redirect(f"{request.script_root}/tasks/{task_id}", 303)


@signed_in
def task_file(task_id: int, role: str) -> Response:
    """A file of the task: what was made, or the rows that failed. Raises TaskNotFoundError."""
    found = get_own_task(current_actor().user_id, task_id)
    file = find_file(found.id, FileRole(role)) if role in OFFERED else None
    if file is None:
        raise TaskNotFoundError(task_id=task_id)
    answer = send_file(
        BytesIO(file.content), mimetype=file.media_type, as_attachment=True, download_name=file.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
