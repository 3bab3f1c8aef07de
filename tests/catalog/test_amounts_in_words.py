"""Amounts as they are read aloud; reading them back gives the amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.amounts_in_words import amount_in_words, english_words, vietnamese_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1_005, "một nghìn không trăm linh năm"),
        (10_500, "mười nghìn năm trăm"),
        (125_000, "một trăm hai mươi lăm nghìn"),
        (1_250_000, "một triệu hai trăm năm mươi nghìn"),
        (1_000_005, "một triệu không trăm linh năm"),
        (21_104_000, "hai mươi mốt triệu một trăm linh bốn nghìn"),
        (2_000_000_000, "hai tỷ"),
        (1_000_000_000_000, "một nghìn tỷ"),
    ],
)
def test_a_number_is_read_as_vietnamese_read_it(number, words):
    assert vietnamese_words(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (21, "twenty-one"),
        (105, "one hundred and five"),
        (1_005, "one thousand and five"),
        (125_000, "one hundred and twenty-five thousand"),
        (1_250_000, "one million two hundred and fifty thousand"),
        (3_000_000_200, "three billion two hundred"),
    ],
)
def test_a_number_is_read_in_english(number, words):
    assert english_words(number) == words


def test_an_amount_names_the_currency():
    assert amount_in_words(125_000, "vi") == "một trăm hai mươi lăm nghìn đồng"
    assert amount_in_words(125_000, "en") == "one hundred and twenty-five thousand đồng"


@pytest.mark.parametrize("words", [vietnamese_words, english_words])
def test_below_zero_nothing_is_said(words):
    with pytest.raises(ValueError, match="-1"):
        words(-1)


DIGITS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}


def heard(words: list[str]) -> int:
    """The number that a listener writes down, by another way than the one it was spoken by."""
    if "tỷ" in words:
        cut = len(words) - 1 - words[::-1].index("tỷ")
        return heard(words[:cut]) * 10**9 + heard(words[cut + 1 :])
    for scale, size in (("triệu", 10**6), ("nghìn", 10**3), ("trăm", 100)):
        if scale in words:
            cut = words.index(scale)
            return heard(words[:cut]) * size + heard(words[cut + 1 :])
    words = [word for word in words if word != "linh"]
    if not words:
        return 0
    if words[0] == "mười":
        return 10 + heard(words[1:])
    if len(words) > 1 and words[1] == "mươi":
        return DIGITS[words[0]] * 10 + heard(words[2:])
    return DIGITS[words[0]]


@given(some.integers(0, 10**15))
def test_what_is_heard_is_the_number_that_was_said(number):
    assert heard(vietnamese_words(number).split()) == number


@given(some.lists(some.integers(0, 10**10), min_size=2, max_size=2, unique=True))
def test_no_two_numbers_sound_alike(numbers):
    for words in (vietnamese_words, english_words):
        assert words(numbers[0]) != words(numbers[1])
