"""How a proposal ends: recorded, released by a second officer, returned, withdrawn; once, whoever comes second.

The row of the proposal is locked before its end is looked for (on SQLite there is one writer anyway), and the table of
outcomes holds one row for each proposal: of two officers who release at the same moment one finds it done.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import User
from accounts.operations.audit import record_act
from catalog.decision_facts import DecisionFacts, certification_facts
from catalog.errors import OwnProducerError, OwnProposalError, ProposalDecidedError
from catalog.facts import RevocationFacts
from catalog.models import Certification, Document, Product, Revocation
from catalog.models.office import (
    OutcomeKind,
    Proposal,
    ProposalKind,
    ProposalLine,
    ProposalOutcome,
    ProposalRecord,
)
from catalog.operations.certifications import (
    record_certification,
    record_revocation,
    require_recordable,
)
from catalog.operations.decision_notices import tell_producer, tell_proposer
from catalog.operations.decision_papers import archive_decision_paper
from catalog.operations.proposals import proposal_facts
from catalog.operations.text_checks import optional_text, required_line
from catalog.permissions.office import can_recognise, has_part
from catalog.queries.office_scope import province_of
from core.db import db
from core.files import Storage
from core.text import fold

REASON_MAX: Final = 500

Change = tuple[dict[str, Any], dict[str, Any]]
"""What was before and after, as the trail keeps it."""


def release_proposal(
    proposal_id: int, *, by: Actor, now: datetime, files: Storage
) -> list[Certification | Revocation]:
    """Take the decision into the register: by a second officer, or by its own where one is enough. What it became.

    Raises NotYoursError outside the scope of `by`; OwnProducerError if `by` works for a producer it names;
    OwnProposalError for the proposer of what needs two, and for another account with the same telephone or e-mail;
    ProposalDecidedError if it has ended; ChangedPaperError if its paper is no longer the same; what
    `record_certification` and `record_revocation` raise if the register has changed meanwhile. Then nothing changed.
    """
    proposal = _open_proposal(proposal_id)
    is_own = proposal.proposed_by_id == by.user_id
    _require_scope(proposal, by)
    if proposal.needs_second or not is_own:
        _require_other_person(proposal, by)
    document = archive_decision_paper(proposal, files=files, now=now)
    outcome = OutcomeKind.RECORDED if is_own else OutcomeKind.RELEASED
    _end(proposal, outcome, None, by=by, now=now)
    return [_record(line, document, by=by, now=now) for line in proposal.lines]


def return_proposal(proposal_id: int, reason: str, *, by: Actor, now: datetime) -> ProposalOutcome:
    """Give the decision back to its proposer, with the reason; nothing comes into the register.

    Raises as `release_proposal` does, and InvalidFactError without a reason.
    """
    proposal = _open_proposal(proposal_id)
    _require_scope(proposal, by)
    _require_other_person(proposal, by)
    line = required_line("reason", reason, REASON_MAX)
    return _end(proposal, OutcomeKind.RETURNED, line, by=by, now=now)


def withdraw_proposal(
    proposal_id: int, *, by: Actor, now: datetime, reason: str | None = None
) -> ProposalOutcome:
    """Take one's own proposal back. Raises NotYoursError for another's, ProposalDecidedError if it has ended."""
    proposal = _open_proposal(proposal_id)
    if proposal.proposed_by_id != by.user_id:
        raise NotYoursError(proposal_id=proposal_id)
    return _end(proposal, OutcomeKind.WITHDRAWN, optional_text("reason", reason, REASON_MAX), by=by, now=now)


def is_same_person(one: User, other: User) -> bool:
    """Whether two accounts are reached by one telephone or one mailbox.

    A mailbox is the same with a tag («lan+2@…») and in capitals. The database keeps whole addresses apart already.
    """
    if one.id == other.id:
        return True
    phones = {_digits(each.phone) for each in (one, other)}
    boxes = {_mailbox(each.email) for each in (one, other)}
    return (len(phones) == 1 and None not in phones) or (len(boxes) == 1 and None not in boxes)


def _open_proposal(proposal_id: int) -> Proposal:
    # The lock alone first: PostgreSQL waits here for whoever ends it now, and only then looks for the end.
    held = db.session.scalar(select(Proposal.id).where(Proposal.id == proposal_id).with_for_update())
    if held is None:
        raise NotYoursError(proposal_id=proposal_id)
    ended = db.session.get(ProposalOutcome, proposal_id)
    if ended is not None:
        raise ProposalDecidedError(
            proposal_id=proposal_id, outcome=ended.outcome, decided_at=ended.decided_at
        )
    return db.session.get_one(Proposal, proposal_id)


def _require_scope(proposal: Proposal, by: Actor) -> None:
    """Whoever releases or returns must be allowed to decide about every line, and have a part in none of them."""
    if not all(can_recognise(by, line.stars, province_of(line.product)) for line in proposal.lines):
        raise NotYoursError(proposal_id=proposal.id)
    if has_part(by, *(line.product.producer_id for line in proposal.lines)):
        raise OwnProducerError(subject=f"proposal:{proposal.id}")


def _require_other_person(proposal: Proposal, by: Actor) -> None:
    if is_same_person(proposal.proposed_by, db.session.get_one(User, by.user_id)):
        raise OwnProposalError(proposal_id=proposal.id)


def _end(
    proposal: Proposal, outcome: OutcomeKind, reason: str | None, *, by: Actor, now: datetime
) -> ProposalOutcome:
    ended = ProposalOutcome(
        proposal_id=proposal.id,
        proposed_by_id=proposal.proposed_by_id,
        needs_second=proposal.needs_second,
        outcome=outcome.value,
        decided_by_id=by.user_id,
        decided_at=now,
        reason=reason,
    )
    db.session.add(ended)
    db.session.flush()
    record_act(
        f"catalog.{_VERBS[outcome]}",
        by=by,
        subject=f"proposal:{proposal.id}",
        before={"outcome": None},
        after={"outcome": outcome.value, **proposal_facts(proposal)},
        reason=reason,
        province_code=proposal.province_code,
        now=now,
    )
    tell_proposer(proposal, ended, now=now)
    return ended


def _record(
    line: ProposalLine, document: Document, *, by: Actor, now: datetime
) -> Certification | Revocation:
    """The line in the register, with its row in the trail of the product."""
    proposal, product = line.proposal, line.product
    known = sorted(each.id for each in product.certifications)
    made: Certification | Revocation
    if proposal.kind == ProposalKind.REVOCATION and line.certification is not None:
        made = record_revocation(line.certification, _revocation_facts(proposal), now=now)
        db.session.add(ProposalRecord(line_id=line.id, revocation_id=made.id))
        changed: Change = ({"revocation": None}, {"revocation": made.id})
    else:
        facts = certification_facts(_decision_facts(proposal), line.stars, line.score)
        require_recordable(product, facts, now=now)  # nothing is released of a decision withdrawn meanwhile
        made = record_certification(product, facts, now=now, document=document)
        db.session.add(ProposalRecord(line_id=line.id, certification_id=made.id))
        changed = ({"recognitions": known}, {"recognitions": sorted({*known, made.id})})
    _note(line, product, changed, by=by, now=now)
    tell_producer(line, now=now)
    return made


def _note(line: ProposalLine, product: Product, changed: Change, *, by: Actor, now: datetime) -> None:
    is_revocation = line.proposal.kind == ProposalKind.REVOCATION
    record_act(
        "catalog.record_revocation" if is_revocation else "catalog.record_certification",
        by=by,
        subject=f"product:{product.id}",
        before=changed[0],
        after={
            **changed[1],
            "stars": line.stars,
            "decision_number": line.proposal.decision_number,
            "decided_on": line.proposal.decided_on.isoformat(),
            "proposal": line.proposal_id,
        },
        producer_id=product.producer_id,
        province_code=province_of(product),
        now=now,
    )


def _decision_facts(proposal: Proposal) -> DecisionFacts:
    return DecisionFacts(
        decision_number=proposal.decision_number,
        decided_on=proposal.decided_on,
        authority_level=proposal.authority_level or "",
        authority_name=proposal.authority_name,
        criteria_version=proposal.criteria_version,
        expires_on=proposal.expires_on,
        expiry_basis=proposal.expiry_basis,
        note=proposal.note,
    )


def _revocation_facts(proposal: Proposal) -> RevocationFacts:
    return RevocationFacts(
        decision_number=proposal.decision_number,
        revoked_on=proposal.decided_on,
        ground=proposal.ground or "",
        authority_name=proposal.authority_name,
    )


_VERBS: Final = {
    OutcomeKind.RECORDED: "record_decision",
    OutcomeKind.RELEASED: "release_decision",
    OutcomeKind.RETURNED: "return_decision",
    OutcomeKind.WITHDRAWN: "withdraw_decision",
}


def _digits(phone: str | None) -> str | None:
    return "".join(sign for sign in phone if sign.isdigit())[-9:] if phone else None


def _mailbox(email: str | None) -> str | None:
    if not email:
        return None
    name, _, host = fold(email).rpartition("@")
    return f"{name.partition('+')[0]}@{host}"
