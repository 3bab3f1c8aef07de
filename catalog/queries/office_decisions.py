"""Decisions that officers stated: those that wait, those that ended, and what they would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.models import Product
from catalog.models.office import EFFECTIVE, Proposal, ProposalKind, ProposalLine, ProposalOutcome
from catalog.permissions.office import can_recognise, has_part
from catalog.queries.office_scope import products_of, province_of
from catalog.queries.recognitions import recognition_facts
from catalog.recognition_rules import with_revocations
from catalog.stars import RecognitionFacts, stars_on
from core.db import db
from core.text import fold

STALE_AFTER: Final = timedelta(days=14)
"""A proposal that waits longer is listed as late. Ours; the law gives 15 days from a finding to its withdrawal."""

STATES: Final = ("waiting", "late", "ended", "all")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision changes for one product on a day. before, after: the stars that show, None for none."""

    line: ProposalLine
    before: int | None
    after: int | None


def find_proposal_by_key(actor: Actor, submission_key: str) -> Proposal | None:
    """What this officer proposed with that key. Raises NotYoursError if the key is another's."""
    found = db.session.scalar(select(Proposal).where(Proposal.submission_key == submission_key))
    if found is not None and found.proposed_by_id != actor.user_id:
        raise NotYoursError(submission_key=submission_key)
    return found


def get_office_proposal(actor: Actor, proposal_id: int) -> Proposal:
    """The proposal, if one of its products lies in the area of `actor`. Raises NotYoursError."""
    found = db.session.scalar(
        select(Proposal)
        .where(Proposal.id == proposal_id, proposals_of(actor))
        .options(joinedload(Proposal.proposed_by), joinedload(Proposal.outcome))
    )
    if found is None:
        raise NotYoursError(proposal_id=proposal_id)
    return found


def list_lines(actor: Actor, proposal: Proposal) -> list[ProposalLine]:
    """The lines of `proposal` that lie in the area of `actor`, in the order of the decision."""
    return list(
        db.session.scalars(
            select(ProposalLine)
            .join(ProposalLine.product)
            .where(ProposalLine.proposal_id == proposal.id, products_of(actor))
            .options(joinedload(ProposalLine.product).joinedload(Product.producer))
            .order_by(ProposalLine.position)
        )
    )


def list_effects(proposal: Proposal, lines: Sequence[ProposalLine], on: date) -> list[Effect]:
    """What the decision changes on `on` for the products of `lines`, were it taken in now. One statement."""
    known = recognition_facts([line.product_id for line in lines])
    return [_effect(proposal, line, known.get(line.product_id, []), on) for line in lines]


def proposals_of(actor: Actor) -> ColumnElement[bool]:
    """Whether a row of `proposal` has a line in the area of `actor`."""
    return Proposal.id.in_(
        select(ProposalLine.proposal_id)
        .join(Product, Product.id == ProposalLine.product_id)
        .where(products_of(actor))
        .correlate(None)
    )


