"""Rules of commission and tax: one administrator enters, another releases. Nothing is rewritten; history stays."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.actors import Actor
from accounts.operations.audit import record_act
from catalog.models import Producer
from catalog.models.register import ProducerKind
from core.clock import vietnam_date
from core.db import ID_MAX, db
from core.text import clean_line
from settlement.errors import InvalidRuleError, OwnRuleError, PayoutStateError
from settlement.models.rules import CommissionRule, TaxProfile, TaxRule
from settlement.queries.rules import get_commission_rule, get_tax_rule
from settlement.terms import Residency, SellerType, TaxCategory, TaxKind

POSITION_MAX = 1000
TEXT_MAX = 500
AMOUNT_MAX_VND = 10**9


@dataclass(frozen=True, slots=True)
class CommissionFacts:
    """As typed and read: see `CommissionRule`. replaces_id: the rule that ends when this one is released."""

    position: int
    rate_bp: int
    reason: str
    producer_id: int | None = None
    producer_kind: str | None = None
    group_no: int | None = None
    flat_vnd: int = 0
    min_vnd: int = 0
    max_vnd: int | None = None
    includes_shipping: bool = False
    is_enabled: bool = True
    replaces_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaxFacts:
    """As typed and read: see `TaxRule`. It ends the rule of the same kind, seller, residency and category."""

    kind: str
    seller_type: str
    residency: str
    category: str
    rate_bp: int
    valid_from_on: date
    source: str


def enter_commission_rule(facts: CommissionFacts, *, by: Actor, now: datetime) -> CommissionRule:
    """Propose a rule; it holds once another administrator has released it. Raises InvalidRuleError (`field`)."""
    _check_commission(facts)
    rule = CommissionRule(
        position=facts.position,
        producer_id=facts.producer_id,
        producer_kind=facts.producer_kind,
        group_no=facts.group_no,
        rate_bp=facts.rate_bp,
        flat_vnd=facts.flat_vnd,
        min_vnd=facts.min_vnd,
        max_vnd=facts.max_vnd,
        includes_shipping=facts.includes_shipping,
        is_enabled=facts.is_enabled,
        replaces_id=facts.replaces_id,
        reason=clean_line(facts.reason)[:TEXT_MAX],
        valid_from_at=now,
        entered_by_id=by.user_id,
        entered_at=now,
    )
    db.session.add(rule)
    db.session.flush()
    _note("enter_commission_rule", f"commission_rule:{rule.id}", by, now, rate_bp=rule.rate_bp)
    return rule


def release_commission_rule(rule_id: int, *, by: Actor, now: datetime) -> CommissionRule:
    """Let a rule hold from now on, and the one it replaces end. Harmless when repeated.

    Raises OwnRuleError for whoever entered it, PayoutStateError if it was refused, PayoutNotFoundError.
    """
    rule = get_commission_rule(rule_id)
    if rule.released_at is not None:
        return rule
    _require_other(rule, by)
    rule.released_by_id, rule.released_at, rule.valid_from_at = by.user_id, now, now
    if rule.replaces_id is not None:
        former = get_commission_rule(rule.replaces_id)
        if former.valid_to_at is None:
            former.valid_to_at = now
    db.session.flush()
    _note("release_commission_rule", f"commission_rule:{rule.id}", by, now, rate_bp=rule.rate_bp)
    return rule


def enter_tax_rule(facts: TaxFacts, *, by: Actor, now: datetime) -> TaxRule:
    """Propose a rate with the text that sets it. Raises InvalidRuleError (`field`)."""
    for field, value, words in (
        ("kind", facts.kind, TaxKind),
        ("seller_type", facts.seller_type, SellerType),
        ("residency", facts.residency, Residency),
        ("category", facts.category, TaxCategory),
    ):
        if value not in {word.value for word in words}:
            raise InvalidRuleError(field=field, reason="missing")
    if not 0 <= facts.rate_bp <= 10_000:
        raise InvalidRuleError(field="rate", reason="out_of_range")
    source = clean_line(facts.source)[:TEXT_MAX]
    if not source:
        raise InvalidRuleError(field="source", reason="missing")
    rule = TaxRule(
        kind=facts.kind,
        seller_type=facts.seller_type,
        residency=facts.residency,
        category=facts.category,
        rate_bp=facts.rate_bp,
        valid_from_on=facts.valid_from_on,
        source=source,
        entered_by_id=by.user_id,
        entered_at=now,
    )
    db.session.add(rule)
    db.session.flush()
    _note("enter_tax_rule", f"tax_rule:{rule.id}", by, now, rate_bp=rule.rate_bp)
    return rule


def release_tax_rule(rule_id: int, *, by: Actor, now: datetime) -> TaxRule:
    """Let a rate hold from its day on; the one before it ends the day before. Harmless when repeated.

    Raises OwnRuleError for whoever entered it; PayoutStateError if it was refused, or if its day is past: sales of
    those days are settled.
    """
    rule = get_tax_rule(rule_id)
    if rule.released_at is not None:
        return rule
    _require_other(rule, by)
    if rule.valid_from_on < vietnam_date(now):
        raise PayoutStateError(present="past")
    for former in db.session.query(TaxRule).filter_by(
        kind=rule.kind, seller_type=rule.seller_type, residency=rule.residency, category=rule.category
    ):
        ends_before = former.valid_to_on is not None and former.valid_to_on < rule.valid_from_on
        if former.id == rule.id or former.released_at is None or ends_before:
            continue
        former.valid_to_on = max(rule.valid_from_on - timedelta(days=1), former.valid_from_on)
    rule.released_by_id, rule.released_at = by.user_id, now
    db.session.flush()
    _note("release_tax_rule", f"tax_rule:{rule.id}", by, now, rate_bp=rule.rate_bp)
    return rule


def refuse_rule(rule: CommissionRule | TaxRule, *, by: Actor, now: datetime) -> None:
    """Set a proposed rule aside; also the one who entered it may. Raises PayoutStateError once it is released."""
    if rule.released_at is not None:
        raise PayoutStateError(present="released")
    if rule.refused_at is None:
        rule.refused_at = now
        db.session.flush()
        _note("refuse_rule", f"{rule.__tablename__}:{rule.id}", by, now, rate_bp=rule.rate_bp)


def set_tax_profile(
    producer: Producer, seller_type: str, residency: str, evidence: str, *, by: Actor, now: datetime
) -> TaxProfile:
    """Note what a producer is to the tax office from today on, and what shows it. Raises InvalidRuleError (`field`)."""
    if seller_type not in set(SellerType):
        raise InvalidRuleError(field="seller_type", reason="missing")
    if residency not in set(Residency):
        raise InvalidRuleError(field="residency", reason="missing")
    shown = clean_line(evidence)[:TEXT_MAX]
    if not shown:
        raise InvalidRuleError(field="evidence", reason="missing")
    profile = TaxProfile(
        producer_id=producer.id,
        seller_type=seller_type,
        residency=residency,
        evidence=shown,
        valid_from_on=vietnam_date(now),
        entered_by_id=by.user_id,
        entered_at=now,
    )
    db.session.add(profile)
    db.session.flush()
    after = {"seller_type": seller_type, "residency": residency}
    subject = f"producer:{producer.id}"
    record_act(
        "settlement.set_tax_profile", by=by, subject=subject, after=after, producer_id=producer.id, now=now
    )
    return profile


def _check_commission(facts: CommissionFacts) -> None:
    amounts = (facts.flat_vnd, facts.min_vnd, facts.max_vnd or 0)
    if not 1 <= facts.position < POSITION_MAX and facts.replaces_id is None:
        raise InvalidRuleError(field="position", reason="out_of_range")
    if not 0 <= facts.rate_bp <= 10_000:
        raise InvalidRuleError(field="rate", reason="out_of_range")
    if min(amounts) < 0 or max(amounts) > AMOUNT_MAX_VND:
        raise InvalidRuleError(field="flat", reason="out_of_range")
    if facts.max_vnd is not None and facts.max_vnd < facts.min_vnd:
        raise InvalidRuleError(field="max", reason="out_of_range")
    if facts.group_no is not None and not 1 <= facts.group_no <= 6:
        raise InvalidRuleError(field="group_no", reason="missing")
    if facts.producer_kind is not None and facts.producer_kind not in set(ProducerKind):
        raise InvalidRuleError(field="producer_kind", reason="missing")
    number = facts.producer_id
    if number is not None and (not 0 < number <= ID_MAX or db.session.get(Producer, number) is None):
        raise InvalidRuleError(field="producer_id", reason="missing")
    if facts.replaces_id is not None:
        get_commission_rule(facts.replaces_id)
    if not clean_line(facts.reason):
        raise InvalidRuleError(field="reason", reason="missing")


def _require_other(rule: CommissionRule | TaxRule, by: Actor) -> None:
    if rule.refused_at is not None:
        raise PayoutStateError(present="refused")
    if rule.entered_by_id == by.user_id:
        raise OwnRuleError(rule_id=rule.id)


def _note(verb: str, subject: str, by: Actor, now: datetime, **after: int) -> None:
    record_act(f"settlement.{verb}", by=by, subject=subject, after=after, now=now)
