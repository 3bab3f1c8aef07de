"""Addresses of the workspace: questions."""

from catalog.views.routes import Route
from catalog.views.workspace.questions import answer_create, hiding_create, questions

ROUTES: tuple[Route, ...] = (
    ("GET", "/<int:producer_id>/questions", questions),
    ("POST", "/<int:producer_id>/questions/<int:question_id>/answer", answer_create),
    ("POST", "/<int:producer_id>/questions/<int:question_id>/hiding", hiding_create),
)
