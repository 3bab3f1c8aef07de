"""Addresses of the workspace: pictures, papers, certificates."""

from catalog.views.routes import Route
from catalog.views.workspace import evidence

_PAPER = "/<int:producer_id>/evidence/<int:evidence_id>"

ROUTES: tuple[Route, ...] = (("GET", f"{_PAPER}/pages/<int:number>", evidence.own_evidence_page),)
