"""Rules of sale: which goods, from which strength, on which days."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import CertificateKind
from catalog.sale_rules import FREE, RuleKind, list_sale_rules, percent_vol, sale_terms

ON = date(2026, 11, 22)


def test_rice_is_free_of_rules():
    assert sale_terms(3, None, ON) is FREE
    assert sale_terms(None, "40% vol", ON) is FREE


@pytest.mark.parametrize("criteria_set", [14, 15])
def test_a_spirit_asks_for_the_age_and_the_licence(criteria_set):
    terms = sale_terms(criteria_set, "12% vol", ON)

    assert (terms.buyer_age, terms.papers, terms.is_promotable) == (18, ("alcohol_licence",), True)


@pytest.mark.parametrize(
    ("alcohol", "is_promotable"),
    [("14,9% vol", True), ("15% vol", False), ("29,5 %", False), (None, False), ("nồng", False)],
)
def test_from_fifteen_per_cent_nothing_promotes_it_and_unknown_counts_as_strong(alcohol, is_promotable):
    assert sale_terms(14, alcohol, ON).is_promotable is is_promotable


def test_health_goods_ask_for_the_confirmation_of_their_advertising():
    terms = sale_terms(18, None, ON)

    assert (terms.buyer_age, terms.papers, terms.is_promotable) == (0, ("advert_confirmation",), True)
    assert terms.missing_papers(["food_safety"]) == ("advert_confirmation",)
    assert terms.missing_papers(["advert_confirmation"]) == ()


def test_a_rule_holds_on_its_days_only():
    assert sale_terms(14, "40% vol", date(2019, 12, 31)).buyer_age == 0
    assert sale_terms(14, "40% vol", date(2020, 1, 1)).buyer_age == 18


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("29% vol", "29"),
        ("29,5 % vol", "29.5"),
        ("40 độ", "40"),
        ("38.5°", "38.5"),
        ("12% - 15% vol", "15"),
        ("rượu", None),
        ("", None),
        (None, None),
        ("999% vol", None),
    ],
)
def test_the_strength_is_read_as_labels_print_it(text, percent):
    assert percent_vol(text) == (Decimal(percent) if percent else None)


def test_every_rule_names_its_source_and_papers_are_kinds_of_certificates():
    kinds = {kind.value for kind in CertificateKind}

    for rule in list_sale_rules():
        assert rule.source
        assert rule.kind is not RuleKind.PAPER or rule.value in kinds
