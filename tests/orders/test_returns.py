"""Returns and disputes: goods and money go back once, in the right parts."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from core.messages.models import Message
from orders.errors import InvalidDisputeError, InvalidReturnError, WrongMoveError
from orders.models.delivery import ProductHandling
from orders.models.payments import Refund
from orders.models.returns import ReturnEvent, ReturnRequest
from orders.operations.disputes import decide_dispute, decide_overdue, open_dispute
from orders.operations.returns import (
    ReturnWish,
    answer_return,
    ask_return,
    close_forgotten,
    receive_return,
    withdraw_return,
)
from orders.return_rules import DisputeDecision, ReturnState, price_of_packs
from orders.states import Fulfilment
from tests.factories import make_product
from tests.orders.counter_shop import violations
from tests.people import make_user
from tests.support.order_shop import carry, delivered_order, make_order, parcel, pay


@pytest.fixture
def by(db_session):
    return Actor(user_id=make_user().id)


def wish(part, packs=1, reason="faulty", key="k1", line=0):
    return ReturnWish(key, reason, "Hộp bị móp, kẹo chảy nước.", {part.lines[line].id: packs})


def ask(part, **facts):
    with transaction():
        return ask_return(part, wish(part, **facts), by=None, now=present.now())


def answer(request, to, by, text="Được"):
    with transaction():
        return answer_return(request, to, text, by=by, now=present.now())


def receive(request, by, sellable=0, damaged=0):
    line_id = request.lines[0].line_id
    with transaction():
        return receive_return(request, {line_id: sellable}, {line_id: damaged}, by=by, now=present.now())


def returned(part, by, packs=1, *, key="k1", reason="faulty", **found):
    request = ask(part, packs=packs, key=key, reason=reason)
    answer(request, ReturnState.ACCEPTED, by)
    receive(request, by, **(found or {"sellable": packs}))
    return request


def three_packs(discount_vnd=10_000):
    variant = make_product().variants[0]
    order = delivered_order(parcels=[parcel((variant, 3), discount_vnd=discount_vnd)])
    return variant, order.seller_orders[0]


def on_hand(variant):
    return db.session.get_one(Variant, variant.id, populate_existing=True).on_hand


def refunds():
    return [(each.goods_vnd, each.shipping_vnd, each.cause) for each in db.session.query(Refund)]


def test_what_a_voucher_paid_for_comes_back_without_money(by):
    variant = make_product().variants[0]
    free = parcel((variant, 1), discount_vnd=125_000, shipping_vnd=0)
    part = delivered_order(parcels=[free]).seller_orders[0]
    before = on_hand(variant)

    request = returned(part, by)

    assert (request.state, request.goods_vnd, request.shipping_vnd) == ("received", 0, 0)
    assert on_hand(variant) == before + 1
    assert refunds() == []
    assert violations("I1", "I2", "I3", "I5") == []


def test_a_return_goes_its_way_and_pays_back_what_came_back(by):
    variant, part = three_packs()
    before = on_hand(variant)

    request = returned(part, by, packs=2, sellable=1, damaged=1)

    assert request.state == ReturnState.RECEIVED
    assert on_hand(variant) == before + 1
    assert refunds() == [(price_of_packs(365_000, 3, 0, 2), 0, "return")]
    assert [each.to_state for each in db.session.query(ReturnEvent)] == ["asked", "accepted", "received"]


def test_packs_that_come_back_one_by_one_sum_to_the_whole_with_the_freight(by):
    _, part = three_packs()

    for number in range(3):
        returned(part, by, key=f"k{number}")

    assert sum(goods for goods, _, _ in refunds()) == 365_000
    assert [shipping for _, shipping, _ in refunds()] == [0, 0, 30_000]


def test_whoever_changed_their_mind_pays_the_freight(by):
    _, part = three_packs()

    returned(part, by, packs=3, reason="changed_mind")

    assert refunds() == [(365_000, 0, "return")]


def test_receiving_twice_pays_and_restocks_once(by):
    variant, part = three_packs()
    request = returned(part, by)
    before = on_hand(variant)

    assert receive(request, by, sellable=1) is False

    assert on_hand(variant) == before
    assert len(refunds()) == 1


def test_one_form_sent_twice_is_one_return(db_session):
    _, part = three_packs()

    assert ask(part).id == ask(part).id
    assert db.session.query(ReturnRequest).count() == 1


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"packs": 4}, "packs", "too_many"),
        ({"packs": 0}, "packs", "none"),
        ({"packs": -1}, "packs", "none"),
        ({"reason": "because"}, "reason", "unknown"),
    ],
)
def test_what_cannot_be_asked_back_is_refused_and_nothing_kept(db_session, facts, field, reason):
    _, part = three_packs()

    with pytest.raises(InvalidReturnError) as refused:
        ask(part, **facts)

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert db.session.query(ReturnRequest).count() == 0


def test_more_than_was_bought_is_not_asked_back_in_two_returns(db_session):
    _, part = three_packs()
    ask(part, packs=2)

    with pytest.raises(InvalidReturnError):
        ask(part, packs=2, key="k2")

    assert db.session.query(ReturnRequest).count() == 1


def test_a_line_of_another_order_is_not_asked_back(db_session):
    _, part = three_packs()
    _, other = three_packs()

    with pytest.raises(InvalidReturnError), transaction():
        ask_return(part, wish(other), by=None, now=present.now())


def test_after_seven_days_nothing_comes_back(db_session, clock):
    _, part = three_packs()
    clock.move(timedelta(days=7, seconds=1))

    with pytest.raises(InvalidReturnError) as refused:
        ask(part)

    assert refused.value.reason == "too_late"


def test_food_that_spoils_comes_back_only_if_something_is_wrong(db_session):
    variant, part = three_packs()
    with transaction():
        db.session.add(
            ProductHandling(product_id=variant.product_id, is_chilled=True, changed_at=present.now())
        )

    with pytest.raises(InvalidReturnError) as refused:
        ask(part, reason="changed_mind")

    assert refused.value.reason == "perishable"
    assert ask(part, reason="faulty").state == "asked"


def test_what_was_not_delivered_is_not_returned(db_session):
    order = make_order()
    pay(order)

    with pytest.raises(InvalidReturnError) as refused:
        ask(order.seller_orders[0])

    assert refused.value.reason == "not_delivered"


def test_a_refusal_needs_words_and_ends_the_return(by):
    _, part = three_packs()
    request = ask(part)

    with pytest.raises(InvalidReturnError):
        answer(request, ReturnState.REFUSED, by, "  ")
    assert request.state == "asked"

    assert answer(request, ReturnState.REFUSED, by, "Hàng đúng mô tả.") is True
    with pytest.raises(WrongMoveError):
        receive(request, by, sellable=1)
    assert refunds() == []
    assert "Hàng đúng mô tả." in db.session.query(Message).order_by(Message.id.desc()).first().body


def test_a_refused_return_leaves_the_packs_free_to_be_asked_for_again(by):
    _, part = three_packs()
    answer(ask(part, packs=3), ReturnState.REFUSED, by)

    assert ask(part, packs=3, key="k2").state == "asked"


def test_a_withdrawn_return_cannot_be_received(by):
    _, part = three_packs()
    request = ask(part)
    with transaction():
        assert withdraw_return(request, by=None, now=present.now()) is True

    with pytest.raises(WrongMoveError):
        answer(request, ReturnState.ACCEPTED, by)


def test_goods_that_never_come_back_do_not_hold_the_order_for_ever(by, clock):
    _, part = three_packs()
    request = ask(part)
    answer(request, ReturnState.ACCEPTED, by)
    clock.move(timedelta(days=14))
    with transaction():
        assert close_forgotten(request.id, now=present.now()) is False
    clock.move(timedelta(seconds=1))

    with transaction():
        assert close_forgotten(request.id, now=present.now()) is True
    assert request.state == "withdrawn"


def dispute(part, cause="not_as_told"):
    with transaction():
        return open_dispute(part, cause, "Không giống mô tả.", by=None, now=present.now())


def decide(opened, decision, by, **amounts):
    with transaction():
        return decide_dispute(
            opened, decision, reason="Đã xem ảnh hai bên.", by=by, now=present.now(), **amounts
        )


def test_a_dispute_is_opened_once_and_decided_once(by):
    _, part = three_packs()
    opened = dispute(part)
    assert dispute(part).id == opened.id
    assert part.lifecycle == "disputed"

    assert decide(opened, DisputeDecision.REFUND, by, goods_vnd=365_000, shipping_vnd=30_000) is True
    assert decide(opened, DisputeDecision.REJECTED, by) is False

    db.session.refresh(part)
    assert part.lifecycle == "resolved"
    assert refunds() == [(365_000, 30_000, "dispute")]


def test_after_a_part_went_back_the_rest_is_a_sale(by):
    _, part = three_packs()

    decide(dispute(part), DisputeDecision.REFUND, by, goods_vnd=100_000)

    db.session.refresh(part)
    assert (part.lifecycle, refunds()) == ("completed", [(100_000, 0, "dispute")])


def test_a_rejected_dispute_lets_the_order_stand(by):
    _, part = three_packs()

    decide(dispute(part), DisputeDecision.REJECTED, by)

    db.session.refresh(part)
    assert (part.lifecycle, refunds()) == ("completed", [])


@pytest.mark.parametrize("amounts", [{"goods_vnd": 365_001}, {"shipping_vnd": 30_001}, {}, {"goods_vnd": -1}])
def test_no_more_goes_back_than_was_paid(by, amounts):
    _, part = three_packs()
    opened = dispute(part)

    with pytest.raises(InvalidDisputeError):
        decide(opened, DisputeDecision.REFUND, by, **amounts)

    db.session.refresh(part)
    assert (part.lifecycle, refunds()) == ("disputed", [])


def test_a_parcel_counts_as_missing_two_days_after_the_last_promised(db_session, clock):
    order = make_order()
    pay(order)
    part = order.seller_orders[0]
    carry(part, Fulfilment.HANDED_OVER)
    clock.move(timedelta(days=7))

    with pytest.raises(InvalidDisputeError):
        dispute(part, "not_arrived")

    clock.move(timedelta(days=1))
    assert dispute(part, "not_arrived").decision is None


def test_undecided_after_sixty_days_the_buyer_is_right(db_session, clock):
    _, part = three_packs()
    opened = dispute(part)
    clock.move(timedelta(days=60))

    with transaction():
        assert decide_overdue(opened.id, now=present.now()) is True
    with transaction():
        assert decide_overdue(opened.id, now=present.now()) is False

    db.session.refresh(part)
    assert (part.lifecycle, refunds()) == ("resolved", [(365_000, 30_000, "dispute")])
