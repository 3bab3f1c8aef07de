"""What the law asks before some goods may be sold here: spirits (criteria sets 14, 15), health goods (set 18). Pure.

The rules are dated rows of `catalog/data/sale_rules.csv`, each with its source: a change of law is a row and a test.
What is not known is judged as strictly as it can be: a spirit whose label tells no strength counts as a strong one.
"""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "data" / "sale_rules.csv"
_PERCENT: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|°|º|độ\b|do\b|vol)", re.IGNORECASE)


class RuleKind(StrEnum):
    """What a rule asks: an age of the buyer, a paper of the seller, or that nothing promotes the goods."""

    BUYER_AGE = "buyer_age"
    PAPER = "paper"
    NO_PROMOTION = "no_promotion"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRule:
    """One rule. value: the age in years, or the kind of certificate. from_percent_vol: None for any strength.

    valid_to: the last day in force, None while no end is known. source: law and article.
    """

    kind: RuleKind
    criteria_sets: frozenset[int]
    from_percent_vol: Decimal | None
    value: str
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTerms:
    """On what terms goods are sold on a day. buyer_age: years the buyer must declare, 0 for none.

    papers: kinds of certificate (`catalog.models.CertificateKind`) that must be in force. is_promotable: may take part
    in vouchers, hampers, collections, and be shared with a picture. sources: of the rules that apply.
    """

    buyer_age: int = 0
    papers: tuple[str, ...] = ()
    is_promotable: bool = True
    sources: tuple[str, ...] = ()

    def missing_papers(self, held: Collection[str]) -> tuple[str, ...]:
        """Of `papers` those that are not among the kinds `held`: while any is, the goods are not sold."""
        return tuple(paper for paper in self.papers if paper not in held)


FREE: Final = SaleTerms()
"""Terms of goods that no rule speaks of."""


def sale_terms(criteria_set: int | None, alcohol: str | None, on: date) -> SaleTerms:
    """The terms of goods of a criteria set (1 to 26, None: not known) on a day.

    alcohol: as the label states it, «29% vol», or None. Source: the rows of the table.
    """
    if criteria_set not in ruled_sets():
        return FREE
    strength = percent_vol(alcohol)
    rules = [rule for rule in list_sale_rules() if _applies(rule, criteria_set, strength, on)]
    ages = [int(rule.value) for rule in rules if rule.kind is RuleKind.BUYER_AGE]
    return SaleTerms(
        buyer_age=max(ages, default=0),
        papers=tuple(sorted({rule.value for rule in rules if rule.kind is RuleKind.PAPER})),
        is_promotable=all(rule.kind is not RuleKind.NO_PROMOTION for rule in rules),
        sources=tuple(rule.source for rule in rules),
    )


def percent_vol(alcohol: str | None) -> Decimal | None:
    """Per cent by volume in what a label states: «29% vol», «29,5 %», «40 độ»; the largest of several, else None."""
    found = [Decimal(each.replace(",", ".")) for each in _PERCENT.findall(alcohol or "")]
    known = [each for each in found if each <= 100]
    return max(known, default=None)


@lru_cache(maxsize=1)
def ruled_sets() -> frozenset[int]:
    """Criteria sets of which some rule of the table speaks."""
    return frozenset(number for rule in list_sale_rules() for number in rule.criteria_sets)


@lru_cache(maxsize=1)
def list_sale_rules() -> tuple[SaleRule, ...]:
    """All rules, those of the past and of the future too."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(_rule(row) for row in csv.DictReader(lines))


def _applies(rule: SaleRule, criteria_set: int, strength: Decimal | None, on: date) -> bool:
    is_in_force = rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)
    is_strong = rule.from_percent_vol is None or strength is None or strength >= rule.from_percent_vol
    return is_in_force and criteria_set in rule.criteria_sets and is_strong


def _rule(row: dict[str, str]) -> SaleRule:
    return SaleRule(
        kind=RuleKind(row["rule"]),
        criteria_sets=frozenset(int(number) for number in row["criteria_sets"].split()),
        from_percent_vol=Decimal(row["from_percent_vol"]) if row["from_percent_vol"] else None,
        value=row["value"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        source=row["source"],
    )
