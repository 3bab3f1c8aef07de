"""The basket in a browser: who reaches it, what it says, and that no other site fills it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.models import Variant
from core import clock
from core.db import db, transaction
from orders.models.cart import Cart, CartLine
from orders.models.vouchers import Bearer
from orders.operations.cart import Holder, add_to_cart
from orders.operations.vouchers import make_voucher
from orders.voucher_terms import VoucherFacts
from storefront.views.basket.cart import TRIES_MAX
from tests.people import actor, browser_of, make_administrator, make_user

HERE = {"Sec-Fetch-Site": "same-origin"}


def put(client, product, quantity=1, **more):
    sent = {"variant_id": product.variants[0].id, "quantity": quantity}
    return client.post("/cart/lines", data=sent, **({"headers": HERE} | more))


def page(client, address="/cart"):
    db.session.rollback()  # what is read next is what stands there now
    return client.get(address).get_data(as_text=True).replace("\xa0", " ")


def send(client, address, **fields):
    """A form of the basket page, its token along."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client))[1]
    return client.post(address, data={"csrf_token": token} | fields)


def there(*columns):
    """What stands in the database now."""
    db.session.rollback()
    return list(db.session.scalars(select(*columns).order_by(*columns)))


def line_ids():
    return there(CartLine.id)


def test_goods_go_in_from_their_page_without_token_session_or_account(client, make_product):
    product = make_product()
    form = page(client, f"/products/{product.slug}")

    answer = put(client, product, 2)

    assert f'name="variant_id" value="{product.variants[0].id}"' in form
    assert "csrf_token" not in form
    assert (answer.status_code, answer.location, answer.headers["Cache-Control"]) == (
        303,
        "/cart",
        "no-store",
    )
    cookies = {each.split("=")[0]: each for each in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"cart", "cart-count"}
    assert "HttpOnly" in cookies["cart"]
    assert "HttpOnly" not in cookies["cart-count"]
    assert "cart-count=2;" in cookies["cart-count"]
    assert "250.000 ₫" in page(client)


def test_over_https_both_cookies_are_bound_to_the_host(make_app, settings, make_product):
    product = make_product()
    browser = make_app(replace(settings, public_base_url="https://cho.example")).test_client()

    answer = put(browser, product, base_url="https://cho.example")

    cookies = answer.headers.getlist("Set-Cookie")
    assert [each.split("=")[0] for each in cookies] == ["__Host-cart", "__Host-cart-count"]
    assert all("Secure" in each and "Path=/" in each and "Domain" not in each for each in cookies)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_puts_nothing_in(client, make_product, headers):
    product = make_product()

    answer = put(client, product, headers=headers)

    assert answer.status_code == 400
    assert there(Cart.id) == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_browser_that_does_not_say_where_from_is_asked_once_more(client, make_product, headers):
    product = make_product()

    asked = put(client, product, 3, headers=headers)

    assert asked.status_code == 200
    assert there(Cart.id) == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', asked.get_data(as_text=True))[1]
    sent = {"variant_id": product.variants[0].id, "quantity": 3}
    assert client.post("/cart/lines", data=sent | {"csrf_token": "x" + token}).status_code == 400
    assert there(Cart.id) == []
    assert client.post("/cart/lines", data=sent | {"csrf_token": token}).status_code == 303
    assert there(CartLine.quantity) == [3]


def test_our_own_origin_is_enough(client, settings, make_product):
    assert put(client, make_product(), headers={"Origin": settings.public_base_url}).status_code == 303


