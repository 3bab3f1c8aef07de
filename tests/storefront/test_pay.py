"""The page on which an order is paid: for whoever holds its link, in words and as a QR."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from flask import g
from PIL import Image
from sqlalchemy import select

from core import clock as present
from core.db import db, transaction
from core.payment_settings import PaymentMode, Switch
from orders.gateways.registry import gateway_for, list_methods
from orders.models.bank import ReceivingAccount
from orders.models.orders import PaymentMethod, SellerOrder
from orders.models.payments import Payment, Refund, RefundCause
from orders.operations.payment import expire_payment, open_payments
from orders.operations.refund_accounts import read_account
from orders.operations.refunds import request_refund
from orders.order_tokens import token_of
from tests.factories import saved
from tests.orders.test_payment import payment_of, receive, states
from tests.support.order_shop import make_order, parcel


def placed(method=PaymentMethod.VIETQR, parcels=None):
    """An order whose payments are opened as the checkout does."""
    order = make_order(parcels, method=method)
    with transaction():
        db.session.query(Payment).filter_by(order_id=order.id).delete()
    with transaction():
        open_payments(order, now=present.now())
    return order


@pytest.fixture
def path(app):
    """The address of paying an order."""
    keys = app.extensions["settings"].keys
    return lambda order: f"/orders/{token_of(order.id, keys)}/pay"


def form_of(client, address, **fields):
    g.pop("csrf_token", None)  # kept for the context of the test, which browsers share
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)[1]
    return {"csrf_token": token, **fields}


def test_a_transfer_is_shown_in_words_and_until_when(client, db_session, path):
    order = placed()

    answer = client.get(path(order))

    page = " ".join(answer.text.split())
    assert answer.status_code == 200
    assert "Giữ hàng cho bạn đến 10:00 ngày 23/11/2026" in page
    for said in ("Vietcombank", "0000000000", "155.000 ₫", order.code, "Minh họa"):
        assert said in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert order.name not in page
    assert order.phone not in page


def test_the_picture_is_the_qr_of_this_transfer(client, db_session, path):
    order = placed()
    address = f"{path(order)}/{payment_of(order).id}/qr.png"

    shown, kept = client.get(address), client.get(f"{address}?save=1")

    said = zxingcpp.read_barcode(Image.open(BytesIO(shown.data)).convert("L")).text
    assert said.startswith("00020101021238540010A0000007270124000697043601100000000000")
    assert said[:-4].endswith(f"5406155000{'5802VN'}6215{'0811'}{order.code}6304")
    assert kept.data == shown.data
    assert kept.headers["Content-Disposition"] == f'attachment; filename="vietqr-{order.code}.png"'
    assert "Content-Disposition" not in shown.headers


def test_producers_who_are_paid_directly_have_a_qr_each(app, make_app, settings, db_session, path):
    app = make_app(replace(settings, payments=replace(settings.payments, payment_mode=PaymentMode.PRODUCERS)))
    parcels = [parcel(), parcel()]
    producers = [each["lines"][0][0].product.producer for each in parcels]
    for number, producer in enumerate(producers, start=1):
        saved(
            ReceivingAccount(
                producer_id=producer.id,
                bank_bin="970405",
                account_number=f"150020000000{number}",
                account_name="HTX DUA",
                valid_from_at=present.now() - timedelta(days=1),
            )
        )
    order = placed(parcels=parcels)

    page = app.test_client().get(path(order)).text

    codes = db_session.scalars(select(SellerOrder.code).where(SellerOrder.order_id == order.id)).all()
    for said in ("1500200000001", "1500200000002", *codes, "2 lần chuyển khoản"):
        assert said in page
    assert page.count("/qr.png?save=1") == 2


def test_what_has_arrived_is_taken_off(client, db_session, path):
    order = placed()
    receive(payment_of(order), 100_000)

    page = client.get(path(order)).text

    assert "100.000\N{NO-BREAK SPACE}₫" in page
    assert "còn thiếu 55.000\N{NO-BREAK SPACE}₫" in page


def test_the_page_learns_that_the_money_has_arrived(client, db_session, path):
    order = placed()
    before = client.get(f"{path(order)}/state").json
    receive(payment_of(order))

    after = client.get(f"{path(order)}/state").json

    assert (before["step"], after["step"]) == ("waits", "paid")
    assert before["version"] != after["version"]
    assert "Đã thanh toán, cảm ơn bạn" in client.get(path(order)).text


def test_a_wait_that_is_over_says_what_becomes_of_late_money(client, db_session, clock, path):
    order = placed()
    clock.move(timedelta(days=1))
    with transaction():
        expire_payment(payment_of(order), now=present.now())

    page = client.get(path(order)).text

    assert "Đã hết thời gian thanh toán" in page
    assert "qr.png" not in page
    assert (
        client.get(f"{path(order)}/{payment_of(order).id}/qr.png").status_code == 200
    )  # the money may still come


def test_nobody_finds_an_order_by_guessing(client, db_session, path):
    order, other = placed(), placed()

    assert client.get("/orders/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/pay").status_code == 404
    assert client.get(f"{path(order)}/{payment_of(other).id}/qr.png").status_code == 404
    assert client.get(f"{path(order)}/99999999999/qr.png").status_code == 404


@pytest.mark.parametrize(("outcome", "state"), [("paid", "paid"), ("failed", "failed")])
def test_development_plays_at_paying(client, db_session, path, outcome, state):
    order = placed(PaymentMethod.FAKE)
    start = f"{path(order)}/{payment_of(order).id}/start"

    led = client.post(start, data=form_of(client, path(order)))
    fake = led.headers["Location"].removeprefix("http://market.test")
    answer = client.post(fake, data=form_of(client, fake, outcome=outcome))

    assert (led.status_code, answer.status_code) == (303, 303)
    assert states(order) == [("placed", state)]


def test_what_failed_is_tried_again(client, db_session, path):
    order = placed(PaymentMethod.FAKE)
    number = payment_of(order).id
    form = form_of(client, path(order))
    client.post(f"{path(order)}/fake/{number}", data={**form, "outcome": "failed"})
    assert "Lần thanh toán vừa rồi không thành công" in client.get(path(order)).text

    led = client.post(f"{path(order)}/{number}/start", data=form)

    assert states(order) == [("placed", "pending")]
    assert not led.headers["Location"].endswith(f"/{number}")


def test_without_the_switch_nobody_plays_at_paying(make_app, settings, db_session, path):
    off = replace(settings, payments=replace(settings.payments, fake_gateway=Switch.OFF))
    app = make_app(off)
    order = placed(PaymentMethod.FAKE)
    client, number = app.test_client(), payment_of(order).id

    assert client.get(f"{path(order)}/fake/{number}").status_code == 404
    assert gateway_for("fake", off) is None
    assert list_methods(off) == (PaymentMethod.COD, PaymentMethod.VIETQR)


def test_without_an_account_nobody_is_offered_a_transfer(settings):
    none = replace(settings.payments, bank_bin="", bank_account_number="", fake_gateway=Switch.OFF)

    assert list_methods(replace(settings, payments=none)) == (PaymentMethod.COD,)


@pytest.fixture
def owed(app, client, db_session, path):
    """An order of which 100,000 dong go back, and a browser that proved to be the buyer's; the address of the form."""
    order = placed()
    receive(payment_of(order))
    with transaction():
        request_refund(
            payment_of(order),
            key="return:1",
            cause=RefundCause.RETURN,
            seller_order=order.seller_orders[0],
            goods_vnd=100_000,
            now=present.now(),
        )
    address = path(order).removesuffix("/pay")
    client.post(f"{address}/proof", data=form_of(client, address, digits=order.phone[-4:]))
    return f"{address}/refund-account"


