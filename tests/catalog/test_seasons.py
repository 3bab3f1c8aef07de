"""Months of sale: kept as bits, told as the next month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.seasons import is_in_season, months_of, months_value, next_season, season_turns_on

DAYS = some.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(some.sets(some.integers(1, 12)))
def test_months_come_back_as_they_were_said(months):
    value = months_value(months)

    assert months_of(value) == tuple(sorted(months or range(1, 13)))
    assert (value is None) == (len(months) in (0, 12))


@pytest.mark.parametrize("month", [0, 13, -1])
def test_what_is_no_month_is_refused(month):
    with pytest.raises(ValueError, match=str(month)):
        months_value([month])


def test_the_next_season_is_the_next_month_of_sale_also_beyond_new_year():
    autumn = months_value([9, 10])

    assert next_season(autumn, date(2026, 11, 22)) == 9
    assert next_season(months_value([3]), date(2026, 11, 22)) == 3
    assert next_season(autumn, date(2026, 10, 31)) is None
    assert next_season(None, date(2026, 11, 22)) is None


@given(some.sets(some.integers(1, 12), min_size=1, max_size=11), DAYS)
def test_the_day_on_which_the_season_turns_is_the_first_of_another_answer(months, on):
    value = months_value(months)
    turn = season_turns_on(value, on)

    assert turn is not None
    answers = [is_in_season(value, on + timedelta(days=ahead)) for ahead in range((turn - on).days + 1)]
    assert answers[:-1] == [answers[0]] * (len(answers) - 1)
    assert answers[-1] != answers[0]


def test_what_is_sold_all_the_year_never_turns():
    assert season_turns_on(None, date(2026, 1, 1)) is None
