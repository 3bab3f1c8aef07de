"""Addresses of fairs: the organiser's under /organiser, the producer's under /workspace."""

from typing import Final

from catalog.views.routes import Route
from promotion.views import fairs_desk as desk
from promotion.views import fairs_desk_evidence as evidence
from promotion.views.organiser import fairs, papers, plan, producers, programme

_FAIR: Final = "/fairs/<int:fair_id>"
_PART: Final = f"{_FAIR}/producers/<int:participation_id>"
_DESK: Final = "/<int:producer_id>/fairs"
_DESK_FAIR: Final = f"{_DESK}/<int:fair_id>"

ORGANISER_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "", fairs.fairs),
    ("GET", "/fairs/new", fairs.fair_new),
    ("POST", "/fairs", fairs.fair_create),
    ("GET", _FAIR, fairs.fair),
    ("GET", f"{_FAIR}/edit/<step>", fairs.fair_edit),
    ("POST", f"{_FAIR}/edit/<step>", fairs.fair_change),
    ("POST", f"{_FAIR}/publication", fairs.publication_create),
    ("POST", f"{_FAIR}/cancellation", fairs.cancellation_create),
    ("POST", f"{_FAIR}/pickup", fairs.pickup_create),
    ("POST", f"{_FAIR}/pickup/ending", fairs.pickup_ending_create),
    ("GET", f"{_FAIR}/plan", plan.plan),
    ("POST", f"{_FAIR}/plan/size", plan.plan_size_change),
    ("POST", f"{_FAIR}/booths", plan.booth_create),
    ("GET", f"{_FAIR}/booths/<int:booth_id>", plan.booth),
    ("POST", f"{_FAIR}/booths/<int:booth_id>", plan.booth_change),
    ("POST", f"{_FAIR}/booths/<int:booth_id>/removal", plan.booth_removal_create),
    ("POST", f"{_FAIR}/booth-file/check", plan.booth_file_check),
    ("POST", f"{_FAIR}/booth-file", plan.booth_file_create),
    ("GET", f"{_FAIR}/programme", programme.programme),
    ("POST", f"{_FAIR}/programme", programme.session_create),
    ("POST", f"{_FAIR}/programme/<int:session_id>/removal", programme.session_removal_create),
    ("GET", f"{_FAIR}/producers", producers.producers),
    ("GET", f"{_FAIR}/invitations", producers.invitations),
    ("POST", f"{_FAIR}/invitations", producers.invitation_create),
    ("POST", f"{_PART}/confirmation", producers.confirmation_create),
    ("POST", f"{_PART}/refusal", producers.refusal_create),
    ("POST", f"{_PART}/booth", producers.booth_give),
    ("GET", f"{_FAIR}/papers", papers.papers),
    ("GET", f"{_FAIR}/papers/poster-<size>.pdf", papers.poster),
    ("GET", f"{_FAIR}/papers/booth-cards.pdf", papers.booth_cards),
    ("GET", f"{_FAIR}/papers/booth-cards/<int:booth_id>.pdf", papers.booth_card),
    ("GET", f"{_FAIR}/papers/badges.pdf", papers.badges),
)
DESK_ROUTES: Final[tuple[Route, ...]] = (
    ("GET", "/fairs/<slug>", desk.fair_invitation),
    ("GET", _DESK, desk.fairs),
    ("GET", f"{_DESK}/evidence", evidence.fair_evidence),
    ("GET", f"{_DESK}/evidence.pdf", evidence.fair_evidence_paper),
    ("GET", f"{_DESK}/evidence.csv", evidence.fair_evidence_table),
    ("GET", _DESK_FAIR, desk.fair),
    ("POST", f"{_DESK_FAIR}/registration", desk.registration_create),
    ("POST", f"{_DESK_FAIR}/withdrawal", desk.withdrawal_create),
    ("POST", f"{_DESK_FAIR}/pickup-offer", desk.pickup_offer_create),
    ("GET", f"{_DESK_FAIR}/goods", desk.fair_goods),
    ("POST", f"{_DESK_FAIR}/goods", desk.fair_goods_change),
    ("POST", f"{_DESK_FAIR}/goods/<int:product_id>/samples", desk.sample_create),
)
