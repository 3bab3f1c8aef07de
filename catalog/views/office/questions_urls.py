"""Addresses of the office: reported questions."""

from catalog.views.office.questions import question_reports, question_settlement_create
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/questions", question_reports),
    ("POST", "/questions/<int:report_id>/settlement", question_settlement_create),
)
