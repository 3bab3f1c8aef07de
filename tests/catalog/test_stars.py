"""Which stars, in which state, on which day: the boundaries to the day, then the rules for any dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stars import (
    SHOWN_STARS,
    STATES_WITH_STARS,
    CertificationState,
    RecognitionFacts,
    effective,
    effective_index,
    expiry_by_law,
    next_change_on,
    stars_on,
    state_on,
)

DECIDED_ON = date(2024, 3, 31)
EXPIRES_ON = date(2027, 3, 31)
FACTS = RecognitionFacts(stars=4, decision_number="858/QĐ-UBND", decided_on=DECIDED_ON, expires_on=EXPIRES_ON)


def days_from_expiry(days: int) -> date:
    return EXPIRES_ON + timedelta(days=days)


def test_the_states_have_the_names_of_the_rules() -> None:
    assert [state.value for state in CertificationState] == [
        "in_force",
        "renewal_due",
        "last_days",
        "awaiting_renewal",
        "extended",
        "expired",
        "revoked",
        "incomplete",
    ]
    assert {state for state in CertificationState if state not in STATES_WITH_STARS} == {
        CertificationState.EXPIRED,
        CertificationState.REVOKED,
        CertificationState.INCOMPLETE,
    }


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1095, "in_force"),
        (-181, "in_force"),
        (-180, "renewal_due"),
        (-121, "renewal_due"),
        (-120, "last_days"),
        (-1, "last_days"),
        (0, "last_days"),
        (1, "expired"),
        (180, "expired"),
        (9999, "expired"),
    ],
)
def test_state_by_days_from_the_last_day_when_nothing_is_filed(days: int, state: str) -> None:
    assert state_on(FACTS, days_from_expiry(days)) == state


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-181, "in_force"),
        (-151, "renewal_due"),
        (-150, "awaiting_renewal"),
        (-120, "awaiting_renewal"),
        (0, "awaiting_renewal"),
        (1, "extended"),
        (180, "extended"),
        (181, "expired"),
    ],
)
def test_state_by_days_from_the_last_day_when_a_dossier_is_filed(days: int, state: str) -> None:
    filed = replace(FACTS, renewal_filed_on=days_from_expiry(-150))

    assert state_on(filed, days_from_expiry(days)) == state


def test_a_dossier_filed_too_early_counts_when_the_window_opens() -> None:
    filed = replace(FACTS, renewal_filed_on=days_from_expiry(-300))

    assert state_on(filed, days_from_expiry(-181)) == "in_force"
    assert state_on(filed, days_from_expiry(-180)) == "awaiting_renewal"


@pytest.mark.parametrize(("filed", "state"), [(0, "extended"), (1, "expired")])
def test_only_a_dossier_filed_by_the_last_day_extends(filed: int, state: str) -> None:
    late = replace(FACTS, renewal_filed_on=days_from_expiry(filed))

    assert state_on(late, days_from_expiry(1)) == state


@pytest.mark.parametrize(
    ("expires_on", "state"), [(date(2026, 5, 21), "expired"), (date(2026, 5, 22), "extended")]
)
def test_a_certificate_that_ended_before_the_transitional_rule_is_not_extended(
    expires_on: date, state: str
) -> None:
    facts = RecognitionFacts(3, "1/QĐ", date(2023, 5, 22), expires_on, renewal_filed_on=date(2026, 4, 1))

    assert state_on(facts, date(2026, 5, 23)) == state


@pytest.mark.parametrize(
    ("refused", "day", "state"),
    [
        (-100, -101, "awaiting_renewal"),
        (-100, -100, "last_days"),
        (-130, -125, "renewal_due"),
        (-100, 1, "expired"),
        (30, 29, "extended"),
        (30, 30, "expired"),
    ],
)
def test_a_refused_renewal_no_longer_waits(refused: int, day: int, state: str) -> None:
    facts = replace(
        FACTS, renewal_filed_on=days_from_expiry(-150), renewal_refused_on=days_from_expiry(refused)
    )

    assert state_on(facts, days_from_expiry(day)) == state


def test_a_dossier_filed_again_after_a_refusal_waits_anew() -> None:
    facts = replace(FACTS, renewal_filed_on=days_from_expiry(-100), renewal_refused_on=days_from_expiry(-130))

    assert state_on(facts, days_from_expiry(-99)) == "awaiting_renewal"


def test_a_revocation_takes_effect_on_its_day() -> None:
    revoked = replace(FACTS, revoked_on=date(2025, 6, 1), renewal_filed_on=days_from_expiry(-150))

    assert state_on(revoked, date(2025, 5, 31)) == "in_force"
    assert state_on(revoked, date(2025, 6, 1)) == "revoked"
    assert state_on(revoked, days_from_expiry(500)) == "revoked"


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, decision_number=None),
        replace(FACTS, decision_number=""),
        replace(FACTS, decided_on=None),
        replace(FACTS, expires_on=None),
    ],
)
def test_a_record_without_number_or_dates_is_incomplete_and_shows_no_star(facts: RecognitionFacts) -> None:
    assert state_on(facts, date(2025, 1, 1)) == "incomplete"
    assert stars_on([facts], date(2025, 1, 1)) is None


def test_a_gap_in_the_record_does_not_hide_a_revocation() -> None:
    facts = RecognitionFacts(4, None, None, None, revoked_on=date(2024, 12, 1))

    assert state_on(facts, date(2024, 12, 1)) == "revoked"


def test_stars_show_on_the_last_day_and_are_gone_the_next() -> None:
    assert stars_on([FACTS], EXPIRES_ON) == 4
    assert stars_on([FACTS], days_from_expiry(1)) is None


def test_no_record_shows_no_star() -> None:
    assert effective([], EXPIRES_ON) is None
    assert stars_on([], EXPIRES_ON) is None
    assert next_change_on([], EXPIRES_ON) is None


@pytest.mark.parametrize("stars", [0, 1, 2, 6])
def test_ranks_without_a_certificate_never_show(stars: int) -> None:
    assert stars_on([replace(FACTS, stars=stars)], EXPIRES_ON) is None


@pytest.mark.parametrize("new_stars", [3, 4, 5])
def test_a_new_recognition_up_down_or_same_replaces_the_old_from_its_day(new_stars: int) -> None:
    old = replace(FACTS, stars=4)
    new = RecognitionFacts(new_stars, "9/QĐ", date(2026, 12, 1), date(2029, 12, 1))

    assert stars_on([new, old], date(2026, 11, 30)) == 4
    assert stars_on([new, old], date(2026, 12, 1)) == new_stars
    assert effective_index([new, old], date(2026, 12, 1)) == 0


def test_a_revocation_does_not_bring_an_older_recognition_back() -> None:
    new = RecognitionFacts(5, "9/QĐ", date(2026, 1, 1), date(2029, 1, 1), revoked_on=date(2026, 6, 1))

    assert stars_on([FACTS, new], date(2026, 5, 31)) == 5
    assert stars_on([FACTS, new], date(2026, 6, 1)) is None
    assert effective([FACTS, new], date(2026, 6, 1)) == new


def test_an_undated_record_never_beats_a_dated_one() -> None:
    undated = RecognitionFacts(5, None, None, None)

    assert effective([undated, FACTS], EXPIRES_ON) == FACTS
    assert effective([undated, FACTS], DECIDED_ON - timedelta(days=1)) == undated
    assert effective([undated, replace(undated, stars=3)], EXPIRES_ON) == undated


def test_of_two_decided_on_one_day_the_later_recorded_counts() -> None:
    assert effective_index([FACTS, replace(FACTS, stars=5)], EXPIRES_ON) == 1


@pytest.mark.parametrize(
    ("decided_on", "expires_on"),
    [
        (date(2026, 8, 5), date(2029, 8, 5)),
        (date(2025, 5, 7), date(2028, 5, 7)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2023, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_certificate_lasts_36_months(decided_on: date, expires_on: date) -> None:
    assert expiry_by_law(decided_on) == expires_on


def test_an_end_at_the_end_of_the_calendar_is_no_accident() -> None:
    endless = replace(FACTS, expires_on=date.max, renewal_filed_on=date.max)

    assert state_on(endless, EXPIRES_ON) == "in_force"
    assert next_change_on([endless], EXPIRES_ON) == date.max - timedelta(days=180)


def test_the_next_change_walks_through_all_states() -> None:
    filed = replace(FACTS, renewal_filed_on=days_from_expiry(-10))
    turns = [DECIDED_ON]

    while (turn := next_change_on([filed], turns[-1])) is not None:
        turns.append(turn)

    assert [(turn - EXPIRES_ON).days for turn in turns[1:]] == [-180, -120, -10, 1, 181]


_days = st.dates(date(2026, 1, 1), date(2027, 6, 30))
_facts = st.builds(
    RecognitionFacts,
    stars=st.sampled_from([3, 4, 5]),
    decision_number=st.sampled_from(["1/QĐ-UBND", "1/QĐ-UBND", None]),
    decided_on=st.none() | _days,
    expires_on=st.none() | _days,
    revoked_on=st.none() | _days,
    renewal_filed_on=st.none() | _days,
    renewal_refused_on=st.none() | _days,
)
_recognitions = st.lists(_facts, max_size=3)


def answer(recognitions: Sequence[RecognitionFacts], day: date) -> tuple[object, ...]:
    facts = effective(recognitions, day)
    return (
        effective_index(recognitions, day),
        facts and state_on(facts, day),
        stars_on(recognitions, day),
    )


@given(_recognitions, _days)
def test_stars_show_exactly_in_the_five_states_of_the_effective_record(
    recognitions: list[RecognitionFacts], day: date
) -> None:
    facts = effective(recognitions, day)
    shown = facts is not None and state_on(facts, day) in STATES_WITH_STARS

    assert stars_on(recognitions, day) == (facts.stars if facts is not None and shown else None)
    assert stars_on(recognitions, day) in SHOWN_STARS | {None}


@given(_facts, _days)
def test_no_star_shows_outside_decision_end_and_revocation(facts: RecognitionFacts, day: date) -> None:
    if stars_on([facts], day) is not None:
        assert facts.decision_number is not None
        assert facts.decided_on is not None
        assert facts.decided_on <= day
        assert facts.expires_on is not None
        assert day <= facts.expires_on + timedelta(days=180)
        assert day <= facts.expires_on or facts.renewal_filed_on is not None
        assert facts.revoked_on is None or day < facts.revoked_on


@given(_recognitions, _days)
def test_the_effective_record_is_the_latest_decided(recognitions: list[RecognitionFacts], day: date) -> None:
    facts = effective(recognitions, day)
    decided = [r.decided_on for r in recognitions if r.decided_on is not None and r.decided_on <= day]

    assert (facts.decided_on if facts else None) == (max(decided) if decided else None)
    assert (facts is None) == (not decided and all(r.decided_on is not None for r in recognitions))


@given(_recognitions, _days)
def test_the_next_change_is_the_very_next_day_that_differs(
    recognitions: list[RecognitionFacts], day: date
) -> None:
    today = answer(recognitions, day)
    later = (day + timedelta(days=days) for days in range(1, 1000))

    differs = next((on for on in later if answer(recognitions, on) != today), None)

    assert next_change_on(recognitions, day) == differs
