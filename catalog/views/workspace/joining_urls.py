"""Addresses of the workspace: coming in, joining, the team."""

from catalog.views.routes import Route
from catalog.views.workspace import home

ROUTES: tuple[Route, ...] = (
    ("GET", "", home.workspaces),
    ("GET", "/<int:producer_id>", home.home),
)
