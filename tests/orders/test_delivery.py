"""Quotes of delivery from the database, and setting how goods are delivered."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from accounts.actors import Actor
from core import clock as present
from core.db import db, transaction
from orders.delivery_terms import DeliveryKind, Destination, OwnScope, Parcel, RateStep, Refusal, Zone
from orders.errors import InvalidRatesError, InvalidTermsError, PointNotFoundError
from orders.models.delivery import DeliveryTerms, PackWeight, PickupPoint, RateTable
from orders.operations.delivery import (
    HandlingFacts,
    PointFacts,
    RateTableFacts,
    TermsFacts,
    record_rates,
    save_point,
    set_handling,
    set_terms,
    withdraw_point,
)
from orders.queries.delivery import (
    PackLine,
    list_delivery_options,
    list_options_of_parcels,
    list_pack_needs,
    quote_parcels,
    weigh_parcels,
    worked_out_weight_g,
)
from orders.rate_sheets import OwnFees, own_fees, own_steps, read_rates, write_rates
from tests.factories import make_place, make_producer, make_product
from tests.people import make_member
from tests.support.statements import counted

ON = date(2026, 11, 22)
HERE = Destination("86", "28789")
TERMS = TermsFacts(
    handover_days=1,
    send_weekdays="123456",
    sends_by_carrier=True,
    free_from_vnd=None,
    own_scope=OwnScope.NONE,
    own_fee_vnd=0,
    own_free_from_vnd=None,
    own_days=1,
    pickup_hours=None,
    minimum_vnd=0,
)
POINT = PointFacts(
    kind=DeliveryKind.PICKUP_POINT,
    name="Điểm Bến Tre",
    address="1 Đồng Khởi",
    province_code="86",
    commune_code=None,
    hours="8-17 giờ",
    from_on=None,
    until_on=None,
    run_by="UBND phường",
    phone=None,
    fee_vnd=5_000,
)


def actor_of(producer) -> Actor:
    return Actor(user_id=make_member(producer).id)


def parcel_of(producer, **facts) -> Parcel:
    return Parcel(**({"producer_id": producer.id, "weight_g": 1_200, "goods_vnd": 250_000} | facts))


def flat(fee_vnd: int, **facts) -> RateStep:
    values = {
        "carrier": "manual",
        "service": "standard",
        "zone": Zone.SAME_PROVINCE,
        "up_to_g": 30_000,
        "fragile_fee_vnd": 0,
        "days_from": 1,
        "days_to": 2,
        "is_cold": False,
    }
    return RateStep(**(values | facts), fee_vnd=fee_vnd)


def load(*steps: RateStep, producer=None, valid_from_on=ON, **facts) -> tuple[RateTable, bool]:
    table_facts = RateTableFacts(
        producer_id=producer.id if producer else None, valid_from_on=valid_from_on, **facts
    )
    with transaction():
        return record_rates(steps, table_facts, by=None, now=present.now())


def fees(producer, to=HERE, on=ON) -> list[int]:
    return [option.fee_vnd for option in list_delivery_options(parcel_of(producer), to, on)]


def test_a_new_installation_quotes_by_the_invented_table(db_session):
    producer = make_producer()

    assert fees(producer) == [24_000, 60_000]
    assert fees(producer, Destination("79")) == [34_000, 95_000]
    assert fees(producer, Destination("01")) == [43_000]
    table = db_session.scalars(select(RateTable)).one()
    assert (table.is_demonstration, table.producer_id) == (True, None)


def test_the_operators_table_takes_the_place_of_the_invented_one_from_its_day_on(db_session):
    producer = make_producer()

    load(flat(19_000), valid_from_on=date(2026, 12, 1))

    assert fees(producer) == [24_000, 60_000]
    assert fees(producer, on=date(2026, 12, 1)) == [19_000]


def test_a_table_with_a_last_day_gives_way_to_the_one_before(db_session):
    producer = make_producer()
    load(flat(19_000))

    load(flat(40_000), valid_from_on=date(2027, 2, 1), valid_to_on=date(2027, 2, 20))

    days = (date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 20), date(2027, 2, 21))
    assert [fees(producer, on=day) for day in days] == [[19_000], [40_000], [40_000], [19_000]]


def test_a_correction_of_the_same_day_counts(db_session):
    producer = make_producer()
    load(flat(19_000))

    load(flat(21_000))

    assert fees(producer) == [21_000]


def test_a_producers_own_fees_count_for_it_alone_until_it_ends_them(db_session):
    ours, other = make_producer(), make_producer()

    load(flat(12_000), producer=ours)
    assert (fees(ours), fees(other)) == ([12_000], [24_000, 60_000])

    load(producer=ours)
    assert fees(ours) == [24_000, 60_000]


def test_the_same_table_sent_twice_is_one(db_session):
    first, is_new = load(flat(19_000))
    again, is_again = load(flat(19_000))

    assert (first.id, is_new, is_again) == (again.id, True, False)
    assert db_session.scalar(select(func.count()).select_from(RateTable)) == 2


def test_fees_are_never_edited_nor_taken_out(db_session):
    for statement in ("UPDATE delivery_rate SET fee_vnd = 1", "DELETE FROM rate_table"):
        with pytest.raises(DatabaseError, match="only ever added"), transaction():
            db_session.execute(text(statement))


def test_an_empty_table_of_the_platform_or_turned_dates_are_refused(db_session):
    with pytest.raises(InvalidRatesError):
        load()
    with pytest.raises(InvalidRatesError):
        load(flat(1), valid_to_on=date(2026, 1, 1))
    assert db_session.scalar(select(func.count()).select_from(RateTable)) == 1


def test_all_parcels_of_a_basket_are_quoted_by_one_read(app, db_session):
    producers = [make_producer() for _ in range(5)]
    parcels = [parcel_of(producer) for producer in producers]
    list_options_of_parcels(parcels, HERE, ON)

    with counted() as statements:
        found = list_options_of_parcels(parcels, HERE, ON)

    assert len(statements) == 1
    assert set(found) == {producer.id for producer in producers}
    assert quote_parcels((), HERE, ON) == {}


def test_terms_of_a_producer_decide_what_is_offered(db_session):
    producer = make_producer()
    point = db_session.get(PickupPoint, _saved_point())
    terms = replace(
        TERMS,
        sends_by_carrier=False,
        own_scope=OwnScope.PROVINCE,
        own_fee_vnd=10_000,
        own_free_from_vnd=300_000,
        pickup_hours="7-11 giờ",
        minimum_vnd=100_000,
    )
    by = actor_of(producer)
    with transaction():
        set_terms(producer, terms, {point.id: 2}, by=by, now=present.now())

    quoted = quote_parcels([parcel_of(producer)], HERE, ON)[producer.id]

    assert [(option.key, option.fee_vnd) for option in quoted.options] == [
        ("producer", 10_000),
        ("pickup", 0),
        (f"point:{point.id}", 5_000),
    ]
    assert quoted.minimum_vnd == 100_000
    assert quoted.options[1].facts["address"] == "Phường Bến Tre, Tỉnh Vĩnh Long"
    assert list_delivery_options(parcel_of(producer, goods_vnd=300_000), HERE, ON)[0].fee_vnd == 0


def _saved_point(**facts) -> int:
    by = actor_of(make_producer())
    with transaction():
        return save_point(None, replace(POINT, **facts), by=by, now=present.now()).id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"handover_days": 31}, "handover_days"),
        ({"send_weekdays": ""}, "send_weekdays"),
        ({"send_weekdays": "8"}, "send_weekdays"),
        ({"send_weekdays": "11"}, "send_weekdays"),
        ({"own_fee_vnd": -1}, "own_fee_vnd"),
        ({"minimum_vnd": 100_000_001}, "minimum_vnd"),
        ({"pickup_hours": ""}, "pickup_hours"),
        ({"sends_by_carrier": False}, "sends_by_carrier"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_and_change_nothing(db_session, facts, field):
    producer = make_producer()
    by = actor_of(producer)

    with pytest.raises(InvalidTermsError) as refused, transaction():
        set_terms(producer, replace(TERMS, **facts), {}, by=by, now=present.now())

    assert refused.value.facts["field"] == field
    assert db_session.scalar(select(func.count()).select_from(DeliveryTerms)) == 0


def test_goods_go_to_no_point_that_is_unknown_or_withdrawn(db_session):
    producer, point_id = make_producer(), _saved_point()
    by = actor_of(producer)
    with transaction():
        set_terms(producer, TERMS, {point_id: 0}, by=by, now=present.now())
    with transaction():
        withdraw_point(point_id, by=by, now=present.now())

    assert [option.kind for option in list_delivery_options(parcel_of(producer), HERE, ON)] == [
        DeliveryKind.CARRIER,
        DeliveryKind.CARRIER,
    ]
    for unknown in (point_id, point_id + 1):
        with pytest.raises(InvalidTermsError), transaction():
            set_terms(producer, TERMS, {unknown: 0}, by=by, now=present.now())
    with pytest.raises(PointNotFoundError), transaction():
        withdraw_point(point_id + 1, by=by, now=present.now())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"province_code": "83"}, "province_code"),
        ({"commune_code": "26740"}, "commune_code"),
        ({"from_on": ON, "until_on": date(2026, 1, 1)}, "until_on"),
        ({"kind": DeliveryKind.PICKUP_FAIR}, "from_on"),
        ({"kind": DeliveryKind.CARRIER}, "kind"),
        ({"fee_vnd": -1}, "fee_vnd"),
    ],
)
def test_points_that_cannot_be_are_refused(db_session, facts, field):
    with pytest.raises(InvalidTermsError) as refused:
        _saved_point(**facts)

    assert refused.value.facts["field"] == field
    assert db_session.scalar(select(func.count()).select_from(PickupPoint)) == 0


def test_a_pack_weighs_what_its_producer_says_or_its_contents_with_packaging(db_session):
    product = make_product(variants=[{}, {"label": "1 kg", "net_quantity": 1, "net_unit": "kg"}])
    light, heavy = product.variants
    by = actor_of(product.producer)

    assert [list_pack_needs([each.id])[each.id].weight_g for each in (light, heavy)] == [575, 1_150]
    facts = HandlingFacts(
        packaging_g=300, is_fragile=True, is_chilled=False, max_transit_days=4, weights_g={light.id: 640}
    )
    with transaction():
        set_handling(product, facts, by=by, now=present.now())

    needs = list_pack_needs([light.id, heavy.id])
    assert [(needs[each.id].weight_g, needs[each.id].is_weighed) for each in (light, heavy)] == [
        (640, True),
        (1_300, False),
    ]
    parcels = weigh_parcels([PackLine(product.producer_id, light.id, 2, 250_000)])
    assert parcels == {
        product.producer_id: Parcel(
            producer_id=product.producer_id,
            weight_g=1_280,
            goods_vnd=250_000,
            is_fragile=True,
            max_transit_days=4,
        )
    }


def test_a_parcel_is_as_delicate_as_the_most_delicate_of_its_goods(db_session):
    producer = make_producer()
    cold, slow = make_product(producer=producer), make_product(producer=producer)
    by = actor_of(producer)
    facts = HandlingFacts(packaging_g=0, is_fragile=False, is_chilled=True, max_transit_days=2, weights_g={})
    with transaction():
        set_handling(cold, facts, by=by, now=present.now())
    with transaction():
        set_handling(slow, replace(facts, is_chilled=False, max_transit_days=9), by=by, now=present.now())

    lines = [PackLine(producer.id, each.variants[0].id, 1, 125_000) for each in (cold, slow)]
    parcel = weigh_parcels(lines)[producer.id]

    assert (parcel.is_chilled, parcel.max_transit_days, parcel.weight_g) == (True, 2, 1_000)
    quoted = quote_parcels([parcel], Destination("01"), ON)[producer.id]
    assert (quoted.options, [each.reason for each in quoted.refused]) == (
        (),
        [Refusal.NOT_THERE, Refusal.NOT_COLD],
    )


def test_weights_of_packs_of_others_or_of_nothing_are_refused(db_session):
    product, other = make_product(), make_product()
    by = actor_of(product.producer)
    for weights in ({other.variants[0].id: 5}, {product.variants[0].id: 0}):
        facts = HandlingFacts(
            packaging_g=None, is_fragile=False, is_chilled=False, max_transit_days=None, weights_g=weights
        )
        with pytest.raises(InvalidTermsError), transaction():
            set_handling(product, facts, by=by, now=present.now())
    assert db_session.scalar(select(func.count()).select_from(PackWeight)) == 0


@pytest.mark.parametrize(
    ("net", "unit", "packaging_g", "weight_g"),
    [(500, "ml", None, 575), (100, "g", None, 150), (3, "cái", 20, 520), (None, None, None, 500)],
)
def test_weights_are_worked_out_with_packaging(net, unit, packaging_g, weight_g):
    assert worked_out_weight_g(net, unit, packaging_g) == weight_g


def test_a_sheet_of_fees_reads_back_to_the_same():
    steps = (flat(10_000), flat(70_000, service="cold", is_cold=True, fragile_fee_vnd=None))
    header, *rows = write_rates(steps)

    assert read_rates(header, enumerate(rows, start=2)) == (steps, ())


def test_every_fault_of_a_sheet_is_told_with_its_line():
    header = write_rates(())[0]
    rows = [
        ["manual", "standard", "moon", "500", "-1", "", "1", "2", ""],
        ["manual", "a b", "nation", "0", "1", "", "3", "2", "x"],
        ["manual", "standard", "nation", "500", "1", "", "3", "2", ""],
        ["manual", "standard", "nation", "500", "1", "", "1", "2", ""],
        ["manual", "standard", "nation", "500", "1", "", "1", "2", ""],
    ]

    steps, faults = read_rates(header, enumerate(rows, start=2))

    assert [(fault.line, fault.column, fault.reason) for fault in faults] == [
        (2, "zone", "not_a_zone"),
        (2, "fee_vnd", "not_a_number"),
        (3, "service", "not_a_name"),
        (3, "is_cold", "not_a_number"),
        (4, "days_to", "out_of_range"),
        (6, "up_to_g", "repeated"),
    ]
    assert len(steps) == 2
    assert read_rates(["carrier"], [])[1][0].reason == "missing_column"
    assert read_rates(header, [])[1][0].reason == "no_rows"


def test_a_producers_two_numbers_make_fees_and_come_back():
    fees_told = {Zone.SAME_PROVINCE: OwnFees(20_000, 3_000), Zone.NATION: OwnFees(40_000, 8_000)}

    steps = own_steps(fees_told)

    assert own_fees(steps) == fees_told
    assert [each.fee_vnd for each in steps if each.zone is Zone.NATION][:3] == [40_000, 48_000, 56_000]
    assert max(each.up_to_g for each in steps) == 30_000


def test_a_producer_whose_place_is_not_known_sends_from_far_away(db_session):
    nowhere = make_producer(place=make_place(current_province_code=None, current_commune_code=None))

    assert fees(nowhere) == [43_000]
    assert db.session.get(DeliveryTerms, nowhere.id) is None
