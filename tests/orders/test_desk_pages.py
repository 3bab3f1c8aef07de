"""The pages of the order desk: what is pressed happens, once, and to one's own orders only."""

import re
from datetime import timedelta

import pytest

from core import clock as present
from core.db import transaction
from orders.operations.desk import confirm_order, pack_order
from tests.factories import make_producer
from tests.orders.desk_shop import _books_agree, book, do, owner, packs_of, place, product, stands
from tests.people import browser_of, make_member

__all__ = ["_books_agree", "owner", "place", "product"]


@pytest.fixture
def browser(app, product):
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, make_member(product.producer, "packer"))


def desk_of(product):
    return f"/workspace/{product.producer_id}/orders"


def test_an_order_is_taken_packed_and_handed_over_with_three_buttons(product, place, browser):
    part = place(2)
    base = desk_of(product)
    page = browser.get(f"{base}/{part.code}").text
    assert "Nhận đơn" in page
    assert 'href="tel:+84912345678"' in page
    assert f'<p class="back"><a href="{base}">' in page

    for _button in ("taken", "packed"):
        page = browser.get(f"{base}/{part.code}").text
        action = re.findall(r'<form method="post" action="([^"]+)"', page)[0]
        answer = browser.post(action, data={"only": part.code, "then": "order"})
        assert (answer.status_code, answer.location) == (303, f"{base}/{part.code}")
    answer = browser.post(f"{base}/{part.code}/handover", data={"carrier": "ghn", "number": "GHN12345"})

    assert answer.status_code == 303
    assert stands(part) == ("confirmed", "cod_due", "handed_over")
    assert "GHN12345" in browser.get(f"{base}/{part.code}").text


def test_a_carrier_that_would_collect_another_sum_is_told_of_at_hand_over(product, place, browser, owner):
    part = place(2)
    do(confirm_order, part, by=owner)
    do(pack_order, part, by=owner)
    shipment = book(part)
    with transaction():
        shipment.cod_vnd += 100_000

    answer = browser.post(f"{desk_of(product)}/{part.code}/handover", data={"carrier": "ghn", "number": ""})

    assert answer.status_code == 409
    assert "số tiền khác với số người mua còn phải trả" in answer.text
    assert stands(part) == ("confirmed", "cod_due", "packed")


def test_a_card_that_was_drawn_before_tells_what_is_true_now(product, place, browser, owner, clock):
    part = place(2)
    base, words = desk_of(product), f'value="{part.code}"'
    assert browser.get(base).text == browser.get(base).text
    assert words in browser.get(base).text
    assert "Nhận đơn<" in browser.get(base).text
    assert "Take the order<" in browser.get(f"/en{base}").text
    do(confirm_order, part, by=owner)

    assert words not in browser.get(base).text
    assert "Hẹn đến" in browser.get(f"{base}?tab=pack").text
    clock.move(part.promised_to_on - present.today() + timedelta(days=1))

    page = browser.get(f"{base}?tab=pack").text
    assert "Trễ hẹn: đã hẹn đến" in page
    assert "Đóng gói<" in page


def test_many_orders_are_taken_at_once_and_one_that_cannot_keeps_no_other_back(product, place, browser):
    first, second, unpaid = place(1), place(1), place(1, method="vietqr")
    codes = [first.code, unpaid.code, second.code, first.code, "OCFFFFFFFFF"]

    answer = browser.post(f"{desk_of(product)}/confirmations", data={"code": codes})

    assert answer.location == f"{desk_of(product)}?tab=new&done=2&refused=2"
    assert [stands(part)[0] for part in (first, second, unpaid)] == ["confirmed", "confirmed", "placed"]
    assert "2 đơn chưa xử lý được" in browser.get(answer.location).text


def test_a_line_that_ran_out_is_taken_out_on_one_page(app, product, place, browser):
    part = place(2, 1)
    address = f"{desk_of(product)}/{part.code}/lines/{part.lines[0].id}/cancellation"
    assert browser.get(address).status_code == 404  # a packer does not send money back
    boss = browser_of(app, make_member(product.producer))

    page = boss.get(address).text
    answers = [boss.post(address, data={"quantity": "1", "seen": "0"}).status_code for _twice in range(2)]

    assert "125.000" in page
    assert answers == [303, 303]
    assert packs_of(product) == (10, 1)
    assert boss.post(address, data={"quantity": "9", "seen": "1"}).status_code == 422
    assert boss.post(address, data={"quantity": "x"}).status_code in (303, 422)
    assert packs_of(product) == (10, 1)


def test_what_cannot_be_done_is_said_and_changes_nothing(product, place, browser):
    part = place(2)
    base = f"{desk_of(product)}/{part.code}"

    told = {
        name: browser.post(f"{base}/{name}", data=data).status_code
        for name, data in (
            ("handover", {}),
            ("result", {"result": "delivered"}),
            ("cash", {}),
        )
    }

    assert told == {"handover": 409, "result": 409, "cash": 409}
    assert browser.post(f"{base}/result", data={"result": "../../"}).status_code == 422
    assert stands(part) == ("placed", "cod_due", "unfulfilled")


def test_an_order_ends_only_with_a_reason(app, product, place):
    app.config["WTF_CSRF_ENABLED"] = False
    part = place(2)
    boss = browser_of(app, make_member(product.producer))
    address = f"{desk_of(product)}/{part.code}/cancellation"

    assert boss.get(address).status_code == 200
    assert boss.post(address, data={"reason": "  "}).status_code == 422
    assert stands(part)[0] == "placed"
    assert boss.post(address, data={"reason": "<b>Bão</b> về, đường ngập"}).status_code == 303

    assert stands(part)[0] == "cancelled"
    page = boss.get(f"{desk_of(product)}/{part.code}").text
    assert "&lt;b&gt;Bão&lt;/b&gt; về, đường ngập" in page


def test_whoever_works_elsewhere_or_only_assists_finds_no_orders(app, product, place):
    part = place(1)
    rival = browser_of(app, make_member(make_producer()))

    for address in (desk_of(product), f"{desk_of(product)}/{part.code}"):
        assert rival.get(address).status_code == 404


@pytest.mark.parametrize("query", ["tab=x&before=-1", "before=99999999999999999999", "q=%00%25_'", "done=x"])
def test_strange_addresses_still_show_a_list(product, place, browser, query):
    place(1)

    assert browser.get(f"{desk_of(product)}?{query}").status_code == 200
