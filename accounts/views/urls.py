"""Which address leads to which page of a person's account."""

from flask import Blueprint

from accounts.views import admin_urls, tasks
from accounts.views.sign_in_urls import ROUTES

blueprint = Blueprint("accounts", __name__)

blueprint.add_url_rule("/tasks", view_func=tasks.tasks)
blueprint.add_url_rule("/tasks/<int:task_id>", view_func=tasks.task)
blueprint.add_url_rule("/tasks/<int:task_id>/cancellation", view_func=tasks.task_cancel, methods=["POST"])
blueprint.add_url_rule("/tasks/<int:task_id>/<role>", view_func=tasks.task_file)

for method, address, view in ROUTES:
    blueprint.add_url_rule(address, view_func=view, methods=[method])

for _method, _address, _view in admin_urls.ROUTES:
    blueprint.add_url_rule(_address, view_func=_view, methods=[_method])
