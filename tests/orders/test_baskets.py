"""The rules of baskets, with values alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.baskets import (
    Discountable,
    VoucherProblem,
    VoucherTerms,
    hamper_discount,
    quantity_of,
    voucher_takeoff,
)

AMOUNT = st.integers(min_value=0, max_value=2_000_000_000)
LINES = st.lists(
    st.builds(Discountable, producer_id=st.integers(1, 3), net_vnd=AMOUNT, may=st.booleans()), max_size=12
)


def terms(**facts):
    values = {
        "id": 1,
        "code": "TET2027",
        "producer_id": None,
        "bearer": "platform",
        "percent_bp": None,
        "amount_vnd": None,
        "cap_vnd": None,
        "minimum_vnd": 0,
    }
    return VoucherTerms(**(values | facts))


TERMS = st.builds(
    lambda percent_bp, amount_vnd, is_percent, cap_vnd, minimum_vnd, producer_id: terms(
        percent_bp=percent_bp if is_percent else None,
        amount_vnd=None if is_percent else amount_vnd,
        cap_vnd=cap_vnd if is_percent else None,
        minimum_vnd=minimum_vnd,
        producer_id=producer_id,
    ),
    st.integers(1, 10_000),
    st.integers(1, 3_000_000_000),
    st.booleans(),
    st.none() | st.integers(1, 500_000),
    st.integers(0, 1_000_000),
    st.none() | st.integers(1, 3),
)


@pytest.mark.parametrize(("typed", "quantity"), [("1", 1), ("999", 999), (" 12 ", 12), ("007", 7)])
def test_a_whole_number_from_1_to_999_is_a_quantity(typed, quantity):
    assert quantity_of(typed) == quantity


@pytest.mark.parametrize(
    "typed",
    ["", "0", "000", "-1", "+1", "1.5", "1,5", "1e9", "1e2", "1000", "NaN", "inf", "٣", "１２", "²", "0x1", "1_0",
     "1 2", "9" * 5_000, "1\x00", "\u202d5"],
)  # fmt: skip
def test_nothing_else_is_one(typed):
    assert quantity_of(typed) is None


@settings(max_examples=100)
@given(TERMS, LINES)
def test_what_a_voucher_takes_off_sums_to_the_whole_and_never_more_than_a_line_is_worth(voucher, lines):
    takeoff = voucher_takeoff(voucher, lines)

    scope = [
        line.net_vnd if line.may and voucher.producer_id in (None, line.producer_id) else 0 for line in lines
    ]
    assert len(takeoff.parts) == len(lines)
    assert all(0 <= part <= worth for part, worth in zip(takeoff.parts, scope, strict=True))
    if takeoff.problem is None:
        whole = voucher.amount_vnd or (sum(scope) * (voucher.percent_bp or 0) + 5_000) // 10_000
        assert sum(takeoff.parts) == min(whole, sum(scope), voucher.cap_vnd or sum(scope))
    else:
        assert sum(takeoff.parts) == 0


@settings(max_examples=100)
@given(
    st.lists(st.integers(0, 50_000_000), min_size=1, max_size=20),
    st.integers(0, 999),
    st.none() | st.integers(1, 9_000),
    st.none() | st.integers(1, 100_000_000),
)
def test_what_hampers_take_off_sums_to_the_whole_and_never_more_than_a_part_is_worth(
    parts, count, discount_bp, discount_vnd
):
    taken = hamper_discount(parts, count, discount_bp=discount_bp, discount_vnd=discount_vnd)

    of_one = (
        (sum(parts) * discount_bp + 5_000) // 10_000 if discount_bp else min(discount_vnd or 0, sum(parts))
    )
    assert sum(taken) == of_one * count
    assert all(0 <= part <= worth * count for part, worth in zip(taken, parts, strict=True))


def test_a_capped_percentage_gives_no_more_than_its_cap():
    lines = [Discountable(producer_id=1, net_vnd=700_000), Discountable(producer_id=2, net_vnd=300_000)]

    takeoff = voucher_takeoff(terms(percent_bp=1_000, cap_vnd=50_000), lines)

    assert takeoff.parts == (35_000, 15_000)


def test_a_voucher_below_its_minimum_tells_what_is_missing():
    lines = [Discountable(producer_id=1, net_vnd=80_000), Discountable(producer_id=2, net_vnd=500_000)]

    takeoff = voucher_takeoff(terms(amount_vnd=20_000, minimum_vnd=100_000, producer_id=1), lines)

    assert (takeoff.parts, takeoff.problem, takeoff.missing_vnd) == ((0, 0), VoucherProblem.MINIMUM, 20_000)


def test_goods_that_nothing_may_promote_are_out_of_reach():
    takeoff = voucher_takeoff(
        terms(percent_bp=5_000), [Discountable(producer_id=1, net_vnd=500_000, may=False)]
    )

    assert (takeoff.parts, takeoff.problem) == ((0,), VoucherProblem.NOTHING_FITS)
