"""The page of an order: for whoever holds its link; names only for whoever proves to be the buyer."""

import re
from datetime import timedelta

import pytest

from core import clock as present
from core.db import db
from core.keys import KeyRing
from orders.models.orders import PaymentMethod
from orders.order_tokens import token_of
from orders.states import Fulfilment
from tests.factories import make_product
from tests.support.order_shop import carry, delivered_order, make_order, parcel, pay
from tests.support.statements import counted

SECRETS = ("Người Mua Thử", "0912 345 678", "12 Lê Lợi")


@pytest.fixture
def path(app):
    return lambda order, more="": f"/orders/{token_of(order.id, app.extensions['settings'].keys)}{more}"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def prove(client, path, order, digits="5678"):
    page = client.get(path(order)).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return client.post(path(order, "/proof"), data={"csrf_token": token, "digits": digits})


def test_the_page_shows_steps_goods_and_money_but_no_name(client, db_session, path):
    order = make_order()

    answer = client.get(path(order))

    assert answer.status_code == 200
    text = text_of(answer)
    assert order.code in text
    assert "Kẹo dừa" in text
    assert "155.000" in text
    assert not [secret for secret in SECRETS if secret in text]
    assert "Phường Sài Gòn" not in text


def test_the_page_is_kept_nowhere_and_its_address_told_to_nobody(client, db_session, path):
    order = make_order()

    for more in ("", "/receipt", "/receipt.pdf"):
        answer = client.get(path(order, more))
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in client.get(path(order)).get_data(as_text=True)


@pytest.mark.parametrize("token", ["x", "A" * 32, "1"])
def test_a_link_that_nobody_gave_leads_nowhere(client, db_session, token):
    make_order()

    assert client.get(f"/orders/{token}").status_code == 404


def test_a_link_under_another_key_leads_nowhere(client, db_session):
    order = make_order()

    assert client.get(f"/orders/{token_of(order.id, KeyRing(('another',)))}").status_code == 404


def test_the_last_digits_open_names_and_acts(client, db_session, path):
    order = make_order()

    assert prove(client, path, order).status_code == 303

    text = text_of(client.get(path(order)))
    assert [secret for secret in SECRETS if secret in text] == list(SECRETS)
    assert "Hủy kiện này" in text


def test_wrong_digits_open_nothing_and_after_ten_tries_not_even_the_right_ones(client, db_session, path):
    order = make_order()

    assert [prove(client, path, order, "0000").status_code for _ in range(10)] == [422] * 10
    assert prove(client, path, order).status_code == 422
    assert SECRETS[0] not in text_of(client.get(path(order)))


def test_whoever_has_only_the_link_cancels_nothing(client, db_session, path):
    order = make_order()
    part = order.seller_orders[0]
    page = client.get(path(order)).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    answer = client.post(path(order, f"/parcels/{part.id}/cancellation"), data={"csrf_token": token})

    assert answer.status_code == 303
    assert answer.location.endswith("#proof")
    db.session.refresh(part)
    assert part.lifecycle == "placed"


def test_the_buyer_cancels_what_is_not_packed(client, db_session, path):
    order = make_order()
    part = order.seller_orders[0]
    prove(client, path, order)
    page = client.get(path(order, f"/parcels/{part.id}/cancellation")).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    for _ in range(2):
        client.post(path(order, f"/parcels/{part.id}/cancellation"), data={"csrf_token": token})

    db.session.refresh(part)
    assert (part.lifecycle, part.payment) == ("cancelled", "void")
    assert "Đã hủy" in text_of(client.get(path(order)))


def test_a_parcel_of_another_order_is_not_reached_through_this_link(client, db_session, path):
    mine, other = make_order(), make_order()
    prove(client, path, mine)

    answer = client.get(path(mine, f"/parcels/{other.seller_orders[0].id}/cancellation"))

    assert answer.status_code == 404


def look_up(client, code, phone):
    page = client.get("/orders").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return client.post("/orders", data={"csrf_token": token, "code": code, "phone": phone})


def test_code_and_telephone_lead_to_the_open_page(client, db_session, path):
    order = make_order()

    answer = look_up(client, f" {order.code.lower()} ", "0912 345 678")

    assert (answer.status_code, answer.location) == (303, path(order))
    assert SECRETS[0] in text_of(client.get(path(order)))


def test_whatever_is_wrong_the_lookup_answers_the_same(client, db_session):
    order = make_order()
    told = set()

    for code, phone in (
        (order.code, "0912345679"),
        ("OC234567892", "0912345678"),
        (order.code, "abc"),
        ("' OR 1=1", "x"),
    ):
        answer = look_up(client, code, phone)
        text = re.sub(r'(value|content)="[^"]*"', "", answer.get_data(as_text=True))
        told.add((answer.status_code, text))

    assert len(told) == 1
    assert next(iter(told))[0] == 422


def test_steps_say_what_was_done_when_and_what_comes_next(client, db_session, path, clock):
    order = make_order()
    pay(order)
    clock.move(timedelta(hours=1))
    carry(order.seller_orders[0], Fulfilment.HANDED_OVER)

    text = text_of(client.get(path(order)))

    done = text[text.index("Đã đặt") : text.index("Tiền hàng và giao hàng")]
    order_of_words = [
        done.index(words)
        for words in ("Đã đặt", "Đã thanh toán", "Nhà sản xuất đã xác nhận", "Bước tiếp theo")
    ]
    assert order_of_words == sorted(order_of_words)
    assert "10:00, 22/11/2026" in done
    assert "11:00, 22/11/2026" in done


def test_what_arrived_may_come_back_for_a_week(client, db_session, path, clock):
    order = delivered_order()
    prove(client, path, order)

    assert "Trả lại hàng" in text_of(client.get(path(order)))
    clock.move(timedelta(days=7, seconds=1))
    assert "Trả lại hàng" not in text_of(client.get(path(order)))


def test_the_page_costs_few_statements_however_many_parcels(client, db_session, path):
    small = make_order()
    large = make_order([parcel((make_product().variants[0], 1)) for _ in range(5)])
    one, five = path(small), path(large)
    client.get(one)

    with counted() as few:
        client.get(one)
    with counted() as many:
        client.get(five)

    assert len(many) == len(few) == 8


def test_an_erased_order_shows_goods_and_no_person(client, db_session, path):
    order = make_order(name="", phone="", street=None, erased_at=present.now())

    text = text_of(client.get(path(order)))

    assert "Kẹo dừa" in text
    assert "đã được xóa" in text
    assert prove_is_refused(client, path, order)


def prove_is_refused(client, path, order):
    page = client.get(path(order)).get_data(as_text=True)
    return 'name="digits"' not in page


def test_hostile_text_is_only_text(client, db_session, path):
    order = make_order(name='<script>alert("x")</script>', note="{{ 7*7 }}")
    prove(client, path, order)

    page = client.get(path(order)).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_cash_on_delivery_is_said_in_words(client, db_session, path):
    order = make_order(method=PaymentMethod.COD)

    text = text_of(client.get(path(order)))

    assert "Trả tiền khi nhận hàng" in text
    assert "Thanh toán ngay" not in text