@pytest.mark.parametrize("quantity", ["-1", "0", "1.5", "1e9", "NaN", "٣", "1000", "", "9" * 400])
def test_a_hostile_quantity_changes_nothing(client, make_product, quantity):
    product = make_product()
    put(client, product, 2)

    added = put(client, product, quantity)
    changed = send(client, f"/cart/lines/{line_ids()[0]}", quantity=quantity)

    assert (added.status_code, changed.status_code) == (422, 422)
    assert "1 đến 999" in changed.get_data(as_text=True)
    assert there(CartLine.quantity) == [2]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"variant_id": "x"},
        {"variant_id": "1", "bundle_id": "1"},
        {"variant_id": "-4"},
        {"variant_id": "9" * 40},
    ],
)
def test_a_form_that_names_nothing_puts_nothing_in(client, db_session, fields):
    answer = client.post("/cart/lines", data={"quantity": "1"} | fields, headers=HERE)

    assert answer.status_code == 422
    assert there(Cart.id) == []


def test_what_is_not_sold_is_refused_with_a_sentence(client, make_product):
    answer = put(client, make_product(is_for_sale=False))

    assert answer.status_code == 409
    assert "không còn bán" in answer.get_data(as_text=True)


def test_a_price_sent_along_is_not_looked_at(client, make_product):
    product = make_product()

    client.post(
        "/cart/lines",
        data={"variant_id": product.variants[0].id, "quantity": "1", "price_vnd": "1", "seen_price_vnd": "1"},
        headers=HERE,
    )

    assert there(CartLine.seen_price_vnd) == [125_000]


def test_a_forged_cookie_opens_no_basket(client, app, make_product):
    put(client, make_product())
    number, signature = client.get_cookie("cart").value.split(".")
    stranger = app.test_client()

    for forged in (
        f"{number}.{'0' * 32}",
        f"{int(number) + 1}.{signature}",
        number,
        f"{number}.",
        "x",
        "." * 9,
        "é",
    ):
        stranger.set_cookie("cart", forged)
        assert "Giỏ hàng trống" in page(stranger)


def test_lines_of_another_browser_are_not_found(client, app, make_product):
    put(client, make_product(), 2)
    (line_id,) = line_ids()
    stranger = app.test_client()
    put(stranger, make_product())

    answers = [
        send(stranger, f"/cart/lines/{line_id}{act}", quantity="9").status_code
        for act in ("", "/removal", "/keeping", "/return")
    ]

    assert answers == [404, 404, 404, 404]
    assert there(CartLine.quantity) == [1, 2]


def test_what_is_taken_out_can_be_put_back(client, make_product):
    product = make_product()
    put(client, product, 4)

    answer = send(client, f"/cart/lines/{line_ids()[0]}/removal")
    shown = page(client, answer.location)

    assert answer.location == f"/cart?removed=4&variant={product.variants[0].id}"
    assert "Cho lại vào giỏ" in shown
    assert client.get_cookie("cart-count").value == "0"
    assert re.search(r'name="quantity" value="4"', shown)


@pytest.mark.parametrize(
    "query",
    ["removed=1e9&variant=1", "removed=2&variant=x", "removed=2", "merged=%22x", "removed=-1&hamper=3"],
)
def test_strange_addresses_say_nothing_strange(client, db_session, query):
    assert "Cho lại vào giỏ" not in page(client, f"/cart?{query}")


