"""Addresses of the workspace: coming in, joining, the team."""

from catalog.views.routes import Route
from catalog.views.workspace import claims, home, registration

ROUTES: tuple[Route, ...] = (
    ("GET", "", home.workspaces),
    ("GET", "/new", registration.registration),
    ("POST", "/new", registration.registration_create),
    ("GET", "/new/<step>", registration.registration_step),
    ("POST", "/new/<step>", registration.registration_step_save),
    ("GET", "/claims/new", claims.claim_new),
    ("POST", "/claims", claims.claim_create),
    ("GET", "/claims/<int:claim_id>", claims.claim),
    ("POST", "/claims/<int:claim_id>/withdrawal", claims.claim_withdrawal_create),
    ("GET", "/<int:producer_id>", home.home),
)
