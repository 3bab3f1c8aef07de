"""Addresses of the office: what waits, decisions, what follows a recognition, findings."""

from catalog.views.office import bulk, decisions, listings, matters, recognitions
from catalog.views.office.home import home
from catalog.views.routes import Route

ROUTES: tuple[Route, ...] = (
    ("GET", "", home),
    ("GET", "/decisions", decisions.decisions),
    ("GET", "/decisions/choose", decisions.decision_choose),
    ("GET", "/decisions/new", decisions.decision_new),
    ("POST", "/decisions", decisions.decision_create),
    ("GET", "/decisions/import", bulk.import_new),
    ("POST", "/decisions/import", bulk.import_create),
    ("GET", "/decisions/import/template.<ending>", bulk.import_template),
    ("GET", "/decisions/import/<key>", bulk.import_draft),
    ("POST", "/decisions/import/<key>", bulk.import_propose),
    ("GET", "/decisions/<int:proposal_id>", decisions.decision),
    ("POST", "/decisions/<int:proposal_id>/release", decisions.decision_release),
    ("POST", "/decisions/<int:proposal_id>/return", decisions.decision_return),
    ("POST", "/decisions/<int:proposal_id>/withdrawal", decisions.decision_withdraw),
    ("POST", "/decisions/<int:proposal_id>/notes", matters.decision_note),
    ("GET", "/recognitions/<int:certification_id>/revocation", recognitions.revocation_new),
    ("POST", "/recognitions/<int:certification_id>/revocation", recognitions.revocation_create),
    ("GET", "/recognitions/<int:certification_id>/renewals", recognitions.renewal_new),
    ("POST", "/recognitions/<int:certification_id>/renewals", recognitions.renewal_create),
    ("GET", "/renewals/<int:dossier_id>/refusal", recognitions.refusal_new),
    ("POST", "/renewals/<int:dossier_id>/refusal", recognitions.refusal_create),
    ("GET", "/listings", listings.listings),
    ("GET", "/listings/<int:product_id>", listings.listing),
    ("POST", "/listings/<int:product_id>/reviews", listings.listing_review_create),
    ("GET", "/findings", matters.findings),
    ("GET", "/findings/<int:finding_id>", matters.finding),
    ("POST", "/findings/<int:finding_id>/notes", matters.finding_note),
    ("POST", "/findings/<int:finding_id>/closure", matters.finding_close),
    ("POST", "/products/<int:product_id>/findings", matters.finding_create),
)
