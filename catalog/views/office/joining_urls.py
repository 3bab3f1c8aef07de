"""Addresses of the office: claims, sellers to verify, help for producers."""

from catalog.views.office import claims
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/claims", claims.claims),
    ("GET", "/claims/<int:claim_id>", claims.claim),
    ("POST", "/claims/<int:claim_id>/decision", claims.claim_decision_create),
)
