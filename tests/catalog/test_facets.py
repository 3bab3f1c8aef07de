"""Sets of products as whole numbers."""

import random

import pytest

from catalog.facets import Order, bits_of, choose, narrow, positions_of, price_band, take

SEED = 5


@pytest.mark.parametrize("count", [0, 1, 7, 399, 401, 5_000])
def test_positions_come_back_as_they_went_in(count):
    positions = sorted(random.Random(SEED).sample(range(20_000), count))

    bits = bits_of(iter(positions))

    assert positions_of(bits) == positions
    assert bits.bit_count() == count


@pytest.mark.parametrize("count", [3, 900, 4_000])
def test_a_page_is_cut_from_the_whole_order(count):
    chance = random.Random(SEED)
    sequence = list(range(6_000))
    chance.shuffle(sequence)
    ranks = sorted(range(6_000), key=sequence.__getitem__)
    chosen = chance.sample(range(6_000), count)
    expected = [position for position in sequence if position in set(chosen)]
    order = Order(sequence, ranks)

    assert take(bits_of(chosen), order, 0, 24) == expected[:24]
    assert take(bits_of(chosen), order, count - 2, 24) == expected[count - 2 :]
    assert take(bits_of(chosen), order, count, 24) == []


def test_values_of_one_facet_widen_and_an_unknown_one_adds_nothing():
    assert choose({"a": 0b011, "b": 0b100}, ["a", "b"]) == 0b111
    assert choose({"a": 0b011}, ["c"]) == 0


def test_each_facet_is_counted_without_its_own_choice():
    total, without = narrow(0b1111, {"group": 0b0011, "stars": 0b0110})

    assert total == 0b0010
    assert without == {"group": 0b0110, "stars": 0b0011}


@pytest.mark.parametrize(
    ("price_vnd", "key"),
    [(0, "0-50000"), (49_999, "0-50000"), (50_000, "50000-100000"), (500_000, "500000-"), (10**9, "500000-")],
)
def test_a_price_is_in_the_band_that_begins_with_it(price_vnd, key):
    assert price_band(price_vnd) == key
