"""Addresses of the workspace: coming in, joining, the team."""

from catalog.views.routes import Route
from catalog.views.workspace import home, registration

ROUTES: tuple[Route, ...] = (
    ("GET", "", home.workspaces),
    ("GET", "/new", registration.registration),
    ("POST", "/new", registration.registration_create),
    ("GET", "/new/<step>", registration.registration_step),
    ("POST", "/new/<step>", registration.registration_step_save),
    ("GET", "/<int:producer_id>", home.home),
)
