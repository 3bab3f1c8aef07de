"""Addresses of the office: papers, and the certificates among them."""

from catalog.views.office import evidence
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/evidence/<int:evidence_id>", evidence.evidence),
    ("GET", "/evidence/<int:evidence_id>/pages/<int:number>", evidence.evidence_page),
    ("GET", "/evidence/<int:evidence_id>/original", evidence.evidence_original),
)
