"""One decision with many products from a table: read and matched first, proposed as one afterwards, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, select

from accounts.actors import Actor
from accounts.errors import NotYoursError
from catalog.decision_facts import DecisionFacts, DecisionFault, DecisionLine
from catalog.decision_sheet import SheetRow
from catalog.errors import DecisionFaultsError
from catalog.facts import Refusal
from catalog.models.evidence import EvidenceFile
from catalog.models.office import DecisionDraft, Proposal
from catalog.operations.office_notes import await_own_forms
from catalog.operations.proposals import propose_recognition
from catalog.queries.office_decisions import find_proposal_by_key
from catalog.queries.office_matches import Match, match_rows
from catalog.queries.office_scope import get_office_products
from core.db import db

DRAFT_LIVES: Final = timedelta(days=1)


def make_draft(
    facts: DecisionFacts,
    rows: Sequence[SheetRow],
    paper: EvidenceFile,
    *,
    by: Actor,
    now: datetime,
    key: str,
) -> DecisionDraft:
    """Keep a table that was read, with what its rows mean, until its officer has looked at it. Nothing counts yet.

    The same `key` again gives the draft there is. Drafts of more than a day are thrown away.
    """
    await_own_forms(by)
    db.session.execute(delete(DecisionDraft).where(DecisionDraft.made_at < now - DRAFT_LIVES))
    known = db.session.scalar(select(DecisionDraft).where(DecisionDraft.key == key))
    if known is not None:
        return _own(known, by)
    matches = match_rows(by, rows)
    draft = DecisionDraft(
        key=key,
        made_by_id=by.user_id,
        made_at=now,
        facts=_stored_facts(facts),
        rows=[_stored_row(row, match) for row, match in zip(rows, matches, strict=True)],
        document_sha256=paper.sha256,
        document_title=paper.title,
        evidence=paper,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def get_own_draft(actor: Actor, key: str) -> DecisionDraft:
    """The draft of this officer with that key. Raises NotYoursError."""
    found = db.session.scalar(select(DecisionDraft).where(DecisionDraft.key == key))
    if found is None:
        raise NotYoursError(key=key)
    return _own(found, actor)


def propose_draft(key: str, chosen: Mapping[int, int], *, by: Actor, now: datetime) -> Proposal:
    """Propose the decision of a draft as one; the draft is gone then. The same again gives the proposal there is.

    chosen: line of the table to the product chosen among its candidates. Raises DecisionFaultsError with a fault for
    each row that cannot be taken (position: its line); then nothing has changed.
    """
    await_own_forms(by)
    known = find_proposal_by_key(by, key)
    if known is not None:
        return known
    draft = get_own_draft(by, key)
    faults = [fault for row in draft.rows if (fault := row_fault(row, chosen)) is not None]
    if faults:
        raise DecisionFaultsError(faults=tuple(faults))
    lines = [_line(row, chosen) for row in draft.rows]
    products = {each.id: each for each in get_office_products(by, [line.product_id for line in lines])}
    try:
        proposal = propose_recognition(
            facts_of(draft),
            lines,
            products,
            draft.evidence,
            by=by,
            now=now,
            submission_key=key,
            is_from_file=True,
        )
    except DecisionFaultsError as error:
        told: Any = error.facts["faults"]
        raise DecisionFaultsError(faults=tuple(_at_line(draft, each) for each in told)) from None
    db.session.delete(draft)
    db.session.flush()
    return proposal


def row_fault(row: Mapping[str, Any], chosen: Mapping[int, int]) -> DecisionFault | None:
    """Why a row of a draft cannot be taken as it is; position: its line of the table."""
    if row["fault"] is not None:
        field, reason = row["fault"]
        return DecisionFault(row["line"], field, None, reason)
    if row["product_id"] is not None:
        return None
    if not row["candidates"]:
        return DecisionFault(
            row["line"], "product", row["name"] or row["code"] or row["key"], Refusal.NOT_FOUND
        )
    if chosen.get(row["line"]) not in row["candidates"]:
        return DecisionFault(row["line"], "product", row["name"], Refusal.NOT_CHOSEN)
    return None


def facts_of(draft: DecisionDraft) -> DecisionFacts:
    """The head of the decision as it was typed."""
    stored = dict(draft.facts)
    stored["decided_on"] = date.fromisoformat(stored["decided_on"])
    if stored["expires_on"] is not None:
        stored["expires_on"] = date.fromisoformat(stored["expires_on"])
    return DecisionFacts(**stored)


def _own(draft: DecisionDraft, by: Actor) -> DecisionDraft:
    if draft.made_by_id != by.user_id:
        raise NotYoursError(key=draft.key)
    return draft


def _line(row: Mapping[str, Any], chosen: Mapping[int, int]) -> DecisionLine:
    product_id = row["product_id"] or chosen[row["line"]]
    score = Decimal(row["score"]) if row["score"] is not None else None
    return DecisionLine(product_id=product_id, stars=row["stars"], score=score)


def _at_line(draft: DecisionDraft, fault: DecisionFault) -> DecisionFault:
    """The same fault at the line of the table instead of the position in the decision."""
    if fault.position is None:
        return fault
    line = draft.rows[fault.position - 1]["line"]
    return DecisionFault(line, fault.field, fault.value, fault.reason, fault.recorded)


def _stored_facts(facts: DecisionFacts) -> dict[str, Any]:
    stored = asdict(facts)
    stored["decided_on"] = facts.decided_on.isoformat()
    stored["expires_on"] = facts.expires_on.isoformat() if facts.expires_on else None
    return stored


def _stored_row(row: SheetRow, match: Match) -> dict[str, Any]:
    return {
        "line": row.line,
        "key": row.key,
        "code": row.code,
        "name": row.name,
        "producer": row.producer,
        "stars": row.stars,
        "score": str(row.score) if row.score is not None else None,
        "fault": list(row.fault) if row.fault else None,
        "product_id": match.certain,
        "candidates": list(match.candidates),
    }
