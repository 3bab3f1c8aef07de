"""Certificates other than OCOP, by day."""

from datetime import date

import pytest

from catalog.certificates import certificate_state

ISSUED_ON, EXPIRES_ON = date(2025, 1, 10), date(2026, 1, 10)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 1, 9), "not_yet"),
        (date(2025, 1, 10), "in_force"),
        (date(2026, 1, 10), "in_force"),
        (date(2026, 1, 11), "expired"),
    ],
)
def test_a_certificate_holds_from_its_first_to_its_last_day(day: date, state: str) -> None:
    assert certificate_state(ISSUED_ON, EXPIRES_ON, "01/2025/ATTP", day) == state


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "number", "state"),
    [
        (ISSUED_ON, None, "GI-00012", "in_force"),
        (None, EXPIRES_ON, "GI-00012", "in_force"),
        (None, None, "GI-00012", "incomplete"),
        (ISSUED_ON, EXPIRES_ON, None, "incomplete"),
        (ISSUED_ON, EXPIRES_ON, "", "incomplete"),
        (None, date(2025, 5, 31), None, "expired"),
        (date(2025, 6, 2), None, None, "not_yet"),
    ],
)
def test_a_gap_claims_nothing_but_hides_no_end(
    issued_on: date | None, expires_on: date | None, number: str | None, state: str
) -> None:
    assert certificate_state(issued_on, expires_on, number, date(2025, 6, 1)) == state
