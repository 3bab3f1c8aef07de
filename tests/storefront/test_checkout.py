"""The three pages of the checkout, as a guest without JavaScript walks them."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from core.db import db, transaction
from orders.models.cart import CartLine
from orders.models.checkout import CheckoutDraftRow
from orders.models.orders import Order
from promotion.models.reach import OrderSource
from promotion.operations.links import make_link
from storefront.views.checkout.steps import TERMS_VERSION
from tests.factories import make_producer, make_product

RECEIVER = {
    "way": "deliver",
    "name": "Người Mua Thử",
    "phone": "0912.345.678",
    "province": "79",
    "commune": "26740",
    "q": "Sài Gòn",
    "street": "12 Lê Lợi",
}


@pytest.fixture
def shop(db_session):
    return [make_product(producer=make_producer(name=name)) for name in ("HTX A", "HTX B")]


@pytest.fixture
def browser(client, shop):
    """A guest with two packs of one producer and one of another in the basket."""
    for product, packs in zip(shop, (2, 1), strict=True):
        send(client, "/cart/lines", {"variant_id": product.variants[0].id, "quantity": packs}, page="/cart")
    return client


def send(client, path, fields, *, page):
    """Send a form as a browser does, with the token of the page that it stands on."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    fields = {**fields, "csrf_token": token[1] if token else ""}
    answer = client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    db.session.rollback()  # the basket is written on a connection of its own: what is read from now on is of now
    return answer


def walk(client, method="cod", **receiver):
    """Fill in the first two pages; the last one."""
    answer = send(client, "/checkout/receiver", RECEIVER | receiver, page="/checkout")
    assert (answer.status_code, answer.location) == (303, "/checkout/delivery"), answer.text
    page = client.get("/checkout/delivery").text
    keys = dict(re.findall(r'name="(delivery-\d+)" value="([^"]+)"', page))
    answer = send(client, "/checkout/delivery", keys | {"method": method}, page="/checkout/delivery")
    assert (answer.status_code, answer.location) == (303, "/checkout/review"), answer.text
    return client.get("/checkout/review").text


def sent_of(page, **more):
    fields = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("checkout_key", "total_vnd")
    }
    return fields | {"terms": TERMS_VERSION} | more


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_guest_orders_from_two_producers_without_an_account(browser, db_session):
    page = walk(browser)

    answer = send(browser, "/checkout/orders", sent_of(page), page="/checkout/review")

    order = db.session.scalars(select(Order)).one()
    assert answer.status_code == 303
    assert answer.location.startswith("/orders/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert (order.name, order.phone, order.commune, order.province) == (
        "Người Mua Thử",
        "+84912345678",
        "Phường Sài Gòn",
        "Thành phố Hồ Chí Minh",
    )
    assert order.total_vnd == int(sent_of(page)["total_vnd"])
    assert (count(CartLine), count(CheckoutDraftRow)) == (0, 0)


def test_each_parcel_is_ticked_as_the_basket_counted_it_and_the_payment_is_not(browser):
    send(browser, "/checkout/receiver", RECEIVER, page="/checkout")
    page = browser.get("/checkout/delivery").text
    ticked = dict(re.findall(r'name="(delivery-\d+)" value="([^"]+)" checked', page))
    assert len(ticked) == 2
    assert 'value="cod" checked' not in page

    answer = send(browser, "/checkout/delivery", ticked | {"method": "cod"}, page="/checkout/delivery")

    assert (answer.status_code, answer.location) == (303, "/checkout/review")


def test_sent_again_after_back_or_refresh_it_leads_to_the_same_order(browser, db_session):
    fields = sent_of(walk(browser))
    token = {"csrf_token": re.search(r'csrf_token" value="([^"]+)"', browser.get("/checkout/review").text)[1]}

    places = {browser.post("/checkout/orders", data=fields | token).location for _ in range(3)}

    assert len(places) == 1
    assert count(Order) == 1


def test_what_was_typed_wrongly_is_kept_and_named(browser):
    answer = send(
        browser,
        "/checkout/receiver",
        RECEIVER | {"phone": "12", "name": "", "commune": "", "q": "", "invoice_tax_code": "123"},
        page="/checkout",
    )

    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert 'value="12 Lê Lợi"' in answer.text
    assert 'value="12"' in answer.text
    for field in ("name", "phone", "q", "invoice_name", "invoice_tax_code", "invoice_address"):
        assert f'href="#{field}"' in answer.text


def test_an_old_name_of_a_commune_is_offered_and_has_to_be_confirmed(browser):
    old = send(
        browser,
        "/checkout/receiver",
        RECEIVER | {"commune": "", "q": "Bến Nghé"},
        page="/checkout",
    )

    assert old.status_code == 422
    assert "Phường Bến Nghé" in old.text
    key = re.search(r'name="commune" value="([^"]+)"', old.text)[1]
    assert walk(browser, q="Bến Nghé", commune=key).count("Phường Sài Gòn") == 1


