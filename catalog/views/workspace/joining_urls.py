"""Addresses of the workspace: coming in, joining, the team."""

from catalog.views.routes import Route
from catalog.views.workspace import about, claims, guides, home, registration, team

_OWN = "/<int:producer_id>"

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
    ("GET", "/invitations/<token>", team.invitation),
    ("POST", "/invitations/<token>/acceptance", team.invitation_acceptance_create),
    ("POST", "/invitations/<token>/refusal", team.invitation_refusal_create),
    ("GET", "/<int:producer_id>", home.home),
    ("GET", f"{_OWN}/about", about.about),
    ("POST", f"{_OWN}/about", about.about_save),
    ("POST", f"{_OWN}/about/verification", about.verification_create),
    ("GET", f"{_OWN}/declarations", about.declarations),
    ("POST", f"{_OWN}/declarations/<kind>", about.declaration_save),
    ("GET", f"{_OWN}/guides", guides.guides),
    ("GET", f"{_OWN}/guides/<name>", guides.guide),
    ("GET", f"{_OWN}/team", team.team),
    ("POST", f"{_OWN}/team/invitations", team.invitation_create),
    ("POST", f"{_OWN}/team/invitations/<int:invitation_id>/withdrawal", team.invitation_withdrawal_create),
    ("POST", f"{_OWN}/team/<int:membership_id>/role", team.member_role_create),
    ("POST", f"{_OWN}/team/<int:membership_id>/removal", team.member_removal_create),
    ("POST", f"{_OWN}/assistance", team.assistance_create),
    ("POST", f"{_OWN}/assistance/<int:assistance_id>/end", team.assistance_end_create),
)
