"""Decisions of authorities on their way into the register, with four eyes where the law's weight asks for them.

3 stars need one officer; 4 and 5 stars, every withdrawal and every file of many products need a second one of the right
scope, who is somebody else. A proposal is frozen: whoever sees a mistake returns it, and a right one is proposed anew.
A wrong record is mended by a further decision or its withdrawal, never by editing.
Sources: Decision 26/2026/QĐ-TTg, articles 5, 6 and 8; docs/decisions/0026.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.operations.audit import record_act
from catalog.decision_facts import (
    DecisionFacts,
    DecisionLine,
    certification_facts,
)
from catalog.errors import DecisionFaultsError
from catalog.facts import RevocationFacts
from catalog.models import Certification, Product
from catalog.models.evidence import EvidenceFile
from catalog.models.office import Proposal, ProposalKind, ProposalLine
from catalog.operations.certifications import completed_facts
from catalog.operations.decision_checks import decision_faults, revocation_faults
from catalog.operations.office_notes import await_own_forms
from catalog.operations.text_checks import optional_text
from catalog.permissions.office import FOUR_EYES_FROM_STARS
from catalog.queries.office_decisions import find_proposal_by_key
from catalog.queries.office_scope import province_of
from core.db import db

NOTE_MAX: Final = 500


def propose_recognition(
    facts: DecisionFacts,
    lines: Sequence[DecisionLine],
    products: Mapping[int, Product],
    paper: EvidenceFile,
    *,
    by: Actor,
    now: datetime,
    submission_key: str,
    is_from_file: bool = False,
) -> Proposal:
    """State a decision that recognises `lines`. Nothing shows before it is released or recorded.

    products: those of the lines by id, read within the area of `by`. paper: see `decision_papers`. is_from_file: many
    products at once, which always wait for a second officer. The same `submission_key` of the same officer again gives
    the proposal there is. Raises DecisionFaultsError with every fault; NotYoursError for a paper that `by` did not hand
    in as a decision.
    """
    await_own_forms(by)
    known = find_proposal_by_key(by, submission_key)
    if known is not None:
        return known
    faults = decision_faults(facts, lines, products, by=by, now=now)
    if faults:
        raise DecisionFaultsError(faults=tuple(faults))
    most = max(line.stars for line in lines)
    clean = completed_facts(certification_facts(facts, most, None))
    proposal = _add(
        Proposal(
            submission_key=submission_key,
            kind=ProposalKind.RECOGNITION.value,
            decision_number=clean.decision_number,
            decided_on=clean.decided_on,
            authority_level=clean.authority_level,
            authority_name=clean.authority_name,
            criteria_version=clean.criteria_version,
            expires_on=clean.expires_on,
            expiry_basis=clean.expiry_basis,
            note=clean.note,
            most_stars=most,
            needs_second=is_from_file or most >= FOUR_EYES_FROM_STARS,
        ),
        [products[line.product_id] for line in lines],
        paper,
        by=by,
        now=now,
    )
    for position, line in enumerate(lines, start=1):
        proposal.lines.append(ProposalLine(position=position, **asdict(line)))
    return _noted(proposal, by, now)


def propose_revocation(
    certification: Certification,
    facts: RevocationFacts,
    paper: EvidenceFile,
    *,
    by: Actor,
    now: datetime,
    submission_key: str,
    note: str | None = None,
) -> Proposal:
    """State a decision that withdraws `certification`; it stays in force until a second officer releases this.

    Raises DecisionFaultsError, NotYoursError. The same `submission_key` again gives the proposal there is.
    """
    await_own_forms(by)
    known = find_proposal_by_key(by, submission_key)
    if known is not None:
        return known
    faults = revocation_faults(certification, facts, by=by, now=now)
    if faults:
        raise DecisionFaultsError(faults=tuple(faults))
    proposal = _add(
        Proposal(
            submission_key=submission_key,
            kind=ProposalKind.REVOCATION.value,
            decision_number=facts.decision_number,
            decided_on=facts.revoked_on,
            authority_name=facts.authority_name,
            ground=facts.ground,
            note=optional_text("note", note, NOTE_MAX),
            most_stars=certification.stars,
            needs_second=True,
        ),
        [certification.product],
        paper,
        by=by,
        now=now,
    )
    proposal.lines.append(
        ProposalLine(
            position=1,
            product_id=certification.product_id,
            certification_id=certification.id,
            stars=certification.stars,
        )
    )
    return _noted(proposal, by, now)


def proposal_facts(proposal: Proposal) -> dict[str, Any]:
    """What a proposal states, as the audit trail keeps it: values that JSON knows, no person."""
    return {
        "kind": proposal.kind,
        "decision_number": proposal.decision_number,
        "decided_on": proposal.decided_on.isoformat(),
        "authority_name": proposal.authority_name,
        "expires_on": proposal.expires_on.isoformat() if proposal.expires_on else None,
        "ground": proposal.ground,
        "product_count": len(proposal.lines),
        "stars": sorted({line.stars for line in proposal.lines}),
        "document_sha256": proposal.document_sha256,
        "needs_second": proposal.needs_second,
    }


def _add(
    proposal: Proposal,
    products: Sequence[Product],
    paper: EvidenceFile,
    *,
    by: Actor,
    now: datetime,
) -> Proposal:
    # Only what this officer handed in as a decision: never what a producer uploaded.
    if paper.kept_by_id != by.user_id or paper.is_for_members or paper.producer_id is not None:
        raise NotYoursError(evidence_id=paper.id)
    proposal.evidence = paper
    proposal.document_sha256, proposal.document_title = paper.sha256, paper.title
    provinces = {province_of(product) for product in products}
    proposal.province_code = provinces.pop() if len(provinces) == 1 else None
    proposal.proposed_by_id, proposal.proposed_at = by.user_id, now
    db.session.add(proposal)
    return proposal


def _noted(proposal: Proposal, by: Actor, now: datetime) -> Proposal:
    db.session.flush()
    record_act(
        "catalog.propose_decision",
        by=by,
        subject=f"proposal:{proposal.id}",
        after=proposal_facts(proposal),
        province_code=proposal.province_code,
        now=now,
    )
    return proposal
