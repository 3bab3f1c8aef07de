"""What the worker does about payments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import ConflictError
from core.jobs.worker import Worker
from orders.gateways.base import GatewayError, SentRefund
from orders.gateways.fake import FakeGateway
from orders.jobs import payments as jobs
from orders.models.orders import PaymentMethod
from orders.models.payments import Payment, Refund
from orders.operations.refunds import settle_refund
from tests.orders.test_payment import holds, payment_of, receive, states
from tests.orders.test_refunds import ask
from tests.support.order_shop import make_order


def test_transfers_that_did_not_come_are_waited_for_no_more_but_cards_are(db_session, clock):
    transfer, card, paid = (make_order(), make_order(method=PaymentMethod.STRIPE), make_order())
    receive(payment_of(paid))
    clock.move(timedelta(days=1))

    jobs.expire_payments()
    jobs.expire_payments()

    assert [states(each)[0][1] for each in (transfer, card, paid)] == ["expired", "pending", "paid"]
    assert holds(transfer) == ["released"]


def test_a_payment_that_cannot_be_ended_keeps_no_other_back(db_session, clock, monkeypatch, caplog):
    stuck, other = make_order(), make_order()
    number, able = payment_of(stuck).id, jobs.expire_payment

    def refuse_first(payment, *, now):
        if payment.id == number:
            raise ConflictError(payment_id=payment.id)
        return able(payment, now=now)

    monkeypatch.setattr(jobs, "expire_payment", refuse_first)
    clock.move(timedelta(days=1))

    jobs.expire_payments()

    assert [states(each)[0][1] for each in (stuck, other)] == ["pending", "expired"]
    assert [line.payment_id for line in caplog.records if line.levelname == "ERROR"] == [number]


@pytest.fixture
def refund(db_session):
    """A refund of a card payment, approved and not sent yet."""
    order = make_order(method=PaymentMethod.FAKE)
    receive(payment_of(order), external_charge="fake-charge-1")
    return ask(order, 100_000)


def state_of(refund):
    db.session.rollback()
    return db.session.execute(select(Refund.state, Refund.external_id).where(Refund.id == refund.id)).one()


def test_a_refund_is_sent_once_however_often_the_job_runs(refund):
    jobs.send_refund(refund.id)
    jobs.send_refund(refund.id)

    assert state_of(refund) == ("settled", f"fake-refund-{refund.id}-1")


def test_an_answer_that_was_lost_is_asked_for_again(refund, monkeypatch):
    def silent(self, asked):
        raise GatewayError("timeout")

    with monkeypatch.context() as lost:
        lost.setattr(FakeGateway, "refund", silent)
        with pytest.raises(GatewayError):
            jobs.send_refund(refund.id)
    assert state_of(refund) == ("approved", None)

    jobs.send_refund(refund.id)

    assert state_of(refund)[0] == "settled"


def test_a_refund_outlives_an_outage_of_the_service(refund, clock, monkeypatch):
    """It is owed: nobody need notice that a service was away, and send it by hand."""

    def silent(self, asked):
        raise GatewayError("timeout")

    with monkeypatch.context() as away:
        away.setattr(FakeGateway, "refund", silent)
        for _ in range(10):
            Worker().run_until_empty()
            clock.move(timedelta(hours=2))
    assert state_of(refund) == ("approved", None)

    Worker().run_until_empty()

    assert state_of(refund) == ("settled", f"fake-refund-{refund.id}-1")


def test_what_the_service_refuses_for_good_waits_for_a_person(refund, monkeypatch):
    def refuse(self, asked):
        raise GatewayError("card_closed", is_final=True)

    monkeypatch.setattr(FakeGateway, "refund", refuse)

    jobs.send_refund(refund.id)

    assert state_of(refund) == ("failed", None)


def test_a_service_may_settle_later(refund, monkeypatch):
    monkeypatch.setattr(FakeGateway, "refund", lambda *_: SentRefund("re_7", is_settled=False))

    jobs.send_refund(refund.id)

    assert state_of(refund) == ("sent", "re_7")
    with transaction():
        settle_refund(db.session.get_one(Refund, refund.id), now=refund.requested_at)
    assert db.session.scalars(select(Payment.refunded_vnd)).one() == 100_000
