"""What people type for money, and what is not guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.typed_amounts import UnreadableAmountError, typed_count, typed_vnd


@pytest.mark.parametrize(
    ("text", "amount_vnd"),
    [
        ("1.250.000", 1_250_000),
        ("1250000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1 250 000 ₫", 1_250_000),
        ("1tr250", 1_250_000),
        ("1TR250", 1_250_000),
        ("1tr2", 1_200_000),
        ("1tr050", 1_050_000),
        ("1 triệu 250 nghìn", 1_250_000),
        ("1tr 50k", 1_050_000),
        ("1,5tr", 1_500_000),
        ("0,5 triệu", 500_000),
        ("250k", 250_000),
        ("250 K", 250_000),
        ("12k5", 12_500),
        ("35 nghìn", 35_000),
        ("35 ngàn đồng", 35_000),
        ("35.000đ", 35_000),
        ("125.000 VNĐ", 125_000),
        ("2 tỷ", 2_000_000_000),
        ("0", 0),
        ("  45000  ", 45_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount_vnd):
    assert typed_vnd(text) == amount_vnd


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("đ", "missing"),
        ("-5", "not_a_number"),
        ("−5000", "not_a_number"),
        ("1.25", "not_a_number"),
        ("12.50", "not_a_number"),
        ("1.250,000", "not_a_number"),
        ("0912345678", "not_a_number"),
        ("1e5", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("٣٥٠٠٠", "not_a_number"),
        ("３５０００", "not_a_number"),
        ("$35", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1.0001k", "not_a_number"),
        ("9" * 400, "not_a_number"),
        ("1.250k", "ambiguous"),
        ("1,250tr", "ambiguous"),
        ("1tr25", "ambiguous"),
    ],
)
def test_what_is_no_amount_or_two_amounts_is_not_guessed(text, reason):
    with pytest.raises(UnreadableAmountError) as refused:
        typed_vnd(text)

    assert refused.value.reason == reason


@given(some.integers(0, 10**12))
def test_every_usual_spelling_of_an_amount_is_that_amount(amount_vnd):
    grouped = f"{amount_vnd:,}"

    assert typed_vnd(str(amount_vnd)) == amount_vnd
    assert typed_vnd(grouped.replace(",", ".")) == amount_vnd
    assert typed_vnd(grouped.replace(",", " ") + " ₫") == amount_vnd


@given(some.text(max_size=40))
def test_any_text_is_a_whole_amount_or_refused(text):
    for read in (typed_vnd, typed_count):
        reason = None
        try:
            amount = read(text)
        except UnreadableAmountError as refused:
            amount, reason = 0, refused.reason

        assert amount >= 0
        assert reason in {None, "missing", "not_a_number", "ambiguous"}


@pytest.mark.parametrize("text", ["12k", "1.5", "-1", "1tr", "mười"])
def test_a_count_is_digits_only(text):
    with pytest.raises(UnreadableAmountError):
        typed_count(text)
