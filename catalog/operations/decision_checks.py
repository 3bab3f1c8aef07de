"""Whether a decision could be recorded by an officer: every rule asked, every answer gathered, nothing changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from accounts.actors import Actor
from catalog.decision_facts import DecisionFacts, DecisionFault, DecisionLine, certification_facts
from catalog.errors import ContradictingRecordError, InvalidFactError
from catalog.facts import Refusal, RevocationFacts
from catalog.models import Certification, Product
from catalog.operations.certifications import completed_facts, require_recordable, require_revocable
from catalog.permissions.office import can_recognise, has_part
from catalog.queries.office_scope import province_of
from catalog.recognition_rules import decision_key
from core.db import db
from core.text import fold

_HEAD_FIELDS = frozenset(
    {
        "decision_number",
        "decided_on",
        "authority_level",
        "authority_name",
        "criteria_version",
        "expires_on",
        "expiry_basis",
        "note",
        "recognised_year",
    }
)
_OF_A_LINE = frozenset({Refusal.AUTHORITY_NOT_ALLOWED, Refusal.ALREADY_REVOKED})


def decision_faults(
    facts: DecisionFacts,
    lines: Sequence[DecisionLine],
    products: Mapping[int, Product],
    *,
    by: Actor,
    now: datetime,
) -> list[DecisionFault]:
    """What keeps `by` from proposing the decision, each fault once; empty if nothing does.

    products: those of the lines, by id, read within the area of `by`. A fault of the head is told once.
    """
    faults = [*_head_faults(facts, lines)]
    counts = Counter(line.product_id for line in lines)
    for position, line in enumerate(lines, start=1):
        product = products[line.product_id]
        if counts[line.product_id] > 1:
            faults.append(DecisionFault(position, "product", product.name, Refusal.REPEATED))
        if has_part(by, product.producer_id):
            faults.append(DecisionFault(position, "product", product.name, Refusal.OWN_PRODUCER))
            continue
        if not can_recognise(by, line.stars, province_of(product)):
            faults.append(DecisionFault(position, "stars", line.stars, Refusal.NOT_YOUR_RANK))
            continue
        faults.extend(_line_fault(facts, line, position, product, now))
    return list(dict.fromkeys(faults))


def revocation_faults(
    certification: Certification, facts: RevocationFacts, *, by: Actor, now: datetime
) -> list[DecisionFault]:
    """What keeps `by` from proposing the withdrawal of `certification`."""
    if not can_recognise(by, certification.stars, province_of(certification.product)):
        return [DecisionFault(1, "stars", certification.stars, Refusal.NOT_YOUR_RANK)]
    if has_part(by, certification.product.producer_id):
        return [DecisionFault(1, "product", certification.product.name, Refusal.OWN_PRODUCER)]
    if certification.revocation is not None:
        return [DecisionFault(1, "certification", certification.id, Refusal.ALREADY_REVOKED)]
    faults = [
        DecisionFault(None, name, None, Refusal.MISSING)
        for name in ("decision_number", "authority_name")
        if not getattr(facts, name)
    ]
    try:
        require_revocable(certification, facts, now=now)
    except InvalidFactError as error:
        faults.append(_fault_of(error, None))
    return faults


def _head_faults(facts: DecisionFacts, lines: Sequence[DecisionLine]) -> Iterator[DecisionFault]:
    if not lines:
        yield DecisionFault(None, "product", None, Refusal.MISSING)
    for name in ("decision_number", "authority_name"):
        if not getattr(facts, name):
            yield DecisionFault(None, name, None, Refusal.MISSING)
    yield from _number_faults(facts)


def _number_faults(facts: DecisionFacts) -> Iterator[DecisionFault]:
    """A number belongs to one decision of an authority in a year: the same on two days is somebody's mistake or worse.

    Source: threat T-05, another decision's number used again.
    """
    known = db.session.execute(
        select(Certification.decision_number, Certification.decided_on, Certification.authority_name)
        .where(
            Certification.recognised_year == facts.decided_on.year,
            Certification.decided_on.is_not(None),
            Certification.decided_on != facts.decided_on,
        )
        .distinct()
    )
    key, authority = decision_key(facts.decision_number), fold(facts.authority_name or "")
    for number, decided_on, name in known:
        if decision_key(number) == key and fold(name or "") == authority:
            yield DecisionFault(None, "decided_on", facts.decided_on, Refusal.CONTRADICTION, decided_on)
            return


def _line_fault(
    facts: DecisionFacts, line: DecisionLine, position: int, product: Product, now: datetime
) -> Iterator[DecisionFault]:
    stated = certification_facts(facts, line.stars, line.score)
    try:
        require_recordable(product, stated, now=now)
        if completed_facts(stated).expires_on is None:
            yield DecisionFault(None, "expires_on", None, Refusal.MISSING)
    except InvalidFactError as error:
        yield _fault_of(error, position)
    except ContradictingRecordError as error:
        field = str(error.facts["field"])
        yield DecisionFault(
            position, field, error.facts["stated"], Refusal.CONTRADICTION, error.facts["recorded"]
        )


def _fault_of(error: InvalidFactError, position: int | None) -> DecisionFault:
    """A fault of the head is the same for every line; that a rank cannot be given, or was withdrawn, is a line's."""
    field, reason = str(error.facts["field"]), str(error.facts["reason"])
    is_of_line = reason in _OF_A_LINE or field not in _HEAD_FIELDS
    return DecisionFault(position if is_of_line else None, field, error.facts["value"], reason)
