"""Disputes about goods that never came: whoever paid gets out of a late order, wherever its goods stand."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.actors import Actor
from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from orders.errors import InvalidDisputeError, WrongMoveError
from orders.models.payments import Payment, Refund
from orders.models.returns import Dispute
from orders.models.shipments import BookingState
from orders.operations.bookings import let_go_of_cancelled
from orders.operations.desk import hand_over
from orders.operations.disputes import decide_dispute, decide_overdue, open_dispute
from orders.operations.packing import bind_code
from orders.operations.payment import record_payment
from orders.operations.shipments import open_shipment
from orders.operations.stock import ship_holds
from orders.operations.transitions import OrderActor, move
from orders.return_rules import DisputeDecision
from orders.states import Axis, Fulfilment, Lifecycle
from tests.factories import make_product
from tests.orders.counter_shop import settle, violations
from tests.orders.desk_shop import do
from tests.orders.test_packing import bound_codes, issue
from tests.people import make_user
from tests.support.order_shop import make_order, parcel

WAYS = {
    Fulfilment.UNFULFILLED: (),
    Fulfilment.PACKED: ("packed",),
    Fulfilment.HANDED_OVER: ("packed", "handed_over"),
    Fulfilment.IN_TRANSIT: ("packed", "handed_over", "in_transit"),
    Fulfilment.FAILED_ATTEMPT: ("packed", "handed_over", "failed_attempt"),
    Fulfilment.RETURNING: ("packed", "handed_over", "failed_attempt", "returning"),
    Fulfilment.RETURNED: ("packed", "handed_over", "failed_attempt", "returning", "returned"),
}
ALL = {"goods_vnd": 365_000, "shipping_vnd": 30_000}
LATE = timedelta(days=8)
"""Five days were promised, two more are waited."""


@pytest.fixture
def by(db_session):
    return Actor(user_id=make_user().id)


@pytest.fixture
def variant(db_session):
    return make_product().variants[0]


def confirmed(variant, fulfilment, **facts):
    order = make_order(parcels=[parcel((variant, 3), discount_vnd=10_000)], **facts)
    if order.method != "cod":
        with transaction():
            paid = db.session.scalars(select(Payment)).one()
            record_payment(paid, paid.amount_vnd, source=OrderActor.BANK, key="t:1", now=present.now())
    part = order.seller_orders[0]
    with transaction():
        move(part, Axis.LIFECYCLE, Lifecycle.CONFIRMED, actor=OrderActor.PRODUCER, now=present.now())
        for step in WAYS[fulfilment]:
            move(part, Axis.FULFILMENT, step, actor=OrderActor.CARRIER, now=present.now())
            if step == "handed_over":
                ship_holds(part, now=present.now())
    return part


def dispute(part):
    with transaction():
        return open_dispute(part, "not_arrived", "Chưa nhận được.", by=None, now=present.now())


def decide(opened, decision, by, **amounts):
    with transaction():
        return decide_dispute(opened, decision, reason="Đã gọi.", by=by, now=present.now(), **amounts)


def stock(variant):
    db.session.rollback()
    found = db.session.get_one(Variant, variant.id, populate_existing=True)
    return found.on_hand, found.reserved


def refunds():
    return [(each.goods_vnd, each.shipping_vnd, each.cause) for each in db.session.query(Refund)]


@pytest.mark.parametrize(
    ("fulfilment", "days"),
    [*((each, 8) for each in WAYS), (Fulfilment.PACKED, 400), (Fulfilment.IN_TRANSIT, 400)],
)
def test_whoever_paid_for_what_never_came_may_ask_from_the_third_day_on(variant, clock, fulfilment, days):
    part = confirmed(variant, fulfilment)
    clock.move(timedelta(days=7))
    with pytest.raises(InvalidDisputeError):
        dispute(part)
    db.session.refresh(part)
    assert (part.lifecycle, db.session.query(Dispute).count()) == ("confirmed", 0)

    clock.move(timedelta(days=days - 7))
    dispute(part)

    assert part.lifecycle == "disputed"


def test_of_goods_at_home_that_nobody_paid_for_there_is_nothing_to_decide(variant, clock):
    part = confirmed(variant, Fulfilment.PACKED, method="cod")
    clock.move(LATE)

    with pytest.raises(InvalidDisputeError):
        dispute(part)

    db.session.refresh(part)
    assert (part.lifecycle, db.session.query(Dispute).count()) == ("confirmed", 0)


@pytest.mark.parametrize("fulfilment", WAYS)
def test_all_the_money_back_ends_the_order_and_frees_what_had_not_left(variant, clock, by, fulfilment):
    before = stock(variant)
    part = confirmed(variant, fulfilment)
    is_home = fulfilment in (Fulfilment.UNFULFILLED, Fulfilment.PACKED)
    clock.move(LATE)

    decide(dispute(part), DisputeDecision.REFUND, by, **ALL)
    settle(part)

    assert stock(variant) == ((before[0], 0) if is_home else (before[0] - 3, 0))
    assert (part.lifecycle, part.fulfilment) == ("resolved", fulfilment)
    assert refunds() == [(365_000, 30_000, "dispute")]
    assert violations() == []
    if is_home:
        with pytest.raises(WrongMoveError), transaction():
            hand_over(part, by=by, now=present.now())


@pytest.mark.parametrize("amounts", [None, {"goods_vnd": 365_000}, {"goods_vnd": 1}])
@pytest.mark.parametrize("fulfilment", ["packed", "returned"])
def test_goods_that_the_producer_has_are_no_sale(variant, clock, by, fulfilment, amounts):
    part = confirmed(variant, Fulfilment(fulfilment))
    clock.move(LATE)
    opened, before = dispute(part), stock(variant)

    with pytest.raises(InvalidDisputeError) as refused:
        decide(opened, DisputeDecision.REFUND if amounts else DisputeDecision.REJECTED, by, **(amounts or {}))

    assert refused.value.facts == {"field": "decision", "reason": "not_all"}
    assert (stock(variant), refunds()) == (before, [])
    db.session.refresh(part)
    assert (part.lifecycle, opened.decided_at) == ("disputed", None)


def test_undecided_goods_that_never_left_are_free_again_after_sixty_days(variant, clock, db_session):
    before = stock(variant)
    part = confirmed(variant, Fulfilment.PACKED)
    clock.move(LATE)
    opened = dispute(part)
    clock.move(timedelta(days=60))

    with transaction():
        assert decide_overdue(opened.id, now=present.now()) is True

    assert stock(variant) == (before[0], 0)
    assert (part.lifecycle, refunds()) == ("resolved", [(365_000, 30_000, "dispute")])
    assert violations() == []


def test_codes_of_a_parcel_that_never_left_are_free_again(variant, clock, by):
    _run, codes = issue(variant.product, 1)
    part = confirmed(variant, Fulfilment.UNFULFILLED)
    do(bind_code, part, codes[0], by=by)
    clock.move(LATE)
    opened = dispute(part)
    assert bound_codes(part) == codes

    decide(opened, DisputeDecision.REFUND, by, **ALL)

    assert bound_codes(part) == []
    assert violations("I23") == []


def test_cash_that_nobody_paid_does_not_hold_a_dispute_open(variant, clock, db_session):
    part = confirmed(variant, Fulfilment.IN_TRANSIT, method="cod")
    clock.move(LATE)
    opened = dispute(part)
    with transaction():
        for step in ("failed_attempt", "returning"):
            move(part, Axis.FULFILMENT, step, actor=OrderActor.CARRIER, now=present.now())
    clock.move(timedelta(days=60))

    with transaction():
        assert decide_overdue(opened.id, now=present.now()) is True

    assert (part.lifecycle, opened.decision, refunds()) == ("resolved", "rejected", [])


def test_a_parcel_without_a_price_is_let_go_when_it_is_decided(db_session, variant, clock, by):
    part = confirmed(variant, Fulfilment.PACKED)
    clock.move(LATE)
    opened = dispute(part)
    with transaction():  # it costs nothing
        part.uncharged_vnd, part.shipping_vnd, part.total_vnd = 365_000, 0, 365_000

    decide(opened, DisputeDecision.REJECTED, by)

    assert stock(variant)[1] == 0
    assert (part.lifecycle, refunds()) == ("resolved", [])


def test_the_carrier_is_not_to_fetch_what_was_paid_back(variant, clock, by):
    part = confirmed(variant, Fulfilment.PACKED)
    with transaction():
        shipment = open_shipment(part, carrier="ghn", is_by_system=True, now=present.now())
        shipment.booking, shipment.tracking_number = BookingState.BOOKED, "GHN123456"
    clock.move(LATE)
    decide(dispute(part), DisputeDecision.REFUND, by, **ALL)

    with transaction():
        assert let_go_of_cancelled(now=present.now()) == 1

    assert shipment.booking == BookingState.CANCELLED
