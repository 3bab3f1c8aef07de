"""Rules of sale where people meet them: the page of the product, the workspace, the checkout."""

from datetime import date

import pytest

from catalog.models import Certificate
from catalog.models.listings import ProductLabel
from core import clock as present
from core.db import db
from orders.models.orders import Order
from tests.factories import make_producer, make_product, saved
from tests.people import browser_of, make_member
from tests.storefront.test_checkout import send, sent_of, walk


def wine(alcohol: str = "29% vol", *, licence: bool = True):
    producer = make_producer(name="HTX Rượu")
    product = make_product(producer=producer, criteria_set=14, group_no=2, slug="ruou-nep", name="Rượu nếp")
    saved(ProductLabel(product_id=product.id, alcohol=alcohol))
    if licence:
        paper("alcohol_licence", "77/GP-UBND", producer_id=producer.id)
    return product


def paper(kind: str, number: str, **holder):
    return saved(
        Certificate(
            kind=kind,
            number=number,
            issued_on=date(2024, 1, 5),
            expires_on=date(2029, 1, 5),
            recorded_at=present.now(),
            **holder,
        )
    )


def test_a_spirit_without_licence_is_shown_and_not_sold(client, db_session):
    wine(licence=False)

    page = client.get("/products/ruou-nep").text

    assert "Giấy phép sản xuất, kinh doanh rượu" in page
    assert 'action="/cart/lines"' not in page


def test_a_strong_spirit_has_a_basket_its_licence_the_age_and_no_share_row(client, db_session):
    wine()

    page = client.get("/products/ruou-nep").text

    assert 'action="/cart/lines"' in page
    assert "77/GP-UBND" in page
    assert "18 tuổi" in page
    assert "data-share=" not in page


def test_a_light_one_is_shared_as_other_goods(client, db_session):
    wine("12% vol")

    assert "data-share=" in client.get("/products/ruou-nep").text


def test_health_goods_show_the_number_of_their_confirmation(client, db_session):
    tea = make_product(criteria_set=18, group_no=3, slug="tra-thao-duoc")
    before = client.get("/products/tra-thao-duoc").text
    paper("advert_confirmation", "123/XNQC-ATTP", product_id=tea.id)

    after = client.get("/products/tra-thao-duoc").text

    assert ('action="/cart/lines"' in before, 'action="/cart/lines"' in after) == (False, True)
    assert "123/XNQC-ATTP" in after


def test_the_producer_is_told_which_paper_is_missing(app, db_session):
    product = wine(licence=False)
    browser = browser_of(app, make_member(product.producer))

    page = browser.get(f"/workspace/{product.producer_id}/products/{product.id}").text

    assert f'href="/workspace/{product.producer_id}/certificates"' in page
    assert 'id="sale-rules"' in page


@pytest.mark.parametrize("declared", [False, True])
def test_a_buyer_of_spirits_declares_the_age_which_the_order_keeps(client, db_session, declared):
    product = wine()
    send(client, "/cart/lines", {"variant_id": product.variants[0].id, "quantity": 1}, page="/cart")
    page = walk(client)
    assert 'name="age" value="18"' in page

    answer = send(
        client,
        "/checkout/orders",
        sent_of(page, **({"age": "18"} if declared else {})),
        page="/checkout/review",
    )

    order = db.session.query(Order).one_or_none()
    assert answer.status_code == (303 if declared else 422)
    assert (order.terms["age_18"]["years"] if order else None) == (18 if declared else None)
