"""Refunds on their way back to a card: told of early, late, twice, by hand, or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from core.jobs.registry import handlers
from orders.models.notices import PaymentNotice
from orders.operations.refunds import mark_refund_sent
from tests.fakes.stripe_server import changed
from tests.orders.card_shop import (
    CardShop,
    _imitation,
    money,
    notices,
    shop,
    state_of,
)
from tests.orders.refund_shop import paid_order, refund_asked, refund_sent, refund_state

__all__ = ["_imitation", "shop"]


def test_a_refund_told_of_before_our_own_commit_is_sent_and_settled_once(shop: CardShop):
    payment = paid_order(shop)
    refund = refund_asked(payment)
    assert refund.state == "approved"
    refund_sent(shop, refund)
    letters = shop.stripe.letters("refund.created", "charge.refunded")

    shop.hear(*letters, *map(changed, letters))
    shop.work()

    assert refund_state(refund) == "settled"
    assert money(payment.order_id) == {"processor": 180_000, "funds": 180_000}
    assert state_of(payment)[1] == ("partially_refunded",)
    with transaction():
        assert not mark_refund_sent(refund, external_id="re_1", now=present.now())


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_refund_that_arrived_and_failed_ends_as_stripe_says(shop: CardShop, is_reversed):
    payment = paid_order(shop)
    refund = refund_asked(payment)
    shop.stripe.world.refunds_wait = True
    refund_id = refund_sent(shop, refund)
    shop.stripe.world.end_refund(refund_id, is_failed=True)
    letters = shop.stripe.letters("refund.created", "refund.failed")

    shop.hear(*(letters[::-1] if is_reversed else letters))
    shop.work()

    assert refund_state(refund) == "failed"
    assert money(payment.order_id) == {"processor": 280_000, "funds": 180_000, "refunds_due": 100_000}


def test_a_refund_that_nobody_told_of_is_asked_about_after_an_hour(shop: CardShop, clock):
    payment = paid_order(shop)
    refund = refund_asked(payment)
    shop.stripe.world.refunds_wait = True
    refund_id = refund_sent(shop, refund)
    with transaction():
        mark_refund_sent(refund, external_id=refund_id, now=present.now())
    shop.stripe.world.end_refund(refund_id)
    handlers["orders.poll_cards"]()
    assert refund_state(refund) == "sent"
    clock.move(timedelta(hours=1))

    handlers["orders.poll_cards"]()

    assert refund_state(refund) == "settled"


def test_a_refund_given_by_hand_at_stripe_waits_for_a_person(shop: CardShop):
    payment = paid_order(shop)
    shop.stripe.world.refund({"payment_intent": payment.external_charge, "amount": "5000"})

    shop.hear(*shop.stripe.letters("refund.created"))
    shop.work()

    assert notices() == [("applied", None), ("parked", "unknown_refund")]
    stored = db.session.scalars(select(PaymentNotice).order_by(PaymentNotice.id.desc())).first()
    assert stored is not None
    assert stored.payment_id == payment.id
    assert money(payment.order_id) == {"processor": 280_000, "funds": 280_000}


def test_a_refund_of_another_sum_than_ours_waits_for_a_person(shop: CardShop):
    payment = paid_order(shop)
    refund = refund_asked(payment)
    asked = {
        "payment_intent": payment.external_charge,
        "amount": "99999",
        "metadata": {"refund": str(refund.id), "attempt": "1"},
    }
    shop.stripe.world.refund(asked)

    shop.hear(*shop.stripe.letters("refund.created"))
    shop.work()

    assert notices()[-1] == ("parked", "amount")
    assert refund_state(refund) == "approved"


def test_a_dispute_waits_for_a_person_and_names_the_payment(shop: CardShop):
    payment = paid_order(shop)
    dispute = {
        "id": "du_1",
        "object": "dispute",
        "payment_intent": payment.external_charge,
        "amount": 280_000,
    }

    shop.hear(shop.stripe.world.tell("charge.dispute.created", dispute))

    assert notices()[-1] == ("parked", "dispute")
    assert db.session.scalars(select(PaymentNotice.payment_id)).all() == [payment.id, payment.id]
