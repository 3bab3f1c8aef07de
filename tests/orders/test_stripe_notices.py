"""Notices of Stripe through the front door: doubled, shuffled, forged, stale, false, early and late."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from catalog.models import Variant
from core import clock as present
from core.db import db, transaction
from core.jobs.models import Job
from orders.models.notices import PaymentNotice
from orders.models.payments import Payment, Refund
from orders.operations.payment import expire_payment
from orders.operations.stock import expire_holds
from tests.factories import make_product
from tests.fakes.stripe_server import OTHER_SECRET, changed, send
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

__all__ = ["_imitation", "shop"]

PAID = ("paid", ("paid",))


def receipts() -> int:
    return (
        db.session.scalar(select(func.count()).select_from(Job).where(Job.name == "orders.send_receipt")) or 0
    )


def test_a_paid_session_pays_the_order_and_the_ledger_says_where_the_money_is(shop: CardShop):
    payment = shop.order(quantity=2)
    letter = shop.paid_letter(payment)

    assert shop.hear(letter) == [200]

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert notices() == [("applied", None)]
    assert money(payment.order_id) == {"processor": payment.amount_vnd, "funds": payment.amount_vnd}
    stored = db.session.scalars(select(PaymentNotice)).one()
    assert stored.payment_id == payment.id
    assert payment.external_charge is not None
    assert payment.external_charge.startswith("pi_")


def test_what_is_kept_of_a_notice_names_nobody(shop: CardShop):
    payment = shop.order()
    person = {
        "customer_details": {"email": "lan@example.vn", "name": "Lan"},
        "customer_email": "lan@example.vn",
    }

    shop.hear(changed(shop.paid_letter(payment), **person, shipping_details={"name": "Lan"}))

    body = json.dumps(db.session.scalars(select(PaymentNotice)).one().body)
    assert "lan@" not in body.lower()
    assert payment.reference in body


def test_five_times_the_same_notice_is_one_payment(shop: CardShop):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    assert shop.hear(*[letter] * 5) == [200] * 5

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert notices() == [("applied", None)]
    assert (journal_count(), receipts()) == (1, 1)


def test_the_same_payment_told_under_another_name_is_no_second_one(shop: CardShop):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    shop.hear(letter, changed(letter), changed(letter))

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert (journal_count(), receipts()) == (1, 1)


@pytest.mark.once
@pytest.mark.slow
def test_every_order_of_five_notices_ends_the_same(shop: CardShop):
    """Paid twice, ended, failed, and one about nothing: what Stripe says when asked decides, not who came last."""
    ends = set()
    pack = _pack(on_hand=200)
    for order in sorted(set(itertools.permutations([0, 0, 1, 2, 3]))):
        payment = shop.order(quantity=1, variant=pack)
        paid = shop.paid_letter(payment)
        letters = [
            paid,
            _retyped(paid, "checkout.session.expired", status="expired", payment_status="unpaid"),
            _retyped(paid, "checkout.session.async_payment_failed", payment_status="unpaid"),
            shop.stripe.letters("payment_intent.succeeded")[-1],
        ]
        before = journal_count()
        assert shop.hear(*(letters[at] for at in order)) == [200] * 5
        shop.work()
        ends.add((*state_of(payment), journal_count() - before))

    assert ends == {(*PAID, 155_000, 1)}


def test_a_word_that_the_session_ended_is_asked_about_before_it_counts(shop: CardShop):
    payment = shop.order()
    paid = shop.paid_letter(payment)
    ended = _retyped(paid, "checkout.session.expired", status="expired", payment_status="unpaid")

    shop.hear(ended)
    assert state_of(payment)[0] == "pending"
    shop.work()

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert notices() == [("applied", None)]


def test_a_session_that_ended_unpaid_lets_the_goods_go(shop: CardShop, clock):
    payment = shop.order(quantity=3)
    session_id = shop.start(payment)
    clock.move(timedelta(minutes=16))
    shop.stripe.world.expire(session_id)

    shop.hear(*shop.stripe.letters("checkout.session.expired"))
    shop.work()

    assert state_of(payment) == ("expired", ("expired",), 0)
    assert [each.reserved for each in db.session.scalars(select(Variant))] == [0]
    assert journal_count() == 0


@pytest.mark.parametrize("secret", ["whsec_of_somebody_else", ""])
def test_a_forged_notice_leaves_nothing(shop: CardShop, secret):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    assert send(shop.client, letter, secret=secret).status_code == 400

    assert state_of(payment) == ("pending", ("pending",), 0)
    assert notices() == []


def test_what_nobody_signed_is_refused_before_the_database_is_asked(shop: CardShop):
    letter = shop.paid_letter(shop.order())
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert shop.client.post("/webhooks/stripe", data=letter).status_code == 400
        assert send(shop.client, letter, secret="whsec_of_somebody_else").status_code == 400
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert asked == []


def test_a_stale_notice_is_refused_and_one_signed_anew_is_taken(shop: CardShop, clock):
    payment = shop.order()
    letter = shop.paid_letter(payment)
    sent_at = clock.now()
    clock.move(timedelta(seconds=301))

    assert send(shop.client, letter, at=sent_at).status_code == 400
    assert notices() == []
    assert send(shop.client, letter, at=clock.now()).status_code == 200
    assert state_of(payment) == (*PAID, payment.amount_vnd)


def test_the_second_secret_is_good_too(shop: CardShop):
    payment = shop.order()

    assert send(shop.client, shop.paid_letter(payment), secret=OTHER_SECRET).status_code == 200

    assert state_of(payment) == (*PAID, payment.amount_vnd)


CONTRADICTIONS = [
    ({"amount_total": 1}, {}, "amount"),
    ({"amount_total": 280_001}, {}, "amount"),
    ({"amount_total": -280_000}, {}, "amount"),
    ({"amount_total": None}, {}, "amount"),
    ({"amount_total": "280000"}, {}, "amount"),
    ({"amount_total": 280_000.0}, {}, "amount"),
    ({"amount_total": True}, {}, "amount"),
    ({"amount_total": 10**40}, {}, "amount"),
    ({"currency": "usd"}, {}, "currency"),
    ({"currency": "VND"}, {}, "currency"),
    ({"currency": None}, {}, "currency"),
    ({"livemode": True}, {}, "livemode"),
    ({"livemode": None}, {}, "livemode"),
    ({}, {"livemode": True}, "livemode"),
    ({}, {"account": "acct_of_another"}, "account"),
    ({"mode": "setup"}, {}, "mode"),
    ({"payment_intent": None}, {}, "charge"),
    ({"payment_intent": {"id": "pi_1"}}, {}, "charge"),
    ({"client_reference_id": "OC222222222"}, {}, "unknown_order"),
    ({"client_reference_id": None}, {}, "unknown_order"),
    ({"client_reference_id": "x" * 9_999}, {}, "unknown_order"),
    ({"client_reference_id": "' OR 1=1 --"}, {}, "unknown_order"),
    ({"metadata": {}}, {}, "unknown_order"),
    ({"metadata": None}, {}, "unknown_order"),
    ({"metadata": {"attempt": "2"}}, {}, "unknown_order"),
    ({"metadata": {"attempt": "99999999999999999999"}}, {}, "unknown_order"),
    ({"metadata": {"attempt": "-1"}}, {}, "unknown_order"),
    ({"metadata": ["1"]}, {}, "unknown_order"),
]


def test_what_contradicts_the_order_waits_for_a_person_and_pays_nothing(shop: CardShop):
    payment = shop.order(quantity=2)
    assert payment.amount_vnd == 280_000
    letter = shop.paid_letter(payment)
    told = [json.loads(changed(letter, **of_object)) | of_event for of_object, of_event, _ in CONTRADICTIONS]

    assert set(shop.hear(*(json.dumps(each).encode() for each in told))) == {200}

    assert notices() == [("parked", reason) for _, _, reason in CONTRADICTIONS]
    assert state_of(payment) == ("pending", ("pending",), 0)
    assert (journal_count(), receipts()) == (0, 0)


UNREADABLE = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"\xff\xfe",
    b'{"object": "event"}',
    b'{"object": "event", "id": "evt_1", "type": "x", "livemode": false, "data": null}',
    b'{"object": "event", "id": "evt_1", "type": "x", "livemode": false, "data": {"object": []}}',
    b'{"object": "event", "id": 7, "type": "x", "livemode": false, "data": {"object": {}}}',
    b'{"object": "event", "id": "evt_1", "type": "x", "livemode": "false", "data": {"object": {}}}',
    b'{"object": "event", "id": "evt_1", "livemode": false, "data": {"object": {}}}',
    b'{"object": "v2.core.event", "id": "evt_1", "type": "x", "livemode": false}',
    b'{"object": "event", "id": "'
    + b"e" * 300
    + b'", "type": "x", "livemode": false, "data": {"object": {}}}',
    b'{"object": "event", "id": "a\\u0000b", "type": "x", "livemode": false, "data": {"object": {}}}',
    b"[" * 100_000,
    b'{"a": ' + b"9" * 10_000 + b"}",
]


def test_what_is_signed_and_cannot_be_read_is_refused(shop: CardShop):
    assert set(shop.hear(*UNREADABLE)) == {400}

    assert notices() == []


def test_an_event_of_a_kind_that_says_nothing_to_us_is_kept_and_ignored(shop: CardShop):
    letter = changed(shop.paid_letter(shop.order()))
    told = json.loads(letter) | {"type": "customer.created"}

    assert shop.hear(json.dumps(told).encode()) == [200]

    assert notices() == [("ignored", "other_kind")]


def test_a_body_too_large_is_not_read(shop: CardShop):
    assert send(shop.client, b"x" * (256 * 1024 + 1)).status_code == 413


def test_a_shop_without_cards_has_no_such_address(client):
    assert client.post("/webhooks/stripe", data=b"{}").status_code == 404


def test_a_payment_after_the_hold_ended_takes_the_goods_again(shop: CardShop, clock):
    payment = shop.order(quantity=2)
    shop.start(payment)
    clock.move(timedelta(minutes=16))
    _let_go(payment)
    assert state_of(payment)[0] == "expired"
    shop.stripe.world.pay(db.session.get_one(Payment, payment.id).external_id or "")

    shop.hear(*shop.stripe.letters("checkout.session.completed"))

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert [each.reserved for each in db.session.scalars(select(Variant))] == [2]
    assert money(payment.order_id) == {"processor": payment.amount_vnd, "funds": payment.amount_vnd}


def test_a_payment_after_the_goods_are_gone_goes_back_by_itself(shop: CardShop, clock):
    pack = _pack(on_hand=2)
    payment = shop.order(quantity=2, variant=pack)
    shop.start(payment)
    clock.move(timedelta(minutes=16))
    _let_go(payment)
    faster = shop.order(quantity=2, variant=pack)
    shop.stripe.world.pay(db.session.get_one(Payment, payment.id).external_id or "")

    shop.hear(*shop.stripe.letters("checkout.session.completed"))

    refund = db.session.scalars(select(Refund)).one()
    assert (refund.cause, refund.amount_vnd, refund.state) == ("late_payment", payment.amount_vnd, "approved")
    assert [each.reserved for each in db.session.scalars(select(Variant))] == [2]
    assert state_of(faster)[0] == "pending"
    assert money(payment.order_id) == {"processor": payment.amount_vnd, "refunds_due": payment.amount_vnd}


def test_a_notice_from_before_our_own_commit_finds_its_payment(shop: CardShop):
    payment = shop.order()
    started = shop.stripe.gateway().start(facts_of(payment), "http://market.test/back")
    shop.stripe.world.pay(started.external_id or "")

    shop.hear(*shop.stripe.letters("checkout.session.completed"))

    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert db.session.get_one(Payment, payment.id).external_id == started.external_id


def test_what_breaks_within_keeps_neither_notice_nor_payment(shop: CardShop, monkeypatch):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    def broken(*_arguments, **_facts):
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("orders.operations.payment.post", broken)
        shop.app.config["PROPAGATE_EXCEPTIONS"] = False
        assert send(shop.client, letter).status_code == 500
    assert notices() == []
    assert state_of(payment) == ("pending", ("pending",), 0)

    assert send(shop.client, letter).status_code == 200
    assert state_of(payment) == (*PAID, payment.amount_vnd)


def test_a_notice_that_clashes_with_the_books_waits_for_a_person(shop: CardShop):
    first, second = shop.order(variant=_pack()), shop.order(variant=_pack())
    letter = shop.paid_letter(first)
    charge = json.loads(letter)["data"]["object"]["payment_intent"]
    other = changed(shop.paid_letter(second), payment_intent=charge)

    assert shop.hear(letter, other) == [200, 200]

    assert notices() == [("applied", None), ("failed", "PaymentClashError")]
    assert state_of(second) == ("pending", ("pending",), 0)
    assert money(second.order_id) == {"processor": first.amount_vnd}


@pytest.mark.slow
def test_a_thousand_at_once_are_one(shop: CardShop):
    payment = shop.order()
    letter = shop.paid_letter(payment)

    def post(_number: int) -> int:
        return send(shop.app.test_client(), letter).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(post, range(1_000)))

    assert answers == {200}
    assert state_of(payment) == (*PAID, payment.amount_vnd)
    assert notices() == [("applied", None)]
    assert (journal_count(), receipts()) == (1, 1)


def test_many_payments_shuffled_and_doubled_end_each_paid_once(shop: CardShop):
    payments = [shop.order(quantity=1, variant=_pack()) for _ in range(8)]
    letters = [shop.paid_letter(each) for each in payments] * 2 + shop.stripe.letters("charge.succeeded")
    random.Random(7).shuffle(letters)

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(lambda raw: send(shop.app.test_client(), raw).status_code, letters))

    assert answers == {200}
    assert {state_of(each) for each in payments} == {(*PAID, 155_000)}
    assert journal_count() == 8


def _pack(on_hand: int = 10) -> Variant:
    return make_product(variants=[{"on_hand": on_hand}]).variants[0]


def _retyped(raw: bytes, kind: str, **of_object) -> bytes:
    told = json.loads(changed(raw, **of_object)) | {"type": kind}
    return json.dumps(told).encode()


def _let_go(payment: Payment) -> None:
    with transaction():
        expire_holds(present.now())
        expire_payment(payment, now=present.now())
