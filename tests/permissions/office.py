"""Decisions and findings of the offices that an address can name: part of `world`."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import uuid4

from catalog.decision_facts import DecisionFacts
from catalog.models.office import DecisionDraft, Finding, Proposal, ProposalLine
from core import clock as present
from tests.factories import saved
from tests.people import make_officer
from tests.permissions.roles import PROVINCE

HEAD = DecisionFacts(
    decision_number="8/QĐ", decided_on=date(2026, 1, 1), authority_level="province", authority_name="UBND"
)


def office_things(product: Any, people: dict[str, Any], evidence: object, paper: str) -> dict[str, object]:
    """Proposals, a finding and the draft of a decision. paper: the SHA-256 of what they stand on."""
    proposals = {}
    for name, officer in (
        ("proposal", make_officer("province", PROVINCE)),
        ("own_proposal", people["province"]),
    ):
        row = saved(
            Proposal(
                submission_key=str(uuid4()),
                kind="recognition",
                decision_number="7/QĐ",
                decided_on=date(2026, 1, 1),
                authority_level="province",
                authority_name="UBND",
                most_stars=4,
                needs_second=True,
                province_code=PROVINCE,
                document_sha256=paper,
                document_title="QĐ",
                evidence_id=evidence,
                proposed_by_id=officer.id,
                proposed_at=present.now(),
            )
        )
        saved(ProposalLine(proposal_id=row.id, position=1, product_id=product.id, stars=4))
        proposals[name] = row.id
    finding = saved(
        Finding(
            submission_key=str(uuid4()),
            product_id=product.id,
            message="Thiếu nhãn",
            found_on=date(2026, 1, 1),
            reported_by_id=people["commune"].id,
            reported_at=present.now(),
        )
    )
    draft = saved(
        DecisionDraft(
            key=str(uuid4()),
            made_by_id=people["province"].id,
            made_at=present.now(),
            facts=asdict(HEAD) | {"decided_on": HEAD.decided_on.isoformat()},
            rows=[],
            document_sha256=paper,
            document_title="QĐ",
            evidence_id=evidence,
        )
    )
    return {**proposals, "finding": finding.id, "decision_draft": draft.key}
