"""What looks at a pack add up to, piece by piece, and in a small simulation beside the rule on looks alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bench.clones import RULES, simulate
from traceability.clone_evidence import Assessment, LookFact, Reason, UnitFacts, assess, is_spread

BEGIN = datetime(2026, 10, 1, 3, tzinfo=UTC)
HOME, BUYER, FAR, FARTHER = "Bến Tre", "Hà Nội", "Cà Mau", "Đà Nẵng"


def look(days: float, province: str | None, device: int) -> LookFact:
    return LookFact(BEGIN + timedelta(days=days), province, device.to_bytes(2))


def looks(*facts: tuple[float, str]) -> list[LookFact]:
    """Each by a device of its own."""
    return [look(days, province, number) for number, (days, province) in enumerate(facts)]


def bound(**facts) -> UnitFacts:
    usual = {
        "looks": (),
        "home": HOME,
        "bound_at": BEGIN - timedelta(days=3),
        "shipped_at": BEGIN - timedelta(days=2),
        "destination": BUYER,
    }
    return UnitFacts(**(usual | facts))


WEEKS_IN_TWO = looks((0, FAR), (4, FAR), (9, FARTHER), (15, FARTHER), (22, FAR), (30, FARTHER))


def test_a_pack_nobody_looked_at_is_above_doubt():
    assert assess(bound()) == Assessment(0, ())


def test_a_buyer_and_the_family_raise_no_doubt():
    assert assess(bound(looks=looks((3, BUYER), (3.1, BUYER), (9, BUYER)))) == Assessment()


def test_a_gift_is_noted_at_most():
    given = looks((5, FAR), (5.2, FAR), (8, FAR), (16, FAR))

    assert assess(bound(looks=given)).grade <= 1


def test_a_posted_photograph_is_no_alarm_though_everybody_looks():
    posted = looks(
        *[(1 + number / 10, place) for number, place in enumerate([FAR, FARTHER, BUYER, HOME] * 8)]
    )

    assert is_spread(posted)
    assert assess(UnitFacts(looks=posted, home=HOME)) == Assessment(1, (Reason.MANY_PROVINCES,))


def test_weeks_of_looks_from_two_provinces_are_told_and_with_the_order_elsewhere_strongly():
    assert assess(UnitFacts(looks=WEEKS_IN_TWO)) == Assessment(2, (Reason.MANY_PROVINCES,))
    assert assess(bound(looks=WEEKS_IN_TWO)) == Assessment(3, (Reason.ELSEWHERE, Reason.MANY_PROVINCES))


def test_copies_in_one_province_are_found_by_where_the_order_went():
    in_one = looks(*[(5 * number, FAR) for number in range(8)])

    assert not is_spread(in_one)
    assert assess(bound(looks=in_one)) == Assessment(2, (Reason.ELSEWHERE,))
    assert assess(bound(looks=in_one, destination=FAR)) == Assessment()


@pytest.mark.parametrize(("count", "grade"), [(0, 0), (1, 1), (2, 2)])
def test_looks_elsewhere_before_the_pack_left_the_house(count, grade):
    early = looks(*[(number / 2, FAR) for number in range(count)])

    found = assess(bound(looks=early, shipped_at=BEGIN + timedelta(days=5)))

    assert found == Assessment(grade, (Reason.BEFORE_SHIPPING,) if grade else ())


def test_the_packer_may_try_the_stamp_at_home():
    early = looks((0, HOME), (0.1, HOME), (0.2, HOME))

    assert assess(bound(looks=early, shipped_at=BEGIN + timedelta(days=5))) == Assessment()


def test_a_bound_pack_that_has_not_left_yet_counts_as_in_the_house():
    assert assess(bound(looks=looks((0, FAR), (1, FAR)), shipped_at=None)).reasons == (
        Reason.BEFORE_SHIPPING,
    )


@pytest.mark.parametrize(
    ("later", "grade"),
    [([BUYER], 1), ([FAR], 2), ([BUYER, BUYER], 2), ([FAR, BUYER], 3)],
)
def test_who_opens_what_was_opened_before(later, grade):
    claims = tuple(look(10 + number, place, 50 + number) for number, place in enumerate(later))

    found = assess(bound(opening=look(5, BUYER, 1), later=claims))

    assert found == Assessment(grade, (Reason.OPENED_TWICE,))


def test_looks_elsewhere_after_the_opening_speak_for_a_copy():
    opened = bound(destination=None, opening=look(0, BUYER, 99), looks=WEEKS_IN_TWO[1:])

    assert Reason.AFTER_OPENING in assess(opened).reasons


def test_a_declared_area_notes_one_province_outside_and_tells_two():
    one = looks((0, FAR), (9, FAR))
    unit = UnitFacts(looks=one, area=frozenset({BUYER}), home=HOME)

    assert assess(unit) == Assessment(1, (Reason.OUT_OF_AREA,))
    assert assess(replace(unit, area=frozenset({FAR}))) == Assessment()
    assert assess(replace(unit, looks=WEEKS_IN_TWO)).grade == 3


def test_more_looked_at_than_sold_is_noted_of_packs_that_were_not_sold():
    unsold = UnitFacts(looks=looks((0, FAR)), is_beyond_sales=True)

    assert assess(unsold) == Assessment(1, (Reason.MORE_THAN_SOLD,))
    assert assess(bound(looks=looks((0, BUYER)), is_beyond_sales=True)) == Assessment()


def test_a_declared_sample_of_a_fair_alarms_nobody():
    shown = bound(looks=WEEKS_IN_TWO, is_sample=True, opening=look(0, BUYER, 9), later=(look(1, FAR, 8),))

    assert assess(shown) == Assessment(0, (), is_sample=True)


def test_looks_without_a_place_or_a_device_prove_nothing():
    unknown = [look(number * 5, None, number) for number in range(12)]
    nobody = [replace(each, province=FAR, device=None) for each in unknown]

    assert assess(bound(looks=unknown)) == Assessment()
    assert assess(bound(looks=nobody)) == Assessment()


def test_the_evidence_finds_at_least_what_the_rule_on_looks_finds_at_no_more_false_alarms():
    names = ("confirmed provinces", "ours, looks alone", "ours, with both")
    compared = [(name, rule) for name, rule in RULES if name in names]

    rule, ours, with_orders = simulate(7, units=4_000, clones=30, rules=compared)

    assert ours.false_alarms <= rule.false_alarms
    assert with_orders.false_alarms <= rule.false_alarms
    assert all(own >= theirs for own, theirs in zip(with_orders.found, rule.found, strict=True))
    assert with_orders.found[3] > rule.found[3]
