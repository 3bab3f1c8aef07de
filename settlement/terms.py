"""What of a sale stays with the producer, every dong explained. Whole dong, no fractions anywhere. Pure.

Rates are dated data (`settlement.models.rules`), never constants; here is only how they are applied. Sources: commerce,
section 3.9 (commission) and 3.8 (taxes under Decree 117/2025/ND-CP); docs/decisions/0037.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from orders.totals import percent_of


class SellerType(StrEnum):
    """What a seller is to the tax office. Companies and cooperatives file their own returns."""

    HOUSEHOLD = "household"
    INDIVIDUAL = "individual"
    COMPANY = "company"
    COOPERATIVE = "cooperative"


class Residency(StrEnum):
    """Whether a person is taxed as a resident of Vietnam."""

    RESIDENT = "resident"
    NONRESIDENT = "nonresident"


class TaxKind(StrEnum):
    """Value added tax and personal income tax."""

    VAT = "vat"
    PIT = "pit"


class TaxCategory(StrEnum):
    """What was sold. `transport`: delivery and services that come with goods. `unknown`: taxed at the highest rate."""

    GOODS = "goods"
    SERVICES = "services"
    TRANSPORT = "transport"
    UNKNOWN = "unknown"


WITHHELD_FROM: Final = frozenset({SellerType.HOUSEHOLD, SellerType.INDIVIDUAL})
"""From whom a platform with a payment function withholds. Source: Decree 117/2025/ND-CP, article 1 and 4."""


@dataclass(frozen=True, slots=True)
class CommissionTerms:
    """rate_bp: hundredths of a percent; flat_vnd: for each pack; min_vnd, max_vnd: of a whole line."""

    rate_bp: int = 0
    flat_vnd: int = 0
    min_vnd: int = 0
    max_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """Rates in hundredths of a percent."""

    vat_bp: int = 0
    pit_bp: int = 0


NO_COMMISSION: Final = CommissionTerms()
NO_TAX: Final = TaxTerms()


@dataclass(frozen=True, slots=True)
class TakeHome:
    """What became of an amount: commission, both taxes and net are together what was paid and what was added to it.

    paid_vnd: by the buyer. promotion_vnd: a discount that the platform bears and therefore adds.
    """

    paid_vnd: int = 0
    promotion_vnd: int = 0
    commission_vnd: int = 0
    vat_vnd: int = 0
    pit_vnd: int = 0

    @property
    def revenue_vnd(self) -> int:
        return self.paid_vnd + self.promotion_vnd

    @property
    def net_vnd(self) -> int:
        """What the producer keeps."""
        return self.revenue_vnd - self.commission_vnd - self.vat_vnd - self.pit_vnd

    def __add__(self, other: "TakeHome") -> "TakeHome":
        return TakeHome(*(mine + theirs for mine, theirs in zip(self._parts(), other._parts(), strict=True)))

    def __sub__(self, other: "TakeHome") -> "TakeHome":
        return TakeHome(*(mine - theirs for mine, theirs in zip(self._parts(), other._parts(), strict=True)))

    def share(self, done_vnd: int) -> "TakeHome":
        """The share of this that belongs to `done_vnd` of its `paid_vnd`; the whole of it from there on.

        What is added and taken off is rounded down, so that no share is less than nothing; shares of a growing
        `done_vnd` grow, and the last one is the whole.
        """
        if done_vnd >= self.paid_vnd:
            return self
        return TakeHome(done_vnd, *(part * done_vnd // self.paid_vnd for part in self._parts()[1:]))

    def of_packs(self, kept: int, quantity: int) -> "TakeHome":
        """The share of `kept` of its `quantity` packs (1 or more): for what cost the buyer nothing; rounded down."""
        return TakeHome(*(part * kept // quantity for part in self._parts()))

    def _parts(self) -> tuple[int, int, int, int, int]:
        return self.paid_vnd, self.promotion_vnd, self.commission_vnd, self.vat_vnd, self.pit_vnd


def take_home(
    paid_vnd: int, quantity: int, commission: CommissionTerms, taxes: TaxTerms, *, promotion_vnd: int = 0
) -> TakeHome:
    """What of `paid_vnd` (0 or more) for `quantity` packs stays with the producer.

    Taxes are a share of all revenue, commission too and never so much that less than nothing remains: neither a flat
    amount nor a least one eats more than the sale.
    """
    revenue_vnd = paid_vnd + promotion_vnd
    vat_vnd = percent_of(revenue_vnd, taxes.vat_bp)
    pit_vnd = min(percent_of(revenue_vnd, taxes.pit_bp), revenue_vnd - vat_vnd)
    commission_vnd = min(commission_of(revenue_vnd, quantity, commission), revenue_vnd - vat_vnd - pit_vnd)
    return TakeHome(paid_vnd, promotion_vnd, commission_vnd, vat_vnd, pit_vnd)


def commission_of(revenue_vnd: int, quantity: int, terms: CommissionTerms) -> int:
    """Commission on a line: percent and flat amounts together, within its least and most; nothing of nothing."""
    if revenue_vnd == 0 or terms == NO_COMMISSION:
        return 0
    whole = percent_of(revenue_vnd, terms.rate_bp) + terms.flat_vnd * quantity
    most = revenue_vnd if terms.max_vnd is None else min(terms.max_vnd, revenue_vnd)
    return min(max(whole, terms.min_vnd), most)


@dataclass(frozen=True, slots=True)
class CommissionRuleFacts:
    """One rule of the ordered list. producer_id, producer_kind, group_no: for whom and what; None for all."""

    id: int
    position: int
    producer_id: int | None
    producer_kind: str | None
    group_no: int | None
    terms: CommissionTerms
    includes_shipping: bool
    is_enabled: bool
    valid_from_at: datetime
    valid_to_at: datetime | None


@dataclass(frozen=True, slots=True)
class SoldFacts:
    """Of what and by whom a line was sold. group_no: None for shipping, which belongs to no group of products."""

    producer_id: int
    producer_kind: str | None
    group_no: int | None


def choose_commission(
    rules: Iterable[CommissionRuleFacts], sold: SoldFacts, at: datetime
) -> CommissionRuleFacts | None:
    """The first rule in order that was in force at `at` and fits; None if none does: then there is no commission.

    A rule that is switched off fits nothing: the seeded last one thus takes no commission until someone sets a rate.
    """
    ordered = sorted(rules, key=lambda rule: (rule.position, rule.id))
    return next((rule for rule in ordered if _fits(rule, sold, at)), None)


@dataclass(frozen=True, slots=True)
class TaxRuleFacts:
    """A rate in hundredths of a percent, from a day on (and until a day, included), with the text that says so."""

    id: int
    kind: TaxKind
    seller_type: SellerType
    residency: Residency
    category: TaxCategory
    rate_bp: int
    valid_from_on: date
    valid_to_on: date | None
    source: str


@dataclass(frozen=True, slots=True)
class TaxedSeller:
    """What decides about the taxes of a producer."""

    seller_type: SellerType
    residency: Residency


def choose_tax(
    rules: Iterable[TaxRuleFacts], kind: TaxKind, seller: TaxedSeller, category: TaxCategory, on: date
) -> TaxRuleFacts | None:
    """The rule in force on `on`; None for sellers from whom nothing is withheld.

    What is unknown, or has no rule of its own, takes the highest rate in force for such a seller. Source: Decree
    117/2025/ND-CP as told in commerce 3.8: «unknown type: highest».
    """
    if seller.seller_type not in WITHHELD_FROM:
        return None
    of_seller = [rule for rule in rules if _concerns(rule, kind, seller, on)]
    own = [rule for rule in of_seller if rule.category == category] if category != TaxCategory.UNKNOWN else []
    return max(own or of_seller, key=lambda rule: (rule.rate_bp, rule.valid_from_on, -rule.id), default=None)


def tax_category(group_no: int | None) -> TaxCategory:
    """What a product of the OCOP group `group_no` is to the tax office: group 6 is services (tourism)."""
    if group_no is None:
        return TaxCategory.UNKNOWN
    return TaxCategory.SERVICES if group_no == 6 else TaxCategory.GOODS


def seller_type_of_kind(producer_kind: str | None) -> SellerType:
    """What a producer counts as until a tax profile says otherwise.

    Cooperative groups have no legal personality of their own, farms and unknown ones may be households: from all of
    them is withheld, for what is not withheld the platform would owe. Reasons: docs/decisions/0037.
    """
    if producer_kind == "enterprise":
        return SellerType.COMPANY
    if producer_kind == "cooperative":
        return SellerType.COOPERATIVE
    return SellerType.HOUSEHOLD


def total_of(parts: Sequence[TakeHome]) -> TakeHome:
    """All `parts` together."""
    return sum(parts, TakeHome())


def _fits(rule: CommissionRuleFacts, sold: SoldFacts, at: datetime) -> bool:
    return (
        rule.is_enabled
        and rule.valid_from_at <= at
        and (rule.valid_to_at is None or at < rule.valid_to_at)
        and rule.producer_id in (None, sold.producer_id)
        and rule.producer_kind in (None, sold.producer_kind)
        and rule.group_no in (None, sold.group_no)
    )


def _concerns(rule: TaxRuleFacts, kind: TaxKind, seller: TaxedSeller, on: date) -> bool:
    return (
        rule.kind == kind
        and rule.seller_type == seller.seller_type
        and rule.residency == seller.residency
        and rule.valid_from_on <= on
        and (rule.valid_to_on is None or on <= rule.valid_to_on)
    )
