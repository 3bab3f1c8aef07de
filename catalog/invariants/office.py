"""What must always be true of decisions that officers recorded: run by `flask verify`."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Certification
from catalog.models.office import EFFECTIVE, Proposal, ProposalLine, ProposalOutcome, ProposalRecord
from core.db import db
from core.invariants import Facts, invariant


@invariant(
    "I9b",
    "a decision is in the register if and only if it was released (or needed one officer), line by line",
)
def decisions_not_as_released() -> Iterator[Facts]:
    """Lines of released decisions without their record, records of others, and records that say something else."""
    # Outcome and record are outer joined: each may be missing, which its type does not tell.
    rows: Any = db.session.execute(
        select(ProposalLine, Proposal, ProposalOutcome, ProposalRecord)
        .join(Proposal, Proposal.id == ProposalLine.proposal_id)
        .outerjoin(ProposalOutcome, ProposalOutcome.proposal_id == Proposal.id)
        .outerjoin(ProposalRecord, ProposalRecord.line_id == ProposalLine.id)
        .options(
            joinedload(ProposalRecord.certification).joinedload(Certification.document),
            joinedload(ProposalRecord.revocation),
        )
        .order_by(ProposalLine.id)
    )
    for line, proposal, outcome, record in rows:
        is_effective = outcome is not None and outcome.outcome in EFFECTIVE
        if is_effective != (record is not None):
            yield {"proposal_id": proposal.id, "line_id": line.id, "fault": "record and outcome disagree"}
        elif record is not None and (fault := _fault(line, proposal, record)):
            yield {"proposal_id": proposal.id, "line_id": line.id, "fault": fault}


def _fault(line: ProposalLine, proposal: Proposal, record: ProposalRecord) -> str | None:
    if record.revocation is not None:
        same = record.revocation.certification_id == line.certification_id
        return None if same else "another recognition was withdrawn"
    made = record.certification
    if made is None or made.product_id != line.product_id or made.stars != line.stars:
        return "the recognition says something else"
    if made.document is not None and made.document.sha256 != proposal.document_sha256:
        return "the recognition rests on another paper"
    return None
