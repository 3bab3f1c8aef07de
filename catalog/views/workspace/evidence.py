"""The papers of a producer, for those who work there."""

from flask import Response

from accounts.access import current_actor, needs
from catalog.permissions.workspace import can_enter_workspace
from catalog.queries.evidence import get_own_evidence
from catalog.views.papers import page_answer


@needs(can_enter_workspace)
def own_evidence_page(producer_id: int, evidence_id: int, number: int) -> Response:
    """Our picture of one page."""
    return page_answer(get_own_evidence(current_actor(), producer_id, evidence_id), number)
