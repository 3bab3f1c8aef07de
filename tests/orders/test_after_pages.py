"""Pages of returns, disputes and reviews: for the buyer, the producer, and the administration."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from core.db import db
from orders.models.returns import Dispute, ReturnRequest
from orders.models.reviews import Review
from orders.order_tokens import token_of
from orders.states import Fulfilment
from tests.factories import make_product
from tests.people import browser_of, make_administrator, make_member
from tests.support.order_shop import carry, delivered_order, make_order, parcel, pay


def photo():
    target = BytesIO()
    Image.new("RGB", (900, 700), "#a4421f").save(target, "JPEG", exif=b"Exif\x00\x00II*\x00secret-place")
    return target.getvalue()


@pytest.fixture
def product(db_session):
    return make_product()


@pytest.fixture
def order(product):
    return delivered_order(parcels=[parcel((product.variants[0], 2))])


@pytest.fixture
def base(app, order):
    return f"/orders/{token_of(order.id, app.extensions['settings'].keys)}"


def post(browser, path, form=None, *, at):
    page = browser.get(at).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return browser.post(path, data={"csrf_token": token} | (form or {}))


@pytest.fixture
def buyer(client, base):
    post(client, f"{base}/proof", {"digits": "5678"}, at=base)
    return client


def ask(buyer, base, order, **form):
    part = order.seller_orders[0]
    path = f"{base}/parcels/{part.id}/returns"
    given = {"reason": "faulty", "text": "Hộp bị móp.", f"packs-{part.lines[0].id}": "1"} | form
    return post(buyer, path, given, at=path)


def desk(app, product, role="owner"):
    return browser_of(app, make_member(product.producer, role)), f"/workspace/{product.producer_id}"


def test_a_return_from_the_page_of_the_order_to_the_money(app, buyer, base, order, product):
    answer = ask(buyer, base, order, pictures=(BytesIO(photo()), "a.jpg"))
    assert answer.status_code == 303
    wanted = db.session.query(ReturnRequest).one()
    number, line_id = wanted.id, wanted.lines[0].line_id
    producer, work = desk(app, product)
    own = f"{work}/returns/{number}"

    asked = post(producer, f"{own}/answer", {"answer": "ask", "text": "Mấy hộp bị móp?"}, at=own)
    assert asked.status_code == 303
    mine = f"{base}/returns/{number}"
    assert "Mấy hộp bị móp?" in buyer.get(mine).get_data(as_text=True)
    post(buyer, f"{mine}/reply", {"text": "Một hộp."}, at=mine)
    post(producer, f"{own}/answer", {"answer": "accept"}, at=own)
    found = {f"sellable-{line_id}": "0", f"damaged-{line_id}": "1"}
    assert post(producer, f"{own}/receipt", found, at=own).status_code == 303

    db.session.refresh(wanted)
    assert (wanted.state, wanted.goods_vnd, wanted.shipping_vnd) == ("received", 125_000, 0)
    assert "125.000" in buyer.get(mine).get_data(as_text=True)


def test_photographs_are_drawn_anew_and_seen_by_buyer_and_producer_only(app, buyer, base, order, product):
    ask(buyer, base, order, pictures=(BytesIO(photo()), "a.jpg"))
    wanted = db.session.query(ReturnRequest).one()
    path = f"{base}/returns/{wanted.id}/pictures/1"

    seen = buyer.get(path)
    assert (seen.status_code, seen.content_type) == (200, "image/webp")
    assert b"secret-place" not in seen.data
    assert seen.headers["Cache-Control"] == "no-store"
    assert app.test_client().get(path).status_code in {302, 303}
    producer, work = desk(app, product)
    assert producer.get(f"{work}/returns/{wanted.id}/pictures/1").data == seen.data
    rival, other = desk(app, make_product())
    assert rival.get(f"{other}/returns/{wanted.id}/pictures/1").status_code == 404


def test_a_file_that_lies_is_no_photograph(buyer, base, order):
    answer = ask(buyer, base, order, pictures=(BytesIO(b"<svg onload=alert(1)>"), "a.jpg"))

    assert answer.status_code == 422
    assert db.session.query(ReturnRequest).count() == 0


@pytest.mark.parametrize("packs", ["3", "-1", "1.5", "1e9", "٣", "9" * 400, "9" * 5_000, ""])
def test_counts_that_are_none_are_refused(buyer, base, order, packs):
    line_id = order.seller_orders[0].lines[0].id

    answer = ask(buyer, base, order, **{f"packs-{line_id}": packs})

    assert answer.status_code == 422
    assert db.session.query(ReturnRequest).count() == 0


def test_a_packer_receives_goods_but_lets_no_money_be_refused(app, buyer, base, order, product):
    ask(buyer, base, order)
    wanted = db.session.query(ReturnRequest).one()
    packer, work = desk(app, product, "packer")
    own = f"{work}/returns/{wanted.id}"
    assert packer.get(own).status_code == 200

    answer = post(packer, f"{own}/answer", {"answer": "refuse", "text": "Không"}, at="/account/profile")

    assert answer.status_code == 404
    db.session.refresh(wanted)
    assert wanted.state == "asked"


def test_a_dispute_is_decided_by_an_administrator_and_kept(app, buyer, base, order):
    part = order.seller_orders[0]
    path = f"{base}/parcels/{part.id}/disputes"
    assert post(buyer, path, {"cause": "not_as_told", "text": "Sai loại."}, at=path).status_code == 303
    opened = db.session.query(Dispute).one()
    admin = browser_of(app, make_administrator())
    own = f"/admin/disputes/{opened.id}"
    assert "Sai loại." in admin.get(own).get_data(as_text=True)

    wrong = post(admin, f"{own}/decision", {"decision": "refund", "goods_vnd": "abc", "reason": "x"}, at=own)
    assert wrong.status_code == 422
    form = {"decision": "refund", "goods_vnd": "100.000", "shipping_vnd": "", "reason": "Sai mô tả."}
    assert post(admin, f"{own}/decision", form, at=own).status_code == 303

    db.session.refresh(opened)
    assert (opened.decision, opened.goods_vnd) == ("refund", 100_000)
    assert "quyết định ngày" in buyer.get(base).get_data(as_text=True)


def test_a_late_parcel_that_was_only_packed_is_disputed_and_all_of_it_goes_back(app, client, product, clock):
    order = make_order(parcels=[parcel((product.variants[0], 2))])
    pay(order)
    part = order.seller_orders[0]
    carry(part, Fulfilment.PACKED)
    base = f"/orders/{token_of(order.id, app.extensions['settings'].keys)}"
    path = f"{base}/parcels/{part.id}/disputes"
    post(client, f"{base}/proof", {"digits": "5678"}, at=base)
    assert path not in client.get(base).text
    clock.move(timedelta(days=8))

    assert path in client.get(base).text
    assert post(client, path, {"cause": "not_arrived", "text": "Chưa có."}, at=path).status_code == 303
    opened = db.session.query(Dispute).one()
    admin, own = browser_of(app, make_administrator()), f"/admin/disputes/{opened.id}"
    refused = post(admin, f"{own}/decision", {"decision": "rejected", "reason": "Sẽ gửi."}, at=own)

    assert refused.status_code == 422
    assert "phải hoàn lại toàn bộ số tiền còn lại" in refused.text
    db.session.refresh(opened)
    assert opened.decision is None


def test_a_review_is_written_from_the_order_and_shown_by_an_official(app, buyer, base, order, product):
    line_id = order.seller_orders[0].lines[0].id
    path = f"{base}/lines/{line_id}/review"
    assert 'value="Thử N."' in buyer.get(path).get_data(as_text=True)
    form = {"rating": "4", "text": "Gọi 0912 345 678 để mua rẻ hơn", "author": "Thử"}

    assert post(buyer, path, form, at=path).status_code == 303

    assert db.session.query(Review).one().state == "held"
    admin = browser_of(app, make_administrator())
    assert "để mua rẻ hơn" in admin.get("/admin/reviews").get_data(as_text=True)
    number = db.session.query(Review).one().id
    hidden = post(
        admin, f"/admin/reviews/{number}/hiding", {"reason": "Có số điện thoại."}, at="/admin/reviews"
    )
    assert hidden.status_code == 303
    assert "để mua" not in app.test_client().get(f"/products/{product.slug}").get_data(as_text=True)


@pytest.mark.parametrize("rating", ["0", "6", "5.0", "٥", "", "99999999999"])
def test_a_number_that_is_none_is_refused(buyer, base, order, rating):
    path = f"{base}/lines/{order.seller_orders[0].lines[0].id}/review"

    answer = post(buyer, path, {"rating": rating, "text": "Kẹo thơm, giòn lắm.", "author": "M"}, at=path)

    assert answer.status_code == 422
    assert db.session.query(Review).count() == 0


def test_administrators_find_orders_and_take_them_away(app, order):
    admin = browser_of(app, make_administrator())

    for words in (order.code, "0912345678", "htx dua", ""):
        assert order.code in admin.get("/admin/orders", query_string={"q": words}).get_data(as_text=True)
    assert order.code not in admin.get("/admin/orders?q=0912345679").get_data(as_text=True)
    rows = admin.get("/admin/orders?as=csv").get_data(as_text=True)
    assert order.code in rows
    assert "0912" not in rows
    page = admin.get(f"/admin/orders/{order.id}").get_data(as_text=True)
    assert "Người Mua Thử" in page
    assert "Đã giao" in page
    assert admin.get(f"/admin/orders/{2**31}").status_code == 404
