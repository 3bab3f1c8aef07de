"""Which address leads to which page of a person's account."""

from flask import Blueprint

from accounts.views import tasks

blueprint = Blueprint("accounts", __name__)

blueprint.add_url_rule("/tasks", view_func=tasks.tasks)
blueprint.add_url_rule("/tasks/<int:task_id>", view_func=tasks.task)
blueprint.add_url_rule("/tasks/<int:task_id>/cancellation", view_func=tasks.task_cancel, methods=["POST"])
blueprint.add_url_rule("/tasks/<int:task_id>/<role>", view_func=tasks.task_file)
