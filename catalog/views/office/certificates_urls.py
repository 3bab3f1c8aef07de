"""Addresses of the office: papers, and the certificates among them."""

from catalog.views.office import certificates, evidence
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "/certificates", certificates.certificates),
    ("GET", "/certificates/<int:claim_id>", certificates.certificate),
    ("POST", "/certificates/<int:claim_id>/review", certificates.certificate_review_create),
    ("POST", "/certificates/<int:claim_id>/withdrawal", certificates.certificate_withdrawal_create),
    ("GET", "/evidence/<int:evidence_id>", evidence.evidence),
    ("GET", "/evidence/<int:evidence_id>/pages/<int:number>", evidence.evidence_page),
    ("GET", "/evidence/<int:evidence_id>/original", evidence.evidence_original),
)
