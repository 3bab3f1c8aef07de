"""Money that was paid straight to a producer goes back from the producer: never from the platform's bank."""

import pytest
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from ledger.chart import AccountKind
from ledger.queries import get_balance_vnd
from orders.models.bank import ReceivingAccount
from orders.models.payments import Refund
from orders.operations.cancellation import cancel_seller_order
from orders.operations.refund_accounts import BankAccount, set_refund_account
from orders.operations.transitions import OrderActor
from orders.queries.own_refunds import refund_todos
from tests.factories import make_producer, make_product, saved
from tests.orders.counter_shop import violations
from tests.orders.test_payment import payment_of, receive
from tests.people import browser_of, make_administrator, make_member
from tests.support.order_shop import make_order, parcel

BOOKS = ("I1", "I3", "I3e", "I3f", "I5", "I5a", "I5b", "I5c", "I5d", "I19")


@pytest.fixture
def producer(app, db_session):
    app.config["WTF_CSRF_ENABLED"] = False
    return make_producer()


@pytest.fixture
def refund(app, producer):
    """155,000 ₫ that a buyer paid to the producer's own account, for an order that was cancelled."""
    account = saved(
        ReceivingAccount(
            producer_id=producer.id,
            bank_bin="970405",
            account_number="1500200000001",
            account_name="HTX DUA",
            valid_from_at=present.now(),
        )
    )
    order = make_order([parcel((make_product(producer=producer).variants[0], 1))])
    payment = payment_of(order)
    with transaction():
        payment.receiving_account_id = account.id
    receive(payment)
    with transaction():
        part = order.seller_orders[0]
        cancel_seller_order(part, actor=OrderActor.BUYER, reason="buyer", by=None, now=present.now())
        to = BankAccount("970418", "1234567890", "NGUOI MUA THU")
        set_refund_account(order.id, to, keys=app.extensions["settings"].keys, now=present.now())
    return db.session.scalars(select(Refund)).one()


def state_of(refund):
    db.session.rollback()
    return db.session.scalars(select(Refund.state).where(Refund.id == refund.id)).one()


def test_the_platforms_bank_is_not_told_to_pay_what_it_never_had(app, refund):
    admin = browser_of(app, make_administrator())

    file = admin.get("/admin/refunds/transfers").data.decode("utf-8-sig")
    page = admin.get(f"/admin/refunds/{refund.id}").text

    assert "1234567890" not in file
    assert len(file.splitlines()) == 1
    assert "do cơ sở tự hoàn lại" in page


def test_the_producer_sees_where_the_money_goes_and_notes_that_it_went(app, producer, refund):
    owner = browser_of(app, make_member(producer))
    base = f"/workspace/{producer.id}/refunds"
    assert [each.count for each in refund_todos(producer.id, present.today())] == [1]
    assert f"{base}" in owner.get(f"/workspace/{producer.id}/money").text
    page = owner.get(base)
    for said in ("155.000", "BIDV", "1234567890", "NGUOI MUA THU"):
        assert said in page.text
    assert page.headers["Cache-Control"] == "no-store"

    sent = [
        owner.post(f"{base}/{refund.id}/transfer", data={f"reference-{refund.id}": "FT77"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in sent] == [303, 303]
    assert state_of(refund) == "settled"
    assert "1234567890" not in owner.get(base).text
    assert list(refund_todos(producer.id, present.today())) == []
    assert get_balance_vnd(AccountKind.CASH_HELD, f"producer:{producer.id}") == 0
    assert get_balance_vnd(AccountKind.BANK) == 0
    assert violations(*BOOKS) == []


def test_money_is_not_noted_as_sent_without_the_banks_reference(app, producer, refund):
    owner = browser_of(app, make_member(producer))

    answer = owner.post(
        f"/workspace/{producer.id}/refunds/{refund.id}/transfer", data={f"reference-{refund.id}": " "}
    )

    assert answer.status_code == 409
    assert f'id="reference-{refund.id}-wrong"' in answer.text
    assert state_of(refund) == "approved"
    assert get_balance_vnd(AccountKind.CASH_HELD, f"producer:{producer.id}") == 155_000


@pytest.mark.parametrize("who", ["packer", "rival"])
def test_nobody_else_sees_or_notes_it(app, producer, refund, who):
    rival = make_producer()
    member = make_member(producer, "packer") if who == "packer" else make_member(rival)
    whose = producer if who == "packer" else rival
    browser = browser_of(app, member)

    page = browser.get(f"/workspace/{whose.id}/refunds")
    answer = browser.post(
        f"/workspace/{whose.id}/refunds/{refund.id}/transfer", data={f"reference-{refund.id}": "FT77"}
    )

    assert "1234567890" not in page.text
    assert answer.status_code == 404
    assert state_of(refund) == "approved"


def test_what_the_platform_was_paid_is_not_the_producers_to_send(app, producer):
    order = make_order([parcel((make_product(producer=producer).variants[0], 1))])
    receive(payment_of(order))
    with transaction():
        part = order.seller_orders[0]
        cancel_seller_order(part, actor=OrderActor.BUYER, reason="buyer", by=None, now=present.now())
    refund = db.session.scalars(select(Refund)).one()
    owner = browser_of(app, make_member(producer))

    answer = owner.post(
        f"/workspace/{producer.id}/refunds/{refund.id}/transfer", data={f"reference-{refund.id}": "FT77"}
    )

    assert answer.status_code == 404
    assert (state_of(refund), list(refund_todos(producer.id, present.today()))) == ("approved", [])
