"""Codes of orders: made, checked, and found in what banks make of a memo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.references import ALPHABET, check_character, is_reference, new_reference, references_in

BODIES = st.text(ALPHABET, min_size=8, max_size=8)


def code(body: str) -> str:
    return f"OC{body}{check_character(body)}"


def test_a_new_code_is_eleven_letters_and_digits_that_banks_hand_on():
    made = new_reference()

    assert len(made) == 11
    assert made.isascii()
    assert made.isalnum()
    assert made.isupper()
    assert is_reference(made)
    assert check_character("K7M2Q9XT") == "T"


@given(BODIES, st.integers(2, 10), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, other):
    right = code(body)
    wrong = right[:place] + other + right[place + 1 :]

    assert is_reference(wrong) is (wrong == right)


@pytest.mark.parametrize(
    "memo",
    [
        "{}",
        "MBVCB.5123456789.{}.CT tu 0011 toi 0022",
        "{} thanh toan don hang FT26326 123",
        "IBFT {} ",
    ],
)
def test_a_code_is_found_however_the_bank_surrounds_it(memo):
    right = code("K7M2Q9XT")

    assert list(references_in(memo.format(right))) == [right]
    assert list(references_in(memo.format(right.lower()))) == [right]
    assert list(references_in(memo.format(f"{right[:4]} {right[4:8]}-{right[8:]}"))) == [right]


def test_a_mistyped_code_is_no_code():
    assert list(references_in("OCK7M2Q9XTS")) == []
    assert list(references_in("OCK7M2Q9")) == []
    assert not is_reference("")


def test_two_codes_in_one_memo_are_both_told():
    first, second = code("K7M2Q9XT"), code("22222222")

    assert list(references_in(f"tra {first} va {second}")) == [first, second]
