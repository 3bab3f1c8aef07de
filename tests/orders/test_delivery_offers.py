"""What is offered for a parcel: pure rules of `orders.delivery_offers` and the calendar."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.places import list_provinces
from orders.delivery_days import arrival, longest_way, rest_days, sending_days
from orders.delivery_offers import Sender, quote
from orders.delivery_terms import (
    CollectPoint,
    DeliveryKind,
    Destination,
    OwnScope,
    Parcel,
    RateStep,
    Refusal,
    Region,
    SenderTerms,
    Zone,
    region_of,
    zone_of,
)

SUNDAY = date(2026, 11, 22)
PARCEL = Parcel(producer_id=1, weight_g=1_200, goods_vnd=250_000)
TERMS = SenderTerms(producer_id=1, province_code="86", commune_code="28789", address="Phường Bến Tre")
NEAR, AWAY = Destination("86", "28789"), Destination("79", "26740")


def step(zone: Zone = Zone.SAME_PROVINCE, **facts) -> RateStep:
    values = {
        "carrier": "manual",
        "service": "standard",
        "zone": zone,
        "up_to_g": 2_000,
        "fee_vnd": 24_000,
        "fragile_fee_vnd": 8_000,
        "days_from": 1,
        "days_to": 2,
        "is_cold": False,
    }
    return RateStep(**(values | facts))


def rates(*steps: RateStep) -> dict:
    found: dict = {}
    for each in steps or (step(), step(up_to_g=5_000, fee_vnd=36_000)):
        found.setdefault((each.carrier, each.service), []).append(each)
    return found


def offered(parcel: Parcel = PARCEL, to: Destination = NEAR, sender: Sender | None = None, on: date = SUNDAY):
    return quote(parcel, to, sender or Sender(TERMS, rates()), on)


def test_a_parcel_pays_the_first_step_that_holds_it():
    assert [option.fee_vnd for option in offered(replace(PARCEL, weight_g=2_000)).options] == [24_000]
    assert [option.fee_vnd for option in offered(replace(PARCEL, weight_g=2_001)).options] == [36_000]


def test_the_promise_counts_days_of_handing_over_and_of_the_way():
    (option,) = offered().options

    # Ordered on a Sunday, handed over on Monday or Tuesday, one or two days on the way.
    assert (option.from_on, option.to_on) == (date(2026, 11, 24), date(2026, 11, 26))
    assert option.key == "carrier:manual:standard"
    assert option.facts == {"service": "standard", "zone": "same_province"}


def test_a_parcel_too_heavy_is_refused_with_the_most_that_goes():
    quoted = offered(replace(PARCEL, weight_g=5_001))

    assert quoted.options == ()
    assert [(each.reason, each.facts["up_to_g"]) for each in quoted.refused] == [(Refusal.TOO_HEAVY, "5000")]


def test_fragile_goods_cost_more_or_are_not_taken():
    fragile = replace(PARCEL, is_fragile=True)

    assert [option.fee_vnd for option in offered(fragile).options] == [32_000]
    refused = offered(fragile, sender=Sender(TERMS, rates(step(fragile_fee_vnd=None)))).refused
    assert [each.reason for each in refused] == [Refusal.NOT_FRAGILE]


def test_chilled_goods_go_only_cold_or_a_short_way():
    chilled = replace(PARCEL, is_chilled=True)
    sender = Sender(
        TERMS,
        rates(step(), step(service="cold", is_cold=True, fee_vnd=60_000), step(service="fast", days_to=1)),
    )

    quoted = offered(chilled, sender=sender)

    assert [option.key for option in quoted.options] == ["carrier:manual:fast", "carrier:manual:cold"]
    assert [(each.key, each.reason) for each in quoted.refused] == [
        ("carrier:manual:standard", Refusal.NOT_COLD)
    ]


def test_what_takes_too_long_for_the_goods_is_refused_and_told_why():
    delicate = replace(PARCEL, max_transit_days=1)

    quoted = offered(delicate)

    assert quoted.options == ()
    assert [(each.reason, each.facts["max_transit_days"]) for each in quoted.refused] == [
        (Refusal.TOO_SLOW, "1")
    ]


def test_days_of_tet_lengthen_the_way_and_rule_out_delicate_goods():
    eve_eve = date(2027, 2, 3)  # ordered on Wednesday; handed over on Thursday; Tết from Friday to Tuesday
    one_day = Sender(replace(TERMS, handover_days=1), rates(step()))

    (option,) = quote(PARCEL, NEAR, one_day, eve_eve).options
    delicate = quote(replace(PARCEL, max_transit_days=3), NEAR, one_day, eve_eve)

    assert (option.from_on, option.to_on) == (date(2027, 2, 10), date(2027, 2, 11))
    assert [each.reason for each in delicate.refused] == [Refusal.TOO_SLOW]


def test_fees_are_free_from_the_value_that_the_producer_sets():
    sender = Sender(replace(TERMS, free_from_vnd=250_000), rates())

    assert [option.fee_vnd for option in offered(sender=sender).options] == [0]
    assert [
        option.fee_vnd for option in offered(replace(PARCEL, goods_vnd=249_999), sender=sender).options
    ] == [24_000]


@pytest.mark.parametrize(
    ("scope", "to", "is_offered"),
    [
        (OwnScope.COMMUNE, Destination("86", "28789"), True),
        (OwnScope.COMMUNE, Destination("86", "28800"), False),
        (OwnScope.COMMUNE, Destination("86"), False),
        (OwnScope.PROVINCE, Destination("86"), True),
        (OwnScope.PROVINCE, Destination("79"), False),
        (OwnScope.NONE, Destination("86", "28789"), False),
    ],
)
def test_a_producer_brings_goods_as_far_as_it_says(scope, to, is_offered):
    sender = Sender(replace(TERMS, own_scope=scope, own_fee_vnd=10_000), {})

    assert [option.key for option in offered(to=to, sender=sender).options] == (
        ["producer"] if is_offered else []
    )


def test_what_is_fetched_stands_last_though_it_is_free():
    sender = Sender(replace(TERMS, pickup_hours="8-17 giờ"), rates())

    quoted = offered(sender=sender)

    assert [(option.kind, option.fee_vnd) for option in quoted.options] == [
        (DeliveryKind.CARRIER, 24_000),
        (DeliveryKind.PICKUP_PRODUCER, 0),
    ]
    assert quoted.find("pickup") == quoted.options[1]
    assert quoted.find("point:9") is None


def test_without_a_province_only_what_is_fetched_is_offered():
    sender = Sender(replace(TERMS, pickup_hours="8-17 giờ", own_scope=OwnScope.PROVINCE), rates())

    assert [option.key for option in offered(to=Destination(None), sender=sender).options] == ["pickup"]


def fair(**facts) -> CollectPoint:
    values = {
        "id": 7,
        "kind": DeliveryKind.PICKUP_FAIR,
        "name": "Hội chợ",
        "address": "Quảng trường",
        "hours": "8-21 giờ",
        "days": 1,
        "fee_vnd": 0,
        "from_on": date(2026, 12, 1),
        "until_on": date(2026, 12, 5),
    }
    return CollectPoint(**(values | facts))


def test_goods_wait_at_a_fair_while_it_is_open():
    (option,) = offered(sender=Sender(TERMS, {}, (fair(),))).options

    assert (option.key, option.from_on, option.to_on) == ("point:7", date(2026, 12, 1), date(2026, 12, 5))


def test_a_fair_that_ends_before_the_goods_are_there_is_refused():
    quoted = offered(sender=Sender(TERMS, {}, (fair(from_on=SUNDAY, until_on=date(2026, 11, 24)),)))

    assert [(each.reason, each.facts["until_on"]) for each in quoted.refused] == [
        (Refusal.OVER, "2026-11-24")
    ]


def test_a_fair_that_is_over_is_not_spoken_of():
    quoted = offered(sender=Sender(TERMS, {}, (fair(from_on=None, until_on=date(2026, 11, 21)),)))

    assert (quoted.options, quoted.refused) == ((), ())


def test_every_province_has_its_part_of_the_country():
    regions = [region_of(province.code) for province in list_provinces()]

    assert [regions.count(region) for region in Region] == [15, 11, 8]
    assert zone_of("86", "79") is Zone.SAME_REGION
    assert zone_of("86", "01") is Zone.NATION
    assert zone_of(None, "86") is Zone.NATION
    assert zone_of("99", "98") is Zone.NATION


def test_goods_leave_on_the_weekdays_that_the_producer_sends():
    assert sending_days(SUNDAY, 2, "14", frozenset()) == (date(2026, 11, 23), date(2026, 11, 26))
    assert sending_days(SUNDAY, 30, "2", frozenset())[-1] == date(2026, 12, 22)
    assert sending_days(SUNDAY, 0, "7", frozenset()) == (SUNDAY,)
    assert sending_days(SUNDAY, 0, "1", frozenset()) == (date(2026, 11, 23),)


def test_rest_days_are_those_of_the_law():
    assert {date(2027, 2, 5), date(2027, 2, 9), date(2028, 1, 25), date(2027, 4, 16)} <= rest_days()
    assert date(2027, 2, 10) not in rest_days()


@given(
    on=st.dates(date(2026, 11, 1), date(2028, 3, 1)),
    handover=st.integers(0, 30),
    days=st.integers(0, 30),
    weekdays=st.sets(st.sampled_from("1234567"), min_size=1).map(sorted).map("".join),
)
@settings(max_examples=100)
def test_nothing_is_promised_on_a_day_on_which_nothing_moves(on, handover, days, weekdays):
    sending = sending_days(on, handover, weekdays, rest_days())

    assert list(sending) == sorted(set(sending))
    assert all(str(day.isoweekday()) in weekdays and day >= on for day in sending)
    assert (sending[-1] - on).days >= handover
    for day in sending:
        arrived = arrival(day, days, rest_days())
        assert arrived not in rest_days()
        assert (arrived - day).days >= days
    assert longest_way(sending, days, rest_days()) >= days
