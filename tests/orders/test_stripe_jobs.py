"""What nobody told us: crashes between answer and commit, sessions that end, refunds on their way, fees, backups."""

import importlib
from datetime import timedelta

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, select, update

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from core.invariants import check_all
from core.jobs.models import Job
from core.jobs.registry import handlers
from orders.gateways.base import GatewayError
from orders.gateways.fake_stripe.faults import FaultKind
from orders.models.notices import NoticeState, PaymentNotice
from orders.models.payments import Payment, Refund
from orders.operations.cancellation import cancel_seller_order
from orders.operations.card_notices import ASK_JOB, FEE_JOB
from orders.operations.transitions import OrderActor
from tests.fakes.stripe_server import changed
from tests.orders.card_shop import (
    CardShop,
    _imitation,
    facts_of,
    journal_count,
    money,
    notices,
    shop,
    state_of,
)
from tests.orders.refund_shop import paid_order, refund_state

__all__ = ["_imitation", "shop"]

PAID = ("paid", ("paid",))


def poll() -> None:
    handlers["orders.poll_cards"]()


def test_a_crash_between_stripes_answer_and_our_commit_loses_no_payment(shop: CardShop, clock):
    payment = shop.order()
    started = shop.stripe.gateway().start(facts_of(payment), "http://market.test/back")
    shop.stripe.world.pay(started.external_id or "")
    poll()
    assert state_of(payment)[0] == "pending"
    clock.move(timedelta(minutes=10))

    poll()

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert db.session.get_one(Payment, payment.id).external_id == started.external_id
    assert shop.hear(*shop.stripe.letters()) == [200, 200, 200]
    assert journal_count() == 1


def test_a_payment_that_no_notice_spoke_of_is_found_after_ten_minutes(shop: CardShop, clock):
    payment = shop.order()
    shop.stripe.world.pay(shop.start(payment))
    clock.move(timedelta(minutes=10))

    poll()
    poll()

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert journal_count() == 1


def test_when_the_time_is_over_the_page_is_closed_and_the_goods_are_free(shop: CardShop, clock):
    payment = shop.order(quantity=2)
    session_id = shop.start(payment)
    clock.move(timedelta(minutes=14))
    poll()
    assert shop.stripe.world.get("session", session_id)["status"] == "open"
    clock.move(timedelta(minutes=1))

    poll()

    assert shop.stripe.world.get("session", session_id)["status"] == "expired"
    assert state_of(payment) == ("expired", ("expired",), 0)
    assert [each.reserved for each in db.session.scalars(select(Variant))] == [0]
    shop.hear(*shop.stripe.letters())
    shop.work()
    assert state_of(payment) == ("expired", ("expired",), 0)


def test_a_page_that_was_closed_by_hand_fails_the_payment_and_ends_it_in_time(shop: CardShop, clock):
    payment = shop.order()
    shop.stripe.world.expire(shop.start(payment))
    shop.hear(*shop.stripe.letters())
    shop.work()
    assert state_of(payment) == ("failed", ("failed",), 0)
    clock.move(timedelta(minutes=15))

    poll()

    assert state_of(payment) == ("expired", ("expired",), 0)


def test_the_page_of_a_cancelled_order_is_closed_and_then_left_in_peace(shop: CardShop):
    payment = shop.order()
    session_id = shop.start(payment)
    with transaction():
        part = db.session.get_one(Payment, payment.id).order.seller_orders[0]
        cancel_seller_order(part, actor=OrderActor.BUYER, reason="changed_mind", by=None, now=present.now())
    assert state_of(payment) == ("void", ("void",), 0)

    poll()
    shop.hear(*shop.stripe.letters())
    shop.work()
    heard = len(shop.stripe.fake.heard)
    poll()

    assert shop.stripe.world.get("session", session_id)["status"] == "expired"
    assert state_of(payment) == ("void", ("void",), 0)
    assert len(shop.stripe.fake.heard) == heard


def test_money_for_a_cancelled_order_goes_back_by_itself(shop: CardShop):
    payment = shop.order()
    letter = shop.paid_letter(payment)
    with transaction():
        part = db.session.get_one(Payment, payment.id).order.seller_orders[0]
        cancel_seller_order(part, actor=OrderActor.BUYER, reason="changed_mind", by=None, now=present.now())

    shop.hear(letter, letter)

    refund = db.session.scalars(select(Refund)).one()
    assert (refund.state, refund.amount_vnd) == ("approved", payment.amount_vnd)
    assert money(payment.order_id) == {"processor": payment.amount_vnd, "refunds_due": payment.amount_vnd}
    handlers["orders.send_refund"](refund_id=refund.id)
    handlers["orders.send_refund"](refund_id=refund.id)
    assert refund_state(refund) == "settled"
    assert money(payment.order_id) == {}
    assert len(shop.stripe.world.things["refund"]) == 1


def test_paid_in_the_last_second_counts(shop: CardShop, clock):
    payment = shop.order()
    session_id = shop.start(payment)
    clock.move(timedelta(minutes=15))
    shop.stripe.world.pay(session_id)

    poll()

    assert state_of(payment) == (*PAID, payment.amount_vnd)


def test_a_buyer_who_never_reached_stripe_keeps_no_goods(shop: CardShop, clock):
    payment = shop.order()
    clock.move(timedelta(minutes=15))

    poll()

    assert state_of(payment) == ("expired", ("expired",), 0)


