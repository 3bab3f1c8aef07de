"""Which address leads to which page of complaints and rules of sale, under /admin."""

from typing import Final

from catalog.views.routes import Route
from orders.views.complaints_admin import (
    admin_complaint,
    admin_complaints,
    complaint_answer_create,
    complaint_taking_create,
)

ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/complaints", admin_complaints),
    ("GET", "/complaints/<int:complaint_id>", admin_complaint),
    ("POST", "/complaints/<int:complaint_id>/taking", complaint_taking_create),
    ("POST", "/complaints/<int:complaint_id>/answer", complaint_answer_create),
)