def test_the_account_for_money_back_is_kept_sealed(app, client, db_session, owed):
    form = form_of(client, owed, bank="970418", number="1234 5678-90", holder="NGUOI MUA THU")

    answer = client.post(owed, data=form)

    refund = db_session.scalars(select(Refund)).one()
    account = read_account(refund, app.extensions["settings"].keys)
    assert answer.status_code == 303
    assert account is not None
    assert (account.bank_bin, account.number, account.name) == ("970418", "1234567890", "NGUOI MUA THU")
    assert "1234567890" not in (refund.account or "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bank": "000000"}, "Chọn ngân hàng"),
        ({"number": "12"}, "Số tài khoản gồm 4 đến 19"),
        ({"holder": " "}, "Ghi tên chủ tài khoản"),
    ],
)
def test_an_account_that_is_none_is_refused_and_what_was_typed_stays(client, db_session, owed, wrong, words):
    form = {"bank": "970418", "number": "1234567890", "holder": "NGUOI MUA THU"} | wrong

    answer = client.post(owed, data=form_of(client, owed, **form))

    assert answer.status_code == 422
    assert words in answer.text
    assert form["number"] in answer.text
    assert db_session.scalars(select(Refund.account)).all() == [None]


def test_only_the_buyer_says_where_the_money_goes(app, client, db_session, owed):
    stranger = app.test_client()

    looked = stranger.get(owed)
    form = form_of(
        stranger, owed.removesuffix("/refund-account"), bank="970418", number="66666666", holder="KE GIAN"
    )
    answer = stranger.post(owed, data=form)

    assert (looked.status_code, answer.status_code) == (303, 303)
    assert answer.headers["Location"].endswith("#proof")
    assert db_session.scalars(select(Refund.account)).all() == [None]
