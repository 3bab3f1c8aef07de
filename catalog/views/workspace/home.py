"""Where a producer's people come in: what is to be done, and the ways to everything else."""

from datetime import date

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.access import current_actor, needs, signed_in
from accounts.actors import Actor
from catalog.permissions.workspace import WRITERS, can_do_at, can_enter_workspace
from catalog.queries.joining_todos import FirstTask, list_first_tasks
from catalog.queries.todo import list_todos
from catalog.queries.workspace import get_own_producer, list_own_producers
from core import clock


@signed_in
def workspaces() -> str | Response:
    """The only producer one works for, or which one it shall be, or how to become one."""
    own = list_own_producers(current_actor())
    if len(own) == 1:
        return redirect(url_for("workspace.home", producer_id=own[0].id), 303)
    return render_template("workspace/workspaces.html", producers=own)


@needs(can_enter_workspace)
def home(producer_id: int) -> str:
    """To-do cards, newest first, and the ways on."""
    actor = current_actor()
    producer = get_own_producer(actor, producer_id)
    today = clock.today()
    return render_template(
        "workspace/home.html",
        producer=producer,
        todos=list_todos(actor, producer_id, today, current_app.extensions["todo_sources"]),
        tasks=_tasks(actor, producer_id, today),
        is_new=request.args.get("new") == "1",
    )


def _tasks(actor: Actor, producer_id: int, today: date) -> list[FirstTask]:
    """Those of the first days that are the person's to do."""
    if actor.role_at(producer_id) not in WRITERS:
        return []
    return [task for task in list_first_tasks(producer_id, today) if can_do_at(actor, producer_id, task.path)]
