"""Which rules hold, and what a producer is to the tax office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.models import Producer
from core.clock import vietnam_date
from core.db import ID_MAX, db
from orders.payment_terms import pays_producers_directly
from settlement.errors import PayoutNotFoundError
from settlement.models.rules import CommissionRule, TaxProfile, TaxRule, TaxThreshold
from settlement.terms import (
    NO_COMMISSION,
    CommissionRuleFacts,
    Residency,
    SellerType,
    SoldFacts,
    TakeHome,
    TaxCategory,
    TaxedSeller,
    TaxKind,
    TaxRuleFacts,
    TaxTerms,
    choose_commission,
    choose_tax,
    seller_type_of_kind,
    take_home,
    tax_category,
)


def list_commission_facts() -> tuple[CommissionRuleFacts, ...]:
    """Every released rule, past ones too, in order."""
    rules = db.session.scalars(
        select(CommissionRule)
        .where(CommissionRule.released_at.is_not(None))
        .order_by(CommissionRule.position, CommissionRule.id)
    )
    return tuple(rule.facts() for rule in rules)


def list_tax_facts() -> tuple[TaxRuleFacts, ...]:
    """Every released rule of tax, past ones too."""
    rules = db.session.scalars(select(TaxRule).where(TaxRule.released_at.is_not(None)).order_by(TaxRule.id))
    return tuple(rule.facts() for rule in rules)


def list_commission_rules() -> Sequence[CommissionRule]:
    """All rules as administrators see them: in order, the waiting and the ended among them."""
    return db.session.scalars(
        select(CommissionRule)
        .options(
            joinedload(CommissionRule.producer),
            joinedload(CommissionRule.entered_by),
            joinedload(CommissionRule.released_by),
        )
        .order_by(CommissionRule.position, CommissionRule.id)
    ).all()


def list_tax_rules() -> Sequence[TaxRule]:
    """All rules of tax as administrators see them."""
    return db.session.scalars(
        select(TaxRule)
        .options(joinedload(TaxRule.entered_by), joinedload(TaxRule.released_by))
        .order_by(TaxRule.kind.desc(), TaxRule.seller_type, TaxRule.residency, TaxRule.category, TaxRule.id)
    ).all()


def get_commission_rule(rule_id: int) -> CommissionRule:
    """Raises PayoutNotFoundError."""
    rule = db.session.get(CommissionRule, rule_id) if rule_id <= ID_MAX else None
    if rule is None:
        raise PayoutNotFoundError(rule_id=rule_id)
    return rule


def get_tax_rule(rule_id: int) -> TaxRule:
    """Raises PayoutNotFoundError."""
    rule = db.session.get(TaxRule, rule_id) if rule_id <= ID_MAX else None
    if rule is None:
        raise PayoutNotFoundError(rule_id=rule_id)
    return rule


def taxed_seller(producer: Producer, on: date) -> TaxedSeller:
    """What `producer` is to the tax office on `on`: by its latest profile, else by its kind."""
    profile = find_tax_profile(producer.id, on)
    if profile is not None:
        return TaxedSeller(SellerType(profile.seller_type), Residency(profile.residency))
    return TaxedSeller(seller_type_of_kind(producer.kind), Residency.RESIDENT)


def find_tax_profile(producer_id: int, on: date) -> TaxProfile | None:
    """The profile that holds on `on`."""
    return db.session.scalars(
        select(TaxProfile)
        .where(TaxProfile.producer_id == producer_id, TaxProfile.valid_from_on <= on)
        .order_by(TaxProfile.valid_from_on.desc(), TaxProfile.id.desc())
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class ChosenTaxes:
    """The two rules that hold for a line; None where nothing is withheld."""

    vat: TaxRuleFacts | None = None
    pit: TaxRuleFacts | None = None

    @property
    def terms(self) -> TaxTerms:
        return TaxTerms(self.vat.rate_bp if self.vat else 0, self.pit.rate_bp if self.pit else 0)


def taxes_of(
    rules: Sequence[TaxRuleFacts], seller: TaxedSeller, category: TaxCategory, on: date
) -> ChosenTaxes:
    """The taxes to withhold from `seller` under `rules`."""
    return ChosenTaxes(
        choose_tax(rules, TaxKind.VAT, seller, category, on),
        choose_tax(rules, TaxKind.PIT, seller, category, on),
    )


@dataclass(frozen=True, slots=True)
class TakeHomePreview:
    """What a producer would keep of one pack at a price, today. sources: legal texts of the taxes, each once."""

    take_home: TakeHome
    rate_bp: int
    taxes: TaxTerms
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewRules:
    """All that decides what a producer keeps of a price today: read once for a whole page of prices."""

    producer_id: int
    producer_kind: str | None
    at: datetime
    commission: tuple[CommissionRuleFacts, ...]
    taxes: tuple[TaxRuleFacts, ...]
    seller: TaxedSeller

    def preview(self, group_no: int | None, price_vnd: int) -> TakeHomePreview:
        """What stays of `price_vnd` when one pack is sold now. group_no: of the product, unknown for goods."""
        sold = SoldFacts(self.producer_id, self.producer_kind, group_no)
        rule = choose_commission(self.commission, sold, self.at)
        category = TaxCategory.GOODS if group_no is None else tax_category(group_no)
        taxes = taxes_of(self.taxes, self.seller, category, vietnam_date(self.at))
        terms = rule.terms if rule else NO_COMMISSION
        sources = dict.fromkeys(each.source for each in (taxes.vat, taxes.pit) if each)
        kept = take_home(price_vnd, 1, terms, taxes.terms)
        return TakeHomePreview(kept, terms.rate_bp, taxes.terms, tuple(sources))


def get_preview_rules(producer: Producer, now: datetime) -> PreviewRules:
    """The rules that hold for `producer` at `now`."""
    return PreviewRules(
        producer.id,
        producer.kind,
        now,
        list_commission_facts(),
        () if pays_producers_directly() else list_tax_facts(),
        taxed_seller(producer, vietnam_date(now)),
    )


def find_threshold(on: date) -> TaxThreshold | None:
    """The revenue of a year up to which no tax is owed, as it stands on `on`."""
    return db.session.scalars(
        select(TaxThreshold)
        .where(TaxThreshold.valid_from_on <= on)
        .order_by(TaxThreshold.valid_from_on.desc())
        .limit(1)
    ).first()
