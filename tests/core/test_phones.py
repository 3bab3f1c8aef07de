"""Telephone numbers of Vietnam in one spelling."""

import pytest

from core.phones import can_take_messages, vietnamese_phone


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("(024) 3825 1234", "+842438251234"),
        ("0912345678 ext. 5", None),
        ("+1 202 555 0143", None),
        ("0912", None),
        ("", None),
        ("abc", None),
        ("0912345678" * 10, None),
    ],
)
def test_a_number_has_one_spelling(typed, phone):
    assert vietnamese_phone(typed) == phone


def test_messages_reach_mobile_numbers_only():
    assert can_take_messages("+84912345678")
    assert not can_take_messages("+842438251234")