def test_nobody_orders_without_agreeing_and_nothing_is_ticked_beforehand(browser, db_session):
    page = walk(browser)
    assert "checked" not in page

    answer = send(browser, "/checkout/orders", sent_of(page, terms=""), page="/checkout/review")

    assert answer.status_code == 422
    assert 'href="#order-terms"' in answer.text
    assert count(Order) == 0


def test_a_total_that_changed_meanwhile_is_told_before_anything_is_ordered(browser, db_session):
    page = walk(browser)
    with transaction():
        db.session.execute(text("UPDATE variant SET price_vnd = 135000"))

    answer = send(browser, "/checkout/orders", sent_of(page), page="/checkout/review")

    assert answer.status_code == 409
    assert 'href="#order-total"' in answer.text
    assert count(Order) == 0
    again = send(browser, "/checkout/orders", sent_of(answer.text), page="/checkout/review")
    assert again.status_code == 303


@pytest.mark.parametrize("number", ["9" * 5_000, "٣", "-1", ""])
def test_a_field_of_no_producer_is_no_parcel(browser, shop, number):
    walk(browser)
    fields = {f"delivery-{number}": "carrier", "method": "cod"}

    answer = send(browser, "/checkout/delivery", fields, page="/checkout/delivery")

    assert answer.status_code == 422
    assert f'href="#delivery-{shop[0].producer_id}"' in answer.text
    assert browser.get("/checkout/delivery").status_code == 200


def test_the_pages_lead_back_to_what_is_missing(client, shop):
    assert client.get("/checkout").location == "/cart"
    assert client.get("/checkout/review").location == "/cart"
    send(client, "/cart/lines", {"variant_id": shop[0].variants[0].id, "quantity": 1}, page="/cart")

    assert client.get("/checkout/review").location == "/checkout"
    assert client.get("/checkout/delivery").location == "/checkout"


def test_the_state_of_a_checkout_is_told_by_its_key(browser, db_session):
    fields = sent_of(walk(browser))
    before = browser.get(f"/checkout/status/{fields['checkout_key']}").text
    send(browser, "/checkout/orders", fields, page="/checkout/review")

    after = browser.get(f"/checkout/status/{fields['checkout_key']}").text

    assert "/orders/" not in before
    assert db.session.scalars(select(Order.code)).one() in after
    assert browser.get(f"/checkout/status/{uuid4()}").status_code == 200
    assert browser.get("/checkout/status/nothing").status_code == 404


def test_another_basket_does_not_see_what_was_typed(browser, app, shop):
    walk(browser)
    other = app.test_client()
    send(other, "/cart/lines", {"variant_id": shop[0].variants[0].id, "quantity": 1}, page="/cart")

    assert "12 Lê Lợi" not in other.get("/checkout").text
    assert "12 Lê Lợi" in browser.get("/checkout").text


@pytest.mark.parametrize("field", ["name", "street", "landmark", "note"])
def test_hostile_text_stays_text(browser, field):
    page = walk(browser, **{field: "<script>alert(1)</script>'\"{{7*7}}"})

    assert "<script>alert" not in page


def test_a_firm_is_named_on_the_last_page_only_with_a_true_tax_code(browser):
    firm = {
        "invoice_name": "Công ty Gạo",
        "invoice_tax_code": "0100233488",
        "invoice_address": "1 Tràng Tiền, Hà Nội",
    }

    page = walk(browser, **firm)

    assert "Công ty Gạo, 0100233488" in page


def test_the_short_link_that_led_here_is_noted_with_the_order_once(browser, db_session, clock):
    with transaction():
        link = make_link("booth", 7, "/products", by=None, now=clock.now(), fair_id=3)
        key, number = link.key, link.id
    browser.get(f"/S/{key}", headers={"User-Agent": "Mozilla/5.0 Chrome/120 Mobile"})
    fields = sent_of(walk(browser))

    for _ in range(2):
        send(browser, "/checkout/orders", fields, page="/checkout/review")

    source = db.session.scalars(select(OrderSource)).one()
    assert (source.link_id, source.fair_id, source.booth_id, source.channel) == (number, 3, 7, "web")


@pytest.mark.parametrize("is_sent_first", [True, False])
def test_the_empty_form_leads_on_whoever_asked_before(app, browser, is_sent_first):
    def asked():
        return browser.get("/checkout")

    def looked_for_nothing():
        return send(browser, "/checkout/receiver", {"find": "1", "province": "", "q": ""}, page="/cart")

    app.extensions.pop("core.frames", None)
    answers = [
        each() for each in ((looked_for_nothing, asked) if is_sent_first else (asked, looked_for_nothing))
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert re.findall(r'<form method="post" action="([^"]+)" novalidate', answer.text) == [
            "/checkout/receiver"
        ]


def test_only_the_form_that_nobody_sent_is_kept_whole(app, browser):
    app.extensions.pop("core.frames", None)

    for province in ("01", "79", "xx"):
        send(browser, "/checkout/receiver", {"find": "1", "province": province}, page="/cart")

    assert not [key for key in app.extensions.get("core.frames", {}) if True in key[-1:]]
