"""Recognitions and their withdrawal. Only ever added, never edited: what was recorded stays readable."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from catalog.errors import AlreadyRevokedError, ContradictingRecordError, InvalidCertificationError
from catalog.facts import CertificationFacts, Refusal, RevocationFacts
from catalog.models import Certification, Document, ExpiryBasis, Product, Revocation, RevocationGround, Source
from catalog.operations.public_log import enter_certification, enter_revocation
from catalog.operations.text_checks import optional_line, required_line
from catalog.operations.webhook_news import tell_of_recognition, tell_of_revocation
from catalog.recognition_rules import certification_faults, decision_key
from catalog.stars import expiry_by_law
from core.clock import vietnam_date
from core.db import db
from core.text import tone_key

NUMBER_MAX = 60
POINTS = Decimal("0.01")

# Two records of one decision must agree in these; where one is silent they do.
_MUST_AGREE = (
    "stars",
    "score",
    "decided_on",
    "recognised_year",
    "authority_level",
    "authority_name",
    "criteria_version",
    "expires_on",
)


def record_certification(
    product: Product,
    facts: CertificationFacts,
    *,
    now: datetime,
    source: Source | None = None,
    document: Document | None = None,
) -> Certification:
    """Record that `product` was recognised, with what it rests on: a cited publication or a stored document.

    The same facts again, or fewer of them, give the record there is. More facts about the same decision (its day,
    its document) are a further record, which from then on counts. Raises ContradictingRecordError if the same
    decision is on record with other facts; InvalidCertificationError (field, value, reason) for what cannot be:
    stars other than 3, 4, 5, an authority that could not give them then, a day of the future, a term longer than
    the law's, a mere claim (level C), no evidence at all, more about a decision that was withdrawn. Then nothing
    has changed.
    """
    facts, same_decision = _agreed(product, facts, now=now)
    if source is None and document is None:
        raise InvalidCertificationError(field="source", value=None, reason=Refusal.NO_EVIDENCE)
    stated = _stated(facts, source, document)
    for record in same_decision:
        if _says_all(record, stated):
            return record
    _require_not_withdrawn(facts, same_decision)
    certification = Certification(
        product=product, record_key=_record_key(facts, len(same_decision)), recorded_at=now, **stated
    )
    db.session.add(certification)
    db.session.flush()
    enter_certification(certification, now)
    tell_of_recognition(certification, now=now)
    return certification


def require_recordable(product: Product, facts: CertificationFacts, *, now: datetime) -> CertificationFacts:
    """`facts` completed, if `product` could be recorded as recognised by them; records nothing.

    Raises as `record_certification` does, besides for evidence, which is not looked at; for a withdrawn decision
    even where its record says as much.
    """
    facts, same_decision = _agreed(product, facts, now=now)
    _require_not_withdrawn(facts, same_decision)
    return facts


def completed_facts(facts: CertificationFacts) -> CertificationFacts:
    """`facts` with clean texts, the year of its day, and the legal last day if its basis is the law."""
    expires_on, year = facts.expires_on, facts.recognised_year
    if facts.decided_on is not None:
        year = facts.decided_on.year
        if facts.expiry_basis == ExpiryBasis.LAW and expires_on is None:
            expires_on = expiry_by_law(facts.decided_on)
    basis = facts.expiry_basis or (ExpiryBasis.SOURCE.value if expires_on else None)
    return replace(
        facts,
        score=None if facts.score is None else facts.score.quantize(POINTS, ROUND_HALF_UP),
        decision_number=optional_line("decision_number", facts.decision_number, NUMBER_MAX),
        authority_name=optional_line("authority_name", facts.authority_name),
        note=optional_line("note", facts.note),
        recognised_year=year,
        expires_on=expires_on,
        expiry_basis=basis if expires_on else None,
    )


def record_revocation(certification: Certification, facts: RevocationFacts, *, now: datetime) -> Revocation:
    """Withdraw `certification` from `facts.revoked_on` on. The same again gives the record there is.

    Raises AlreadyRevokedError if it was withdrawn by other facts, InvalidCertificationError for a day before the
    decision or in the future and for an unknown ground. Source: 26/2026 art. 8.
    """
    number = required_line("decision_number", facts.decision_number, NUMBER_MAX)
    authority = required_line("authority_name", facts.authority_name)
    require_revocable(certification, facts, now=now)
    known = certification.revocation
    if known is None:
        revocation = Revocation(
            certification=certification,
            decision_number=number,
            revoked_on=facts.revoked_on,
            ground=facts.ground,
            authority_name=authority,
            recorded_at=now,
        )
        db.session.add(revocation)
        db.session.flush()
        enter_revocation(revocation, now)
        tell_of_revocation(revocation, now=now)
        return revocation
    same_decision = decision_key(known.decision_number) == decision_key(number)
    if not same_decision or (known.revoked_on, known.ground) != (facts.revoked_on, facts.ground):
        raise AlreadyRevokedError(certification_id=certification.id, revoked_on=known.revoked_on)
    return known


def require_revocable(certification: Certification, facts: RevocationFacts, *, now: datetime) -> None:
    """Raises InvalidCertificationError if `facts` cannot withdraw `certification`; records nothing."""
    if facts.ground not in set(RevocationGround):
        raise InvalidCertificationError(field="ground", value=facts.ground, reason=Refusal.UNKNOWN_CHOICE)
    if facts.revoked_on > vietnam_date(now):
        raise InvalidCertificationError(
            field="revoked_on", value=facts.revoked_on, reason=Refusal.IN_THE_FUTURE
        )
    if certification.decided_on is not None and facts.revoked_on < certification.decided_on:
        reason = Refusal.BEFORE_DECISION
        raise InvalidCertificationError(field="revoked_on", value=facts.revoked_on, reason=reason)


def _agreed(
    product: Product, facts: CertificationFacts, *, now: datetime
) -> tuple[CertificationFacts, list[Certification]]:
    """`facts` completed, and what is on record of their decision, which they do not contradict."""
    facts = completed_facts(facts)
    fault = next(certification_faults(facts, vietnam_date(now)), None)
    if fault is not None:
        raise InvalidCertificationError(field=fault.field, value=fault.value, reason=fault.reason)
    same_decision, stated = _records_of_decision(product, facts), _stated(facts, None, None)
    for record in same_decision:
        _require_agreement(record, stated)
    return facts, same_decision


def _require_not_withdrawn(facts: CertificationFacts, same_decision: Iterable[Certification]) -> None:
    if any(record.revocation is not None for record in same_decision):
        number = facts.decision_number
        raise InvalidCertificationError(field="decision_number", value=number, reason=Refusal.ALREADY_REVOKED)


def _records_of_decision(product: Product, facts: CertificationFacts) -> list[Certification]:
    """What is on record of the same decision: the same number and year, none counting as a number of its own."""
    wanted = (decision_key(facts.decision_number), facts.recognised_year)
    records = db.session.scalars(
        select(Certification).where(Certification.product_id == product.id).order_by(Certification.id)
    )
    return [each for each in records if (decision_key(each.decision_number), each.recognised_year) == wanted]


def _record_key(facts: CertificationFacts, earlier_count: int) -> str:
    key = f"{decision_key(facts.decision_number)}|{facts.recognised_year or '-'}"
    return key if earlier_count == 0 else f"{key}#{earlier_count + 1}"


def _stated(facts: CertificationFacts, source: Source | None, document: Document | None) -> dict[str, Any]:
    return {
        **{field: getattr(facts, field) for field in CertificationFacts.__dataclass_fields__},
        "source_id": source.id if source else None,
        "document_id": document.id if document else None,
    }


def _require_agreement(record: Certification, stated: dict[str, Any]) -> None:
    for field in _MUST_AGREE:
        recorded, now_stated = getattr(record, field), stated[field]
        if (
            recorded is not None
            and now_stated is not None
            and _comparable(recorded) != _comparable(now_stated)
        ):
            raise ContradictingRecordError(field=field, recorded=recorded, stated=now_stated)


def _says_all(record: Certification, stated: dict[str, Any]) -> bool:
    """Whether `record` already holds every fact of `stated`; a second publication of the same adds nothing."""
    if stated["evidence_level"] < record.evidence_level:
        return False
    fields: Iterable[str] = (*_MUST_AGREE, "document_id")
    return all(stated[field] is None or getattr(record, field) is not None for field in fields)


def _comparable(value: Any) -> object:
    return tone_key(value) if isinstance(value, str) else value
