"""Messages: written with the act, sent once, wiped; gateways that fail break nothing."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.jobs.models import Job
from core.jobs.worker import Worker
from core.messages import jobs as _jobs
from core.messages.gateways import (
    GatewayError,
    Letter,
)
from core.messages.models import Channel, Message
from core.messages.outbox import enqueue_message, is_stuck, sweep_messages, withdraw_messages
from tests.fakes.gateway import fake_gateway

assert _jobs  # registers the handlers

LETTER = Letter(
    7, Channel.SMS, "+84912345678", "accounts.code", "Mã", "Mã của bạn là 123456", {"otp": "123456"}
)


@pytest.fixture
def gateway():
    with fake_gateway() as fake:
        yield fake


def ask(clock, **facts):
    values = {
        "to": "+84912345678",
        "channel": Channel.SMS,
        "kind": "accounts.code",
        "subject": "Mã",
        "text": "Mã của bạn là 123456",
        "values": {"otp": "123456"},
        "now": clock.now(),
    }
    with transaction():
        return enqueue_message(**(values | facts)).id


def ask_within(clock):
    enqueue_message(to="a@b.vn", channel=Channel.EMAIL, kind="x", subject="x", text="x", now=clock.now())


def row(number):
    db.session.rollback()
    return db.session.get_one(Message, number)


def test_a_message_is_sent_once_and_then_holds_nothing(db_session, gateway, clock):
    number = ask(clock)

    Worker().run_until_empty()
    Worker().run_until_empty()

    assert gateway.taken == [
        Letter(
            number,
            Channel.SMS,
            "+84912345678",
            "accounts.code",
            "Mã",
            "Mã của bạn là 123456",
            {"otp": "123456"},
        )
    ]
    sent = row(number)
    assert (sent.state, sent.tries, sent.sent_at) == ("sent", 1, clock.now())
    assert (sent.recipient, sent.subject, sent.body, sent.values) == (None, None, None, None)


def test_a_message_of_an_act_that_was_taken_back_is_never_sent(db_session, gateway, clock):
    def act():
        with transaction():
            ask_within(clock)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()

    assert Worker().run_until_empty() == 0
    assert gateway.taken == []


def test_a_gateway_that_fails_is_asked_again_later(db_session, gateway, clock):
    gateway.failures = [GatewayError("away"), GatewayError("away")]
    number = ask(clock)

    Worker().run_until_empty()
    assert (row(number).state, row(number).tries, is_stuck(number)) == ("pending", 1, True)
    for _ in range(2):
        clock.move(timedelta(minutes=1))
        Worker().run_until_empty()

    assert (row(number).state, row(number).tries, gateway.tries) == ("sent", 3, 3)
    assert is_stuck(number) is False


def test_a_message_outlives_an_outage_of_hours(db_session, gateway, clock):
    gateway.failures = [GatewayError("away")] * 12
    number = ask(clock)

    for _ in range(12):
        Worker().run_until_empty()
        clock.move(timedelta(minutes=75))
    Worker().run_until_empty()

    assert (row(number).state, row(number).tries) == ("sent", 13)
    assert [letter.number for letter in gateway.taken] == [number]


def test_a_message_that_never_goes_out_ends_with_its_time(db_session, gateway, clock):
    gateway.failures = [GatewayError("away")] * 200
    number = ask(clock)

    for _ in range(60):
        Worker().run_until_empty()
        clock.move(timedelta(hours=1))

    assert (row(number).state, row(number).recipient) == ("expired", None)
    assert {job.state for job in db.session.scalars(select(Job))} == {"done"}


def test_a_channel_that_is_switched_off_keeps_the_message_until_it_is_on(
    db_session, clock, monkeypatch, caplog
):
    taken = []
    monkeypatch.setattr(_jobs, "gateway_for", lambda *_: None)
    number = ask(clock)
    Worker().run_until_empty()
    assert (row(number).state, row(number).recipient) == ("pending", "+84912345678")
    assert "sms is switched off" in caplog.text
    assert "+8491" not in caplog.text

    monkeypatch.setattr(_jobs, "gateway_for", lambda *_: SimpleNamespace(send=taken.append))
    clock.move(timedelta(minutes=1))
    Worker().run_until_empty()

    assert (row(number).state, [(letter.number, letter.attempt) for letter in taken]) == (
        "sent",
        [(number, 2)],
    )


def test_a_message_refused_for_good_is_tried_once_and_wiped(db_session, gateway, clock):
    gateway.failures = [GatewayError("no such number", is_final=True)]
    number = ask(clock)

    Worker().run_until_empty()
    clock.move(timedelta(hours=1))
    Worker().run_until_empty()

    assert gateway.tries == 1
    assert (row(number).state, row(number).recipient, row(number).body) == ("failed", None, None)
    assert is_stuck(number) is True


def test_a_message_may_come_twice_when_the_line_is_cut_after_it_was_taken(db_session, gateway, clock):
    gateway.fails_after_taking = True
    number = ask(clock)

    Worker().run_until_empty()
    clock.move(timedelta(minutes=1))
    Worker().run_until_empty()

    assert [letter.number for letter in gateway.taken] == [number, number]
    assert row(number).state == "sent"


def test_a_code_that_is_too_old_is_wiped_instead_of_sent(db_session, gateway, clock):
    number = ask(clock, expires_at=clock.now() + timedelta(minutes=10))

    clock.move(timedelta(minutes=10))
    Worker().run_until_empty()

    assert gateway.tries == 0
    assert (row(number).state, row(number).body) == ("expired", None)


def test_the_sweep_wipes_what_waits_in_vain_and_forgets_old_rows(db_session, gateway, clock):
    number = ask(clock, expires_at=clock.now() + timedelta(minutes=10))
    clock.move(timedelta(minutes=11))

    with transaction():
        sweep_messages(now=clock.now())
    assert (row(number).state, row(number).recipient) == ("expired", None)

    clock.move(timedelta(days=31))
    with transaction():
        sweep_messages(now=clock.now())
    assert db.session.scalars(select(Message)).all() == []


def test_what_waits_for_a_forgotten_person_is_taken_back(db_session, gateway, clock):
    number, other = ask(clock), ask(clock, to="+84987654321")

    with transaction():
        assert withdraw_messages("+84912345678") == 1
    Worker().run_until_empty()

    assert (row(number).state, row(number).body) == ("expired", None)
    assert [letter.number for letter in gateway.taken] == [other]


def test_jobs_and_logs_of_a_failed_message_hold_nothing_of_it(db_session, gateway, clock, caplog):
    gateway.failures = [GatewayError("status 500")]
    ask(clock)

    Worker().run_until_empty()

    job = db.session.scalars(select(Job).where(Job.name == "core.send_message")).one()
    told = f"{job.payload} {job.last_error} {caplog.text}"
    assert "status 500" in told
    assert "123456" not in told.replace(str(job.payload), "")
    assert "+8491" not in told