def list_proposals(
    actor: Actor, state: str, now: datetime, *, words: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[Proposal], int]:
    """A page of the decisions in the area of `actor`, and how many there are; those that wait longest come first.

    state: one of STATES. words: in the number, the authority or the name of a product.
    """
    query = _in_state(select(Proposal).where(proposals_of(actor)), state, now)
    if words:
        query = query.where(_with_words(words))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    waits = state in ("waiting", "late")
    order = Proposal.id.asc() if waits else Proposal.id.desc()
    found = db.session.scalars(
        query.options(
            joinedload(Proposal.proposed_by),
            joinedload(Proposal.outcome).joinedload(ProposalOutcome.decided_by),
            selectinload(Proposal.lines).joinedload(ProposalLine.product),
        )
        .order_by(order)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return list(found), total


def count_waiting(actor: Actor) -> int:
    """How many proposals in the area wait for an officer other than `actor` who could release them."""
    waiting = db.session.scalars(
        select(Proposal)
        .outerjoin(ProposalOutcome)
        .where(ProposalOutcome.proposal_id.is_(None), proposals_of(actor))
        .options(selectinload(Proposal.lines).joinedload(ProposalLine.product).joinedload(Product.producer))
    )
    return sum(may_decide(actor, proposal) for proposal in waiting)


def may_decide(actor: Actor, proposal: Proposal) -> bool:
    """Whether `actor` is another officer of the right scope for every line."""
    return proposal.proposed_by_id != actor.user_id and is_in_scope(actor, proposal)


def is_in_scope(actor: Actor, proposal: Proposal) -> bool:
    """Whether the rank and the place of every line are `actor`'s to decide, who has a part in none of them."""
    return not is_own_producers(actor, proposal) and all(
        can_recognise(actor, line.stars, province_of(line.product)) for line in proposal.lines
    )


def is_own_producers(actor: Actor, proposal: Proposal) -> bool:
    """Whether `actor` works for a producer that the proposal is about."""
    return has_part(actor, *(line.product.producer_id for line in proposal.lines))


def is_late(proposal: Proposal, now: datetime) -> bool:
    """Whether it waits longer than it should."""
    return proposal.outcome is None and now - proposal.proposed_at > STALE_AFTER


def list_decisions_of(product_id: int) -> list[Proposal]:
    """Decisions that name the product, the newest first."""
    return list(
        db.session.scalars(
            select(Proposal)
            .join(Proposal.lines)
            .where(ProposalLine.product_id == product_id)
            .options(
                joinedload(Proposal.proposed_by),
                joinedload(Proposal.outcome).joinedload(ProposalOutcome.decided_by),
            )
            .order_by(Proposal.id.desc())
        )
    )


def _in_state(query: Select[Any], state: str, now: datetime) -> Select[Any]:
    if state == "all":
        return query
    query = query.outerjoin(ProposalOutcome)
    if state == "ended":
        return query.where(ProposalOutcome.proposal_id.is_not(None))
    query = query.where(ProposalOutcome.proposal_id.is_(None))
    return query.where(Proposal.proposed_at < now - STALE_AFTER) if state == "late" else query


def _with_words(words: str) -> ColumnElement[bool]:
    like = f"%{fold(words)}%"
    named = (
        select(ProposalLine.proposal_id)
        .join(Product, Product.id == ProposalLine.product_id)
        .where(Product.search_text.like(like))
        .correlate(None)
    )
    return (
        Proposal.decision_number.ilike(f"%{words}%")
        | Proposal.authority_name.ilike(f"%{words}%")
        | Proposal.id.in_(named)
    )


def _effect(proposal: Proposal, line: ProposalLine, known: list[RecognitionFacts], on: date) -> Effect:
    before = stars_on(known, on)
    if proposal.outcome is not None and proposal.outcome.outcome in EFFECTIVE:
        return Effect(line, before, before)
    if proposal.kind == ProposalKind.REVOCATION:
        after = stars_on([_revoked(facts, proposal, line) for facts in known], on)
        return Effect(line, before, after)
    stated = certification_facts_of(proposal, line)
    return Effect(line, before, stars_on(with_revocations([*known, stated]), on))


def certification_facts_of(proposal: Proposal, line: ProposalLine) -> RecognitionFacts:
    """What `catalog.stars` would judge if the line were recorded."""
    return RecognitionFacts(
        stars=line.stars,
        decision_number=proposal.decision_number,
        decided_on=proposal.decided_on,
        expires_on=proposal.expires_on,
    )


def _revoked(facts: RecognitionFacts, proposal: Proposal, line: ProposalLine) -> RecognitionFacts:
    taken = line.certification
    if taken is None or (facts.decision_number, facts.decided_on) != (
        taken.decision_number,
        taken.decided_on,
    ):
        return facts
    return RecognitionFacts(
        stars=facts.stars,
        decision_number=facts.decision_number,
        decided_on=facts.decided_on,
        expires_on=facts.expires_on,
        revoked_on=proposal.decided_on,
        renewal_filed_on=facts.renewal_filed_on,
        renewal_refused_on=facts.renewal_refused_on,
    )
