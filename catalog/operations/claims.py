"""Claiming an entry of the register: with a paper, decided by an officer of the area, and never a way to a star.

A claim moves people, not records: the recognitions of an entry, their sources and their papers stay as they were. An
approved claim to a producer makes the claimant its owner. An approved claim to a product puts it under the claimant's
producer; where the entry had no place of its own, it keeps that of the producer it was recorded under, so that the
origin as certified stays. What the old seller had open about it ends there: its sale, its draft, its certificates that
wait. What somebody holds already is a dispute, in which the officer says who holds it from now on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from accounts.actors import Actor
from accounts.errors import NotYoursError
from accounts.models import MemberRole, Membership, User
from accounts.operations.audit import record_act
from catalog.errors import ClaimEndedError, EntryNotClaimableError, InvalidClaimError
from catalog.facts import Refusal
from catalog.models import Place, Producer, Product
from catalog.models.evidence import CertificateClaim
from catalog.models.joining import Claim, ClaimOutcome, ClaimPaper
from catalog.operations.certificate_claims import take_back_claim
from catalog.operations.drafts import discard_draft
from catalog.operations.evidence import ReadPaper, keep_evidence
from catalog.operations.joining_notices import tell
from catalog.operations.products import refresh_search_text
from catalog.operations.publishing import unpublish_listing
from catalog.operations.team import lock_team
from catalog.operations.text_checks import optional_text
from catalog.permissions.office import can_decide, has_part
from catalog.permissions.workspace import can_manage_team
from catalog.queries.claims import entry_name, list_holder_ids
from catalog.queries.drafts import find_draft
from catalog.queries.office_scope import place_of_product
from core.db import db
from core.files import Storage

STATEMENT_MAX: Final = 2_000
PAPERS_MOST: Final = 5
OPEN_MOST: Final = 5
"""Open claims of one person at a time (docs/limits.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What is claimed and why. producer_id or product_id: the entry. for_producer_id: who gets a product."""

    producer_id: int | None = None
    product_id: int | None = None
    for_producer_id: int | None = None
    statement: str = ""


def claim_entry(
    facts: ClaimFacts, papers: Sequence[ReadPaper], *, by: Actor, files: Storage, now: datetime
) -> Claim:
    """Ask the office for an entry. Whoever holds it already is told, but not by whom.

    Raises InvalidClaimError without words or papers; EntryNotClaimableError for what the person holds or has claimed
    already, for made-up entries, and for too many claims at once; NotYoursError for an entry that does not exist or a
    producer that `by` does not own.
    """
    statement = optional_text("statement", facts.statement, STATEMENT_MAX)
    if statement is None:
        raise InvalidClaimError(field="statement", value="", reason=Refusal.MISSING)
    if not 1 <= len(papers) <= PAPERS_MOST:
        raise InvalidClaimError(field="paper", value=len(papers), reason=Refusal.NO_EVIDENCE)
    place = _claimable_place(facts, by)
    _require_room(by)
    claim = Claim(
        claimant_id=by.user_id,
        producer_id=facts.producer_id,
        product_id=facts.product_id,
        for_producer_id=facts.for_producer_id,
        province_code=place.current_province_code if place else None,
        statement=statement,
        claimed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(claim)
    except IntegrityError:
        raise EntryNotClaimableError(reason="open") from None
    _keep_papers(claim, papers, by=by, files=files, now=now)
    holders = list_holder_ids(claim)
    record_act(
        "catalog.claim_entry",
        by=by,
        subject=f"claim:{claim.id}",
        after=_facts_of(claim) | {"is_dispute": bool(holders)},
        producer_id=claim.for_producer_id,
        province_code=claim.province_code,
        now=now,
    )
    for holder_id in holders:
        tell(holder_id, "claim_disputed", now=now, name=entry_name(claim))
    return claim


def withdraw_claim(claim: Claim, *, by: Actor, now: datetime) -> None:
    """Take one's own claim back. Raises NotYoursError; ClaimEndedError if it has ended."""
    if claim.claimant_id != by.user_id:
        raise NotYoursError(claim_id=claim.id)
    _end(claim, ClaimOutcome.WITHDRAWN, by=by, now=now, reason=None)


def refuse_claim(claim: Claim, reason: str, *, by: Actor, now: datetime) -> None:
    """Say no, and why. Raises InvalidClaimError without a reason, NotYoursError, ClaimEndedError."""
    told = _reason(reason)
    if told is None:
        raise InvalidClaimError(field="reason", value="", reason=Refusal.MISSING)
    _require_decider(claim, by)
    _end(claim, ClaimOutcome.REFUSED, by=by, now=now, reason=told)
    tell(claim.claimant_id, "claim_refused", now=now, name=entry_name(claim))


def approve_claim(
    claim: Claim, reason: str = "", *, replaces: bool = False, by: Actor, now: datetime
) -> None:
    """Give the entry to the claimant, or to the claimant's producer.

    replaces: in a dispute, whoever held a producer is no member any more; without it the claimant joins them. A product
    has one producer: a disputed one moves only with `replaces`, else InvalidClaimError(field="replaces"), as without
    a reason in a dispute. Raises NotYoursError for another area, one's own claim, or a producer the officer works for;
    ClaimEndedError if it was decided before.
    """
    _require_decider(claim, by)
    if claim.producer_id is not None:
        lock_team(claim.producer_id)  # nobody joins between the reading of who holds it and the hand-over
    holders, told = list_holder_ids(claim), _reason(reason)
    if holders and told is None:
        raise InvalidClaimError(field="reason", value="", reason=Refusal.MISSING)
    if holders and claim.product_id is not None and not replaces:
        raise InvalidClaimError(field="replaces", value="", reason=Refusal.MISSING)
    _end(claim, ClaimOutcome.APPROVED, by=by, now=now, reason=told)
    if claim.product is not None:
        _hand_over_product(claim, claim.product, by, now)
    else:
        _hand_over_producer(claim, holders if replaces else [], by, now)
    tell(claim.claimant_id, "claim_approved", now=now, name=entry_name(claim))
    for holder_id in holders if replaces else ():
        tell(holder_id, "entry_handed_over", now=now, name=entry_name(claim))


def _claimable_place(facts: ClaimFacts, by: Actor) -> Place | None:
    if (facts.producer_id is None) == (facts.product_id is None):
        raise NotYoursError
    if facts.product_id is None:
        producer = db.session.get(Producer, facts.producer_id)
        if producer is None:
            raise NotYoursError(producer_id=facts.producer_id)
        if by.role_at(producer.id) is not None:
            raise EntryNotClaimableError(reason="own")
        _require_same_world(producer.is_demonstration, by)
        return producer.place
    product = db.session.get(Product, facts.product_id)
    if product is None or facts.for_producer_id is None or not can_manage_team(by, facts.for_producer_id):
        raise NotYoursError(product_id=facts.product_id)
    if product.producer_id == facts.for_producer_id:
        raise EntryNotClaimableError(reason="own")
    if product.source_id is None:
        raise EntryNotClaimableError(reason="not_register")
    _require_same_world(product.is_demonstration, by)
    return place_of_product(product)


def _require_same_world(is_demonstration: bool, by: Actor) -> None:
    """Made-up people cannot get hold of what is real, nor the other way round."""
    if is_demonstration != by.is_demonstration:
        raise EntryNotClaimableError(reason="not_register")


def _require_room(by: Actor) -> None:
    # The person's row is locked: two claims at once are counted one after the other.
    db.session.execute(select(User.id).where(User.id == by.user_id).with_for_update())
    open_now = select(func.count()).where(Claim.claimant_id == by.user_id, Claim.outcome.is_(None))
    if (db.session.scalar(open_now) or 0) >= OPEN_MOST:
        raise EntryNotClaimableError(reason="too_many")


def _keep_papers(
    claim: Claim, papers: Sequence[ReadPaper], *, by: Actor, files: Storage, now: datetime
) -> None:
    for number, paper in enumerate(papers, start=1):
        kept = keep_evidence(
            paper,
            title=f"Giấy tờ {number} của yêu cầu số {claim.id}",
            producer_id=None,
            by=by,
            files=files,
            now=now,
            province_code=claim.province_code,
            is_for_members=False,
        )
        if db.session.get(ClaimPaper, (claim.id, kept.id)) is None:
            db.session.add(ClaimPaper(claim_id=claim.id, evidence_id=kept.id))
            db.session.flush()


def _require_decider(claim: Claim, by: Actor) -> None:
    """An officer who decides in that area, and who has no part in it."""
    held_by_id = claim.product.producer_id if claim.product else None
    is_own = claim.claimant_id == by.user_id or has_part(
        by, claim.producer_id, claim.for_producer_id, held_by_id
    )
    if is_own or not can_decide(by, claim.province_code):
        raise NotYoursError(claim_id=claim.id)


def _reason(text: str) -> str | None:
    return optional_text("reason", text, STATEMENT_MAX)


def _end(claim: Claim, outcome: ClaimOutcome, *, by: Actor, now: datetime, reason: str | None) -> None:
    """One guarded UPDATE decides who of two comes first, not the read before it."""
    ended = db.session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.outcome.is_(None))
        .values(outcome=outcome.value, ended_by_id=by.user_id, ended_at=now, reason=reason)
    )
    if ended.rowcount == 0:  # type: ignore[attr-defined]
        raise ClaimEndedError(claim_id=claim.id, outcome=claim.outcome)
    db.session.refresh(claim)
    record_act(
        f"catalog.{_VERBS[outcome]}",
        by=by,
        subject=f"claim:{claim.id}",
        before={"outcome": None},
        after=_facts_of(claim) | {"outcome": outcome.value},
        reason=reason,
        producer_id=claim.for_producer_id or claim.producer_id,
        province_code=claim.province_code,
        now=now,
    )


