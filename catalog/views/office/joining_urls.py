"""Addresses of the office: claims, sellers to verify, help for producers."""

from catalog.views.office import assistance, claims, verifications
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/claims", claims.claims),
    ("GET", "/claims/<int:claim_id>", claims.claim),
    ("POST", "/claims/<int:claim_id>/decision", claims.claim_decision_create),
    ("GET", "/verifications", verifications.verifications),
    ("GET", "/verifications/<int:check_id>", verifications.verification),
    ("POST", "/verifications/<int:check_id>/decision", verifications.verification_decision_create),
    ("GET", "/assistance", assistance.assistance),
    ("GET", "/assistance/new", assistance.assistance_new),
    ("POST", "/assistance/codes", assistance.assistance_code_create),
    ("POST", "/assistance", assistance.assistance_create),
)
