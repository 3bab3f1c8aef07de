"""Which verdict speaks, from facts alone."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stars import RecognitionFacts
from traceability.verdicts import HTTP_STATUS, StampFacts, Verdict, has_rank_lapsed, verdict_of

TODAY = date(2026, 11, 22)

# What makes each verdict come about, the most serious first. Source: the precedence of the trace page.
CAUSES = {
    Verdict.CONFIRMED_COPY: {"is_confirmed_copy": True},
    Verdict.RECALLED: {"is_recalled": True},
    Verdict.WITHDRAWN: {"is_withdrawn": True},
    Verdict.BAD_SEAL: {"has_bad_seal": True},
    Verdict.PAST_DATE: {"expires_on": TODAY - timedelta(days=1)},
    Verdict.CHECK_FURTHER: {"is_doubtful": True},
    Verdict.NOT_ACTIVATED: {"is_activated": False},
    Verdict.RANK_LAPSED: {"has_rank_lapsed": True},
    Verdict.DISPLAY_SAMPLE: {"is_display_sample": True},
    Verdict.LOT_CODE: {"is_unit": False},
    Verdict.VALID_AGAIN: {"scanned_before": True},
}


def facts(**given_facts) -> StampFacts:
    usual = {
        "is_unit": True,
        "is_activated": True,
        "is_withdrawn": False,
        "is_recalled": False,
        "has_rank_lapsed": False,
        "expires_on": TODAY + timedelta(days=30),
        "scanned_before": False,
    }
    return StampFacts(**(usual | given_facts))


def test_a_stamp_with_nothing_against_it_is_valid():
    assert verdict_of(facts(), TODAY) is Verdict.VALID_FIRST


@pytest.mark.parametrize(("verdict", "cause"), CAUSES.items())
def test_each_cause_alone_gives_its_verdict(verdict, cause):
    assert verdict_of(facts(**cause), TODAY) is verdict


@pytest.mark.parametrize(("first", "second"), list(combinations(CAUSES, 2)))
def test_of_two_causes_the_more_serious_speaks(first, second):
    assert verdict_of(facts(**CAUSES[first], **CAUSES[second]), TODAY) is first


def test_without_a_complete_record_no_earlier_look_is_claimed():
    assert verdict_of(facts(scanned_before=None), TODAY) is Verdict.VALID_FIRST


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.VALID_FIRST), (1, Verdict.PAST_DATE)])
def test_goods_are_good_on_their_last_day(days, verdict):
    last_day = TODAY - timedelta(days=days)

    assert verdict_of(facts(expires_on=last_day), TODAY) is verdict


def test_without_a_stated_date_nothing_is_past_it():
    assert verdict_of(facts(expires_on=None), TODAY) is Verdict.VALID_FIRST


def test_only_codes_that_are_not_known_or_withdrawn_have_a_status_of_their_own():
    assert HTTP_STATUS == {Verdict.UNKNOWN: 404, Verdict.MISTYPED: 404, Verdict.WITHDRAWN: 410}


@given(
    st.builds(
        StampFacts,
        is_unit=st.booleans(),
        is_activated=st.booleans(),
        is_withdrawn=st.booleans(),
        is_recalled=st.booleans(),
        has_rank_lapsed=st.booleans(),
        expires_on=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        scanned_before=st.none() | st.booleans(),
        is_confirmed_copy=st.booleans(),
        is_doubtful=st.booleans(),
        has_bad_seal=st.booleans(),
        is_display_sample=st.booleans(),
    )
)
def test_a_valid_verdict_never_hides_anything(any_facts):
    verdict = verdict_of(any_facts, TODAY)

    if verdict in {Verdict.VALID_FIRST, Verdict.VALID_AGAIN, Verdict.LOT_CODE}:
        assert any_facts.is_activated
        assert not any_facts.is_withdrawn
        assert not any_facts.is_recalled
        assert not any_facts.has_rank_lapsed
        assert not any_facts.is_confirmed_copy
        assert not any_facts.is_doubtful
        assert not any_facts.has_bad_seal
        assert not any_facts.is_display_sample
        assert any_facts.expires_on is None or any_facts.expires_on >= TODAY


def recognition(**given_facts) -> RecognitionFacts:
    usual = {
        "stars": 4,
        "decision_number": "1/QĐ",
        "decided_on": date(2023, 1, 1),
        "expires_on": date(2026, 1, 1),
    }
    return RecognitionFacts(**(usual | given_facts))


@pytest.mark.parametrize(
    ("records", "has_lapsed"),
    [
        ([], False),
        ([recognition()], True),
        ([recognition(expires_on=date(2027, 1, 1))], False),
        ([recognition(expires_on=date(2027, 1, 1), revoked_on=TODAY)], True),
        ([recognition(expires_on=date(2027, 1, 1), revoked_on=TODAY + timedelta(days=1))], False),
        ([recognition(decision_number=None)], False),
        ([recognition(expires_on=None)], False),
        ([recognition(), recognition(decided_on=date(2026, 1, 2), expires_on=date(2029, 1, 2))], False),
    ],
)
def test_a_rank_has_lapsed_once_it_was_in_force_and_is_not_any_more(records, has_lapsed):
    assert has_rank_lapsed(records, TODAY) is has_lapsed