_VERBS: Final = {
    ClaimOutcome.APPROVED: "approve_claim",
    ClaimOutcome.REFUSED: "refuse_claim",
    ClaimOutcome.WITHDRAWN: "withdraw_claim",
}


def _facts_of(claim: Claim) -> dict[str, int | None]:
    return {
        "producer_id": claim.producer_id,
        "product_id": claim.product_id,
        "for_producer_id": claim.for_producer_id,
    }


def _hand_over_producer(claim: Claim, replaced: Sequence[int], by: Actor, now: datetime) -> None:
    present = (Membership.producer_id == claim.producer_id, Membership.ended_at.is_(None))
    gone = (*replaced, claim.claimant_id)  # a smaller role of the claimant's becomes an owner's
    db.session.execute(update(Membership).where(*present, Membership.user_id.in_(gone)).values(ended_at=now))
    db.session.add(
        Membership(
            user_id=claim.claimant_id,
            producer_id=claim.producer_id,
            role=MemberRole.OWNER.value,
            added_by_id=by.user_id,
            joined_at=now,
        )
    )
    db.session.flush()


def _hand_over_product(claim: Claim, product: Product, by: Actor, now: datetime) -> None:
    _end_open_matters(product, by, now)
    before = {"producer_id": product.producer_id, "place_id": product.place_id}
    if product.place is None and product.producer is not None:
        product.place = product.producer.place
    product.producer = db.session.get_one(Producer, claim.for_producer_id)
    db.session.flush()
    refresh_search_text(product)
    record_act(
        "catalog.hand_over_product",
        by=by,
        subject=f"product:{product.id}",
        before=before,
        after={"producer_id": product.producer_id, "place_id": product.place_id},
        producer_id=product.producer_id,
        province_code=claim.province_code,
        now=now,
    )


def _end_open_matters(product: Product, by: Actor, now: datetime) -> None:
    """Nothing that the old seller began is sold, published or verified under the new one's name."""
    unpublish_listing(product, by=by, now=now)
    draft = find_draft(product.id)
    if draft is not None:
        discard_draft(draft, by=by, now=now)
    waiting = select(CertificateClaim).where(
        CertificateClaim.product_id == product.id,
        CertificateClaim.withdrawn_at.is_(None),
        ~CertificateClaim.review.has(),
    )
    for each in db.session.scalars(waiting.order_by(CertificateClaim.id)).all():
        take_back_claim(each, by=by, now=now)
