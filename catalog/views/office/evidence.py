"""Private papers for officers, within their area."""

from flask import Response, render_template

from accounts.access import current_actor, needs
from accounts.operations.audit import record_act
from catalog.permissions.office import can_enter_office
from catalog.queries.evidence import get_office_evidence
from catalog.views.papers import original_answer, page_answer
from core import clock
from core.db import transaction


@needs(can_enter_office)
def evidence(evidence_id: int) -> str:
    """A paper on a page of its own, to be read whole."""
    return render_template("office/evidence.html", evidence=get_office_evidence(current_actor(), evidence_id))


@needs(can_enter_office)
def evidence_page(evidence_id: int, number: int) -> Response:
    """Our picture of one page."""
    return page_answer(get_office_evidence(current_actor(), evidence_id), number)


@needs(can_enter_office)
def evidence_original(evidence_id: int) -> Response:
    """The file itself, to be taken away and looked at with care. Who took it is noted."""
    actor = current_actor()
    found = get_office_evidence(actor, evidence_id)
    answer = original_answer(found)
    with transaction():
        record_act(
            "catalog.take_original",
            by=actor,
            subject=f"evidence:{evidence_id}",
            producer_id=found.producer_id,
            province_code=found.province_code,
            now=clock.now(),
        )
    return answer