def test_setting_aside_and_back(client, make_product):
    put(client, make_product())
    (line_id,) = line_ids()

    send(client, f"/cart/lines/{line_id}/keeping")
    kept = page(client)
    client.post(
        f"/cart/lines/{line_id}/return",
        data={"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', kept)[1]},
    )

    assert "Để mua sau" in kept
    assert "Giỏ hàng trống" in kept
    assert "Kiện từ" in page(client)


def test_a_changed_price_and_short_stock_are_told_beside_the_line(client, make_product):
    product = make_product()
    put(client, product, 5)
    with transaction():
        row = db.session.get_one(Variant, product.variants[0].id)
        row.price_vnd, row.on_hand = 150_000, 2

    shown = page(client)
    send(client, "/cart/changes")

    assert "Giá tăng từ 125.000 ₫ lên 150.000 ₫." in shown
    assert "Chỉ còn 2, bạn muốn 5." in shown
    assert "/checkout" not in shown
    agreed = page(client)
    assert "Giá tăng" not in agreed
    assert 'href="/checkout"' in agreed


def test_the_total_with_delivery_is_there_before_anything_personal_is_asked(client, make_product):
    put(client, make_product())

    shown = page(client)
    send(client, "/cart/province", province_code="79")
    chosen = page(client)

    assert "Tổng cộng, gồm phí giao" in shown
    assert not re.search(r'name="(name|phone|email|street)"', shown)
    assert "Tạm tính cho đến khi bạn chọn" in shown
    assert "Tạm tính" not in chosen
    assert '<option value="79" selected>' in chosen
    assert send(client, "/cart/province", province_code="99").status_code == 422


def test_what_a_guest_put_in_is_there_after_signing_in_and_gone_after_signing_out(app, client, make_product):
    user, product = make_user(), make_product()
    with transaction():
        add_to_cart(Holder(user.id), product.variants[0].id, 5, now=clock.now())
    put(client, product, 2)
    put(client, make_product(), 1)
    browser = browser_of(app, user)
    browser.set_cookie("cart", client.get_cookie("cart").value)

    merged = page(browser)

    assert "trước khi đăng nhập" in merged
    assert "(2 món)" in merged
    assert there(CartLine.quantity) == [1, 5]
    assert browser.get_cookie("cart") is None
    assert "trước khi đăng nhập" not in page(browser)
    assert "Giỏ hàng trống" in page(client)  # the old cookie leads nowhere


def test_a_basket_is_kept_by_no_cache_and_shown_to_no_robot(client, make_product):
    put(client, make_product())

    answer = client.get("/cart")

    assert answer.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex"' in answer.get_data(as_text=True)


@pytest.fixture
def code(db_session):
    administrator = actor(make_administrator())
    today = clock.today()
    facts = VoucherFacts(code="TET2027", percent=10, from_on=today, until_on=today)
    with transaction():
        make_voucher(facts, Bearer.PLATFORM, by=administrator, now=clock.now())
    return "TET2027"


def test_a_code_is_used_however_it_is_spaced_and_taken_out_again(client, make_product, code):
    put(client, make_product())

    send(client, "/cart/voucher", code=" tet-2027 ")
    used = page(client)
    send(client, "/cart/voucher", code="")

    assert "−12.500 ₫" in used
    assert "−12.500 ₫" not in page(client)


def test_codes_that_are_none_are_refused_and_soon_no_more_looked_at(client, make_product, code):
    put(client, make_product())
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(client))[1]

    def try_code(typed):
        db.session.rollback()
        return client.post("/cart/voucher", data={"csrf_token": token, "code": typed}).status_code

    statuses = [try_code(f"WRONG{number}") for number in range(TRIES_MAX + 1)]
    right = try_code(code)

    assert statuses == [422] * TRIES_MAX + [429]
    assert right == 429
    assert there(Cart.voucher_code) == [None]


def test_a_product_sold_out_or_out_of_season_has_no_button_and_keeps_the_question(client, make_product):
    empty = make_product(variants=[{"on_hand": 0}])
    service = make_product(group_no=6)

    for product in (empty, service):
        shown = page(client, f"/products/{product.slug}")
        assert 'action="/cart/lines"' not in shown
        assert f"/products/{product.slug}/inquiries" in shown


def test_several_packs_are_chosen_by_name_and_price(client, make_product):
    product = make_product(
        variants=[{"label": "Hộp 100 g"}, {"label": "Túi 1 kg", "price_vnd": 900_000}, {"on_hand": 0}]
    )

    shown = page(client, f"/products/{product.slug}")

    assert re.findall(r"<option value=\"\d+\"( selected)?>([^<]+)</option>", shown) == [
        (" selected", "Hộp 100 g: 125.000 ₫"),
        ("", "Túi 1 kg: 900.000 ₫"),
    ]
