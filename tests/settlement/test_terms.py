"""What stays of a price: values alone."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from settlement.terms import (
    NO_COMMISSION,
    CommissionRuleFacts,
    CommissionTerms,
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
    total_of,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOUSEHOLD = TaxedSeller(SellerType.HOUSEHOLD, Residency.RESIDENT)
amounts = st.integers(min_value=0, max_value=10**11)
rates = st.integers(min_value=0, max_value=10_000)
commissions = st.builds(
    CommissionTerms,
    rates,
    st.integers(min_value=0, max_value=50_000),
    st.integers(min_value=0, max_value=100_000),
    st.none() | st.integers(min_value=100_000, max_value=10**9),
)
taxes = st.builds(TaxTerms, rates, rates)


def rule(number: int, **facts: Any) -> CommissionRuleFacts:
    values = {
        "id": number,
        "position": number,
        "producer_id": None,
        "producer_kind": None,
        "group_no": None,
        "terms": CommissionTerms(rate_bp=number),
        "includes_shipping": False,
        "is_enabled": True,
        "valid_from_at": datetime(2026, 1, 1, tzinfo=UTC),
        "valid_to_at": None,
    }
    return CommissionRuleFacts(**(values | facts))


def tax(number: int, category: TaxCategory, rate_bp: int, **facts: Any) -> TaxRuleFacts:
    values = {
        "id": number,
        "kind": TaxKind.VAT,
        "seller_type": SellerType.HOUSEHOLD,
        "residency": Residency.RESIDENT,
        "category": category,
        "rate_bp": rate_bp,
        "valid_from_on": date(2025, 7, 1),
        "valid_to_on": None,
        "source": "Nghị định 117/2025/NĐ-CP",
    }
    return TaxRuleFacts(**(values | facts))


def test_a_jar_for_125_000_leaves_a_household_116_875_at_five_percent_commission():
    whole = take_home(125_000, 1, CommissionTerms(rate_bp=500), TaxTerms(vat_bp=100, pit_bp=50))

    assert whole == TakeHome(125_000, 0, 6_250, 1_250, 625)
    assert whole.net_vnd == 116_875


def test_a_discount_that_the_platform_bears_is_revenue_of_the_producer():
    whole = take_home(
        80_000, 2, CommissionTerms(rate_bp=1_000), TaxTerms(vat_bp=100, pit_bp=50), promotion_vnd=20_000
    )

    assert (whole.commission_vnd, whole.vat_vnd, whole.pit_vnd, whole.net_vnd) == (10_000, 1_000, 500, 88_500)


def test_flat_amounts_count_packs_and_least_and_most_hold_for_the_line():
    terms = CommissionTerms(rate_bp=100, flat_vnd=1_000, min_vnd=5_000, max_vnd=9_000)

    found = [
        take_home(price, count, terms, TaxTerms()).commission_vnd
        for price, count in ((100_000, 1), (100_000, 6), (900_000, 6))
    ]

    assert found == [5_000, 7_000, 9_000]


def test_no_commission_eats_more_than_the_sale():
    whole = take_home(3_000, 1, CommissionTerms(min_vnd=5_000), TaxTerms(vat_bp=100, pit_bp=50))

    assert whole.net_vnd == 0
    assert whole.commission_vnd == 3_000 - 30 - 15


@given(amounts, amounts, st.integers(min_value=1, max_value=999), commissions, taxes)
@hypothesis_settings(max_examples=100)
def test_commission_taxes_and_net_are_the_whole(paid, promotion, quantity, commission, tax_terms):
    whole = take_home(paid, quantity, commission, tax_terms, promotion_vnd=promotion)

    parts = (whole.commission_vnd, whole.vat_vnd, whole.pit_vnd, whole.net_vnd)
    assert min(parts) >= 0
    assert sum(parts) == paid + promotion


@given(
    st.integers(min_value=1, max_value=10**9),
    st.integers(min_value=0, max_value=10**6),
    commissions,
    taxes,
    st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=6),
)
@hypothesis_settings(max_examples=100)
def test_what_refunds_take_back_is_the_whole_once_everything_is_refunded(
    paid, promotion, commission, rates_, cuts
):
    whole = take_home(paid, 3, commission, rates_, promotion_vnd=promotion)
    steps = sorted({cut % paid for cut in cuts} | {0, paid})

    backs = [whole.share(after) - whole.share(before) for before, after in itertools.pairwise(steps)]

    assert total_of(backs) + whole.share(0) == whole
    for back in backs:
        assert min(back.paid_vnd, back.promotion_vnd, back.commission_vnd, back.vat_vnd, back.pit_vnd) >= 0
    for step in steps:
        assert whole.share(step).net_vnd >= 0


def test_the_first_rule_that_fits_wins_and_one_that_is_off_fits_nothing():
    rules = [
        rule(1, producer_id=7, is_enabled=False),
        rule(2, producer_kind="household"),
        rule(3, group_no=6),
        rule(4),
    ]

    def chosen(*facts: Any) -> int | None:
        found = choose_commission(rules, SoldFacts(*facts), NOW)
        return found.id if found else None

    assert chosen(7, "household", 1) == 2
    assert chosen(7, "enterprise", 6) == 3
    assert chosen(8, "enterprise", 1) == 4
    assert choose_commission([rule(9, is_enabled=False)], SoldFacts(7, None, 1), NOW) is None


def test_a_rule_holds_from_its_first_instant_until_before_its_last():
    ended = rule(1, valid_from_at=NOW, valid_to_at=datetime(2026, 12, 1, tzinfo=UTC))

    assert choose_commission([ended], SoldFacts(1, None, 1), NOW) == ended
    assert choose_commission([ended], SoldFacts(1, None, 1), datetime(2026, 12, 1, tzinfo=UTC)) is None
    assert choose_commission([ended], SoldFacts(1, None, 1), datetime(2026, 11, 22, 2, tzinfo=UTC)) is None


def test_what_is_unknown_or_has_no_rule_is_taxed_at_the_highest_rate():
    rules = [tax(1, TaxCategory.GOODS, 100), tax(2, TaxCategory.SERVICES, 500)]
    on = date(2026, 11, 22)

    def rate(category: TaxCategory) -> int:
        found = choose_tax(rules, TaxKind.VAT, HOUSEHOLD, category, on)
        assert found
        return found.rate_bp

    assert [rate(each) for each in (TaxCategory.GOODS, TaxCategory.UNKNOWN, TaxCategory.TRANSPORT)] == [
        100,
        500,
        500,
    ]


def test_a_new_rate_holds_from_its_day_on():
    rules = [
        tax(1, TaxCategory.GOODS, 100, valid_to_on=date(2026, 12, 31)),
        tax(2, TaxCategory.GOODS, 200, valid_from_on=date(2027, 1, 1)),
    ]

    found = [
        choose_tax(rules, TaxKind.VAT, HOUSEHOLD, TaxCategory.GOODS, on)
        for on in (date(2025, 6, 30), date(2026, 12, 31), date(2027, 1, 1))
    ]

    assert [each and each.rate_bp for each in found] == [None, 100, 200]


@pytest.mark.parametrize("seller_type", [SellerType.COMPANY, SellerType.COOPERATIVE])
def test_nothing_is_withheld_from_those_who_file_their_own_returns(seller_type):
    seller = TaxedSeller(seller_type, Residency.RESIDENT)

    assert (
        choose_tax([tax(1, TaxCategory.GOODS, 100)], TaxKind.VAT, seller, TaxCategory.GOODS, date(2026, 1, 1))
        is None
    )


def test_kinds_and_groups_of_the_register_in_the_words_of_the_tax_office():
    assert [
        seller_type_of_kind(kind).value
        for kind in ("enterprise", "cooperative", "household", "farm", "cooperative_group", None)
    ] == ["company", "cooperative", "household", "household", "household", "household"]
    assert [tax_category(group).value for group in (1, 6, None)] == ["goods", "services", "unknown"]
    assert CommissionTerms(0, 0, 0, None) == NO_COMMISSION
