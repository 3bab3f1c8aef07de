"""Links to orders: nobody can make one up, and none dies with a changed key."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.keys import KeyRing
from orders.order_tokens import order_id_of, token_of

KEYS = KeyRing(("present", "former"))


@given(st.integers(min_value=1, max_value=2**63))
@settings(max_examples=50)
def test_a_token_leads_to_its_order(order_id):
    assert order_id_of(token_of(order_id, KEYS), KEYS) == order_id


def test_a_token_is_short_and_safe_in_an_address():
    assert len(token_of(7, KEYS)) == 32
    assert set(token_of(7, KEYS)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_token_of_a_former_key_still_leads_to_its_order():
    old = token_of(7, KeyRing(("former",)))

    assert order_id_of(old, KEYS) == 7
    assert old != token_of(7, KEYS)


def test_a_token_of_a_key_that_is_gone_leads_nowhere():
    assert order_id_of(token_of(7, KeyRing(("gone",))), KEYS) is None


@pytest.mark.parametrize("place", range(32))
def test_a_token_with_one_wrong_character_leads_nowhere(place):
    token = token_of(7, KEYS)
    wrong = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]

    assert order_id_of(wrong, KEYS) is None


@pytest.mark.parametrize("text", ["", "A" * 31, "A" * 33, "A" * 32, "Ạ" * 32, "A" * 31 + "\n", "../" * 11])
def test_what_is_no_token_leads_nowhere(text):
    assert order_id_of(text, KEYS) is None


def test_tokens_do_not_tell_how_many_orders_there_are():
    first, second = token_of(1, KEYS), token_of(2, KEYS)

    assert sum(one == other for one, other in zip(first, second, strict=True)) < 8