def test_while_stripe_is_away_the_goods_wait_until_nobody_can_pay_any_more(shop: CardShop, clock):
    payment = shop.order()
    session_id = shop.start(payment)
    shop.stripe.fake.faults.add(FaultKind.BROKEN, times=10_000)
    clock.move(timedelta(minutes=59))
    poll()
    assert state_of(payment)[0] == "pending"
    clock.move(timedelta(minutes=1))

    poll()

    assert state_of(payment) == ("expired", ("expired",), 0)
    shop.stripe.fake.faults.clear()
    shop.stripe.fake.faults.release()
    assert shop.stripe.world.get("session", session_id)["payment_status"] == "unpaid"


def test_one_payment_that_cannot_be_asked_about_does_not_keep_the_others_waiting(shop: CardShop, clock):
    first, second = shop.order(), shop.order()
    with transaction():
        db.session.get_one(Payment, first.id).external_id = "cs_test_of_another_account"
    shop.stripe.world.pay(shop.start(second))
    clock.move(timedelta(minutes=10))

    poll()

    assert state_of(first)[0] == "pending"
    assert state_of(second) == (*PAID, second.amount_vnd)


def test_a_shop_without_cards_asks_nobody(app, db_session):
    importlib.import_module("orders.jobs.cards")
    poll()


def test_what_stripe_cannot_answer_now_is_asked_again(shop: CardShop, clock):
    payment = shop.order()
    session_id = shop.start(payment)
    clock.move(timedelta(minutes=20))
    shop.stripe.world.expire(session_id)
    shop.hear(*shop.stripe.letters("checkout.session.expired"))
    shop.stripe.fake.faults.add(FaultKind.RATE_LIMIT, times=3)

    with pytest.raises(GatewayError):
        shop.work()

    assert notices() == [("received", None)]
    clock.move(timedelta(hours=1))
    shop.stripe.fake.faults.clear()
    poll()
    shop.work()
    assert notices() == [("applied", None)]
    assert state_of(payment) == ("expired", ("expired",), 0)


def test_what_stripe_does_not_know_waits_for_a_person(shop: CardShop):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    shop.hear(changed(letter, id="cs_test_unknown", payment_status="unpaid"))
    shop.work()

    assert notices() == [("failed", "resource_missing")]
    assert state_of(payment)[0] == "pending"


def test_what_the_processor_kept_is_booked_once(shop: CardShop):
    payment = paid_order(shop)

    shop.work(FEE_JOB)
    handlers[FEE_JOB](payment_id=payment.id, charge=payment.external_charge)

    assert money(payment.order_id) == {"processor": 261_080, "fees": 18_920, "funds": 280_000}


def test_after_a_restored_backup_all_that_is_missing_is_taken_from_stripe(shop: CardShop, clock):
    payment = paid_order(shop)
    unknown = shop.order()
    lost = shop.paid_letter(unknown)
    assert lost
    with (
        transaction()
    ):  # as if the copy had been made before the second order was paid, and a third one placed
        db.session.execute(delete(Job))
    gone = shop.stripe.world.pay(shop.stripe.world.open_session(_asked("OC222222222", 90_000))["id"])
    runner = FlaskCliRunner(shop.app)
    clock.move(timedelta(days=3))

    first = runner.invoke(args=["payments", "re-pull-stripe"])
    second = runner.invoke(args=["payments", "re-pull-stripe"])

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert first.output.startswith("3 ")
    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert state_of(unknown) == (*PAID, unknown.amount_vnd)
    assert notices() == [("applied", None), ("applied", None), ("parked", "unknown_order")]
    stored = db.session.scalars(select(PaymentNotice).where(PaymentNotice.state == NoticeState.PARKED)).one()
    assert stored.object_id == gone["id"]


def test_asking_stripe_again_needs_cards(runner):
    assert runner.invoke(args=["payments", "re-pull-stripe"]).exit_code == 1


def test_asking_stripe_again_needs_an_answer(shop: CardShop):
    shop.stripe.fake.faults.add(FaultKind.BROKEN, times=9)

    assert FlaskCliRunner(shop.app).invoke(args=["payments", "re-pull-stripe"]).exit_code == 1


def test_the_nightly_check_finds_money_that_a_notice_told_of_and_nobody_booked(shop: CardShop):
    importlib.import_module("orders.invariants.cards")
    payment = paid_order(shop)
    (sound,) = check_all(["I3c"])
    assert sound.violations == ()

    with transaction():
        payment.external_charge = None
        payment.state, payment.received_vnd = "paid", payment.amount_vnd
    with transaction():
        db.session.execute(update(Payment).values(state="pending", received_vnd=1))

    (broken,) = check_all(["I3c"])
    assert [each["fault"] for each in broken.violations] == [
        "paid without a charge",
        "applied, and the money is not in the books",
    ]


def test_jobs_of_cards_are_known_by_their_names(shop: CardShop):
    assert {ASK_JOB, FEE_JOB, "orders.poll_cards", "orders.forget_old_notices"} <= set(handlers)


def _asked(reference: str, amount_vnd: int) -> dict[str, object]:
    return {
        "mode": "payment",
        "success_url": "http://market.test/back",
        "client_reference_id": reference,
        "metadata": {"attempt": "1"},
        "line_items": {
            "0": {"quantity": "1", "price_data": {"currency": "vnd", "unit_amount": str(amount_vnd)}}
        },
    }
