"""Splitting money: the parts always sum to the whole, to the dong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.totals import percent_of, split

MONEY = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


@given(MONEY, WEIGHTS)
def test_the_parts_sum_to_the_whole_and_none_is_a_dong_off(whole, weights):
    parts = split(whole, weights)

    assert sum(parts) == whole
    assert all((part >= 0) == (whole >= 0) or part == 0 for part in parts)
    total = sum(weights)
    if total:
        assert all(
            abs(part * total - whole * weight) < total for part, weight in zip(parts, weights, strict=True)
        )


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (10_000, [95_000, 65_000, 40_000], (4_750, 3_250, 2_000)),
        (7, [0, 0], (4, 3)),
        (-7, [3, 0, 2], (-4, 0, -3)),
        (1, [1, 2], (0, 1)),
    ],
)
def test_the_largest_remainder_gets_what_is_left(whole, weights, parts):
    assert split(whole, weights) == parts


@pytest.mark.parametrize("weights", [[], [-1, 2]])
def test_weights_that_split_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split(5, weights)


@pytest.mark.parametrize(
    ("amount", "rate_bp", "part"), [(1_000, 150, 15), (33, 100, 0), (50, 100, 1), (10**14, 50, 5 * 10**11)]
)
def test_half_a_dong_is_rounded_up(amount, rate_bp, part):
    assert percent_of(amount, rate_bp) == part
