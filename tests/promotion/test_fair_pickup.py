"""A fair as a place where orders are fetched, and who brings them there."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from core import clock as present
from core.db import db, transaction
from orders.delivery_terms import DeliveryKind, Destination, Parcel
from orders.errors import InvalidTermsError
from orders.models.delivery import PickupPoint, ProducerPoint
from orders.operations.delivery import set_terms
from orders.queries.delivery import list_delivery_options
from orders.queries.delivery_pages import list_point_choices
from promotion.errors.fairs import FairStateError, InvalidFairError
from promotion.operations.fair_pickup import close_fair_pickup, offer_fair_pickup, open_fair_pickup
from promotion.operations.participation import withdraw_producer
from tests.factories import make_producer, make_product
from tests.fairs import make_exhibitor, make_fair
from tests.orders.test_delivery import TERMS
from tests.people import actor, make_member, make_organiser

TODAY = date(2026, 11, 22)


@pytest.fixture
def organiser(db_session, clock):
    return make_organiser()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def opened(fair, organiser):
    with transaction():
        return open_fair_pickup(fair, by=actor(organiser), now=present.now())


def offered_ways(producer_id, province_code="86"):
    parcel = Parcel(producer_id=producer_id, weight_g=500, goods_vnd=100_000)
    options = list_delivery_options(parcel, Destination(province_code), TODAY)
    return [option.kind for option in options if option.kind is DeliveryKind.PICKUP_FAIR]


def test_opened_twice_a_fair_is_one_point_that_follows_it(organiser):
    fair = make_fair(
        organiser=organiser, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9)
    )
    first = opened(fair, organiser)
    with transaction():
        fair.name, fair.ends_on = "Hội chợ dời ngày", TODAY + timedelta(days=12)

    second = opened(fair, organiser)

    assert second.id == first.id == fair.pickup_point_id
    assert count(PickupPoint) == 1
    assert (second.kind, second.name) == ("pickup_fair", "Hội chợ dời ngày")
    assert (second.from_on, second.until_on) == (TODAY + timedelta(days=7), TODAY + timedelta(days=12))
    assert second.address == "Quảng trường Thử, 1 đường Trình Diễn"
    assert second.hours == "08:00-21:00"
    assert fair.revision == 2


def test_the_checkout_offers_it_where_the_producer_brings_orders(organiser):
    fair = make_fair(
        organiser=organiser, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9)
    )
    part = make_exhibitor(fair, make_product())
    owner = actor(make_member(part.producer))
    opened(fair, organiser)
    before = offered_ways(part.producer_id)

    for _ in range(2):
        with transaction():
            offer_fair_pickup(part, is_offered=True, by=owner, now=present.now())
    during = offered_ways(part.producer_id), offered_ways(part.producer_id, "15"), count(ProducerPoint)
    for _ in range(2):
        with transaction():
            offer_fair_pickup(part, is_offered=False, by=owner, now=present.now())

    assert before == []
    assert during == ([DeliveryKind.PICKUP_FAIR], [], 1)
    assert (offered_ways(part.producer_id), count(ProducerPoint)) == ([], 0)


def test_nobody_waits_at_a_fair_for_a_producer_who_stays_away(organiser):
    fair = make_fair(
        organiser=organiser, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9)
    )
    part = make_exhibitor(fair, make_product())
    owner = actor(make_member(part.producer))
    opened(fair, organiser)
    with transaction():
        offer_fair_pickup(part, is_offered=True, by=owner, now=present.now())

    with transaction():
        withdraw_producer(fair.id, part.producer_id, by=owner, now=present.now())

    assert (offered_ways(part.producer_id), count(ProducerPoint)) == ([], 0)


def test_a_closed_fair_is_offered_no_more_and_opens_as_another_point(organiser):
    fair = make_fair(organiser=organiser)
    first = opened(fair, organiser).id
    for _ in range(2):
        with transaction():
            close_fair_pickup(fair, by=actor(organiser), now=present.now())

    second = opened(fair, organiser).id

    assert second != first
    assert db.session.get_one(PickupPoint, first).withdrawn_at is not None
    assert fair.pickup_point_id == second


def test_nobody_brings_goods_to_a_fair_that_has_not_taken_them_in(organiser):
    """Whose terms name the point of a fair, without or with the fair's word, and for whom the form offers it."""
    fair = make_fair(
        organiser=organiser, starts_on=TODAY + timedelta(days=7), ends_on=TODAY + timedelta(days=9)
    )
    part, stranger = make_exhibitor(fair, make_product()), make_producer()
    inside, outside = actor(make_member(part.producer)), actor(make_member(stranger))
    point_id = opened(fair, organiser).id
    with transaction():
        offer_fair_pickup(part, is_offered=True, by=inside, now=present.now())

    with pytest.raises(InvalidTermsError) as refused, transaction():
        set_terms(stranger, TERMS, {point_id: 1}, by=outside, now=present.now())
    with transaction():
        set_terms(part.producer, TERMS, {point_id: 2}, by=inside, now=present.now())

    assert refused.value.facts == {"field": "points", "reason": "unknown"}
    brought = db.session.execute(select(ProducerPoint.producer_id, ProducerPoint.days)).all()
    assert brought == [(part.producer_id, 2)]
    assert [each.days for each in list_point_choices(part.producer_id, TODAY)] == [2]
    assert list_point_choices(stranger.id, TODAY) == []


@pytest.mark.parametrize("reason", ["cancelled", "over", "place"])
def test_a_fair_without_a_time_or_place_is_no_point(organiser, reason):
    facts = {
        "place": {"province_code": None},
        "over": {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2)},
    }
    if reason == "cancelled":
        facts[reason] = {
            "cancelled_at": present.now(),
            "cancelled_by_id": organiser.id,
            "cancel_reason": "Bão",
        }
    fair = make_fair(organiser=organiser, **facts[reason])

    with pytest.raises(InvalidFairError if reason == "place" else FairStateError):
        opened(fair, organiser)

    assert count(PickupPoint) == 0
    assert fair.pickup_point_id is None


def test_only_a_confirmed_producer_brings_orders_to_a_fair_that_takes_them(organiser):
    fair = make_fair(organiser=organiser)
    confirmed = make_exhibitor(fair, make_product())
    waiting = make_exhibitor(fair, make_product(), code=None, state="registered")
    by = actor(organiser)

    with pytest.raises(FairStateError) as without, transaction():
        offer_fair_pickup(confirmed, is_offered=True, by=by, now=present.now())
    opened(fair, organiser)
    with pytest.raises(FairStateError) as unconfirmed, transaction():
        offer_fair_pickup(waiting, is_offered=True, by=by, now=present.now())

    assert without.value.facts["reason"] == "no_pickup"
    assert unconfirmed.value.facts["reason"] == "not_confirmed"
    assert count(ProducerPoint) == 0
