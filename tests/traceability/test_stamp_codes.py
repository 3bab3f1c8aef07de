"""Codes of stamps: random, forgiving to type, and sure to notice a slip."""

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.stamp_codes import (
    ALPHABET,
    CODE_LENGTH,
    RANDOM_LENGTH,
    CodeStatus,
    ParsedCode,
    check_character,
    grouped,
    new_codes,
    normalise,
    parse,
)

bodies = st.text(alphabet=ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)
LETTERED = "7K3QX9M2RVBH"


def whole(body: str) -> str:
    return body + check_character(body)


def test_the_alphabet_is_crockfords() -> None:
    assert len(set(ALPHABET)) == 32
    assert set("ILOU").isdisjoint(ALPHABET)


@pytest.mark.parametrize(
    ("body", "check"),
    # By hand, from r to 2(r + d): a last 1 gives 2, a last G (16) gives x^5 = x^2 + 1 = 5, and so on.
    [
        ("000000000000", "0"),
        ("000000000001", "2"),
        ("00000000000G", "5"),
        ("000000000010", "4"),
        ("7K3QX9M2RVBH", "8"),
    ],
)
def test_the_check_character_is_damms_over_gf_32(body: str, check: str) -> None:
    assert check_character(body) == check


def test_codes_are_different_well_formed_and_hold_a_letter() -> None:
    codes = new_codes(5_000)

    assert len(codes) == len(set(codes)) == 5_000
    assert all(len(code) == CODE_LENGTH and not code.isdigit() for code in codes)
    assert all(parse(code) == ParsedCode(CodeStatus.OK, code) for code in codes)


def test_every_character_is_equally_likely() -> None:
    source = random.Random(20261122)

    drawn = "".join(code[:RANDOM_LENGTH] for code in new_codes(20_000, source.randbytes))

    expected = len(drawn) / 32
    assert all(abs(drawn.count(character) - expected) < 6 * expected**0.5 for character in ALPHABET)


def test_codes_of_digits_alone_and_repetitions_are_drawn_anew() -> None:
    digits_alone = next(
        body for body in (f"{number:012d}" for number in range(1000)) if check_character(body).isdigit()
    )
    texts = iter([digits_alone + LETTERED + LETTERED, "A" * 24, "B" * 12])

    def scripted(size: int) -> bytes:
        text = next(texts)
        assert len(text) == size
        return bytes(ALPHABET.index(character) for character in text)

    assert new_codes(3, scripted) == [whole(LETTERED), whole("A" * 12), whole("B" * 12)]


def test_no_code_needs_no_randomness() -> None:
    assert new_codes(0) == []


@given(bodies)
def test_every_single_wrong_character_is_told(body: str) -> None:
    code = whole(body)

    for place in range(CODE_LENGTH):
        for other in set(ALPHABET) - {code[place]}:
            wrong = code[:place] + other + code[place + 1 :]
            assert parse(wrong).status in {CodeStatus.MISTYPED, CodeStatus.MALFORMED}
            assert wrong.isdigit() or parse(wrong).status is CodeStatus.MISTYPED


@given(bodies)
def test_every_swap_of_neighbours_is_told(body: str) -> None:
    code = whole(body)

    for place in range(CODE_LENGTH - 1):
        first, second = code[place], code[place + 1]
        swapped = code[:place] + second + first + code[place + 2 :]
        assert first == second or parse(swapped).status is not CodeStatus.OK


def test_every_pair_of_characters_in_every_place_notices_its_swap() -> None:
    for place in range(RANDOM_LENGTH - 1):
        for first in ALPHABET:
            for second in ALPHABET:
                body = LETTERED[:place] + first + second + LETTERED[place + 2 :]
                swapped = LETTERED[:place] + second + first + LETTERED[place + 2 :]
                assert first == second or check_character(body) != check_character(swapped)


@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "{grouped}",
        "  {lower}\n",
        "{spaced}",
        "{dashed}",
        "{dotted}",
        "{full_width}",
        "\ufeff{grouped}\u200b",
    ],
)
def test_typing_is_forgiven(typed: str) -> None:
    code = whole("70K1QX9M2RVB")
    forms = {
        "code": code,
        "grouped": grouped(code),
        "lower": code.lower().replace("0", "o").replace("1", "l"),
        "spaced": " ".join(code).replace("0", "O").replace("1", "i"),
        "dashed": grouped(code).replace("-", " \u2013 "),
        "dotted": grouped(code).replace("-", "."),
        "full_width": "".join(chr(ord(character) + 0xFEE0) for character in grouped(code)),
    }

    assert parse(typed.format(**forms)) == ParsedCode(CodeStatus.OK, code)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7K3Q",
        "7K3QX9M2RVBHU",
        "7K3QX9M2RVB#8",
        "8938505970127",
        "đồng hồ nước!",
        "7K3QX9M2RVBH88",
        "0" * 13,
        "7" * 10_000,
        "-" * 65 + "7K3QX9M2RVBH8",
    ],
)
def test_what_is_no_code_is_malformed(typed: str) -> None:
    assert parse(typed) == ParsedCode(CodeStatus.MALFORMED, None)


def test_a_wrong_check_character_is_a_typing_error() -> None:
    right = check_character(LETTERED)
    wrong = next(character for character in ALPHABET if character != right)

    assert parse(LETTERED + right).status is CodeStatus.OK
    assert parse(LETTERED + wrong) == ParsedCode(CodeStatus.MISTYPED, None)


@given(st.text(max_size=80))
def test_any_text_can_be_typed(typed: str) -> None:
    parsed = parse(typed)

    assert (parsed.code is not None) == (parsed.status is CodeStatus.OK)
    assert parsed.code is None or parsed.code == normalise(typed)


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert grouped("7K3QX9M2RVBH8") == "7K3Q-X9M2-RVBH-8"
    assert normalise(grouped("7K3QX9M2RVBH8")) == "7K3QX9M2RVBH8"


def test_the_system_gives_the_randomness_by_default() -> None:
    assert new_codes.__defaults__ == (os.urandom,)
