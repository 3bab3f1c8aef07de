"""A basket becomes an order: once, at the prices of the moment, or not at all."""

from collections import Counter
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from catalog.models import Variant
from core import clock
from core.db import db, transaction
from core.jobs.models import Job
from orders.checkout_rules import CheckoutDraft
from orders.errors import BasketChangedError, InvalidOrderError, ShortStockError
from orders.models.cart import CartLine
from orders.models.orders import Order, OrderEvent, OrderLine, SellerOrder
from orders.models.payments import Payment
from orders.models.stock import StockHold
from orders.operations.cart import Holder, add_to_cart
from orders.operations.checkout import place_order
from orders.queries.checkout import get_chosen_basket
from tests.factories import make_producer, make_product

HCMC, SAI_GON = "79", "26740"


def fill(*goods):
    """A guest's basket with pairs of product and packs; its number."""
    cart_id = None
    for product, packs in goods:
        with transaction():
            cart_id = add_to_cart(Holder(cart_id=cart_id), product.variants[0].id, packs, now=clock.now())
    return cart_id


def chosen(cart_id, deliveries=None):
    basket = get_chosen_basket(
        cart_id,
        province_code=HCMC,
        commune_code=SAI_GON,
        deliveries=deliveries or {},
        on=clock.today(),
    )
    db.session.rollback()
    return basket


def draft_for(cart_id, **facts):
    """What a buyer sends who takes the first way of delivery of every parcel and pays at the door."""
    first = chosen(cart_id)
    keys = {parcel.producer_id: parcel.option.key for parcel in first.parcels}
    values = {
        "checkout_key": str(uuid4()),
        "cart_id": cart_id,
        "method": "cod",
        "shown_total_vnd": chosen(cart_id, keys).total_vnd,
        "name": "Người Mua Thử",
        "phone": "+84912345678",
        "person_key": b"p" * 16,
        "province_code": HCMC,
        "province": "Thành phố Hồ Chí Minh",
        "commune_code": SAI_GON,
        "commune": "Phường Sài Gòn",
        "street": "12 Lê Lợi",
        "deliveries": keys,
        "terms": "2026-11",
    }
    return CheckoutDraft(**(values | facts))


def place(draft, **more):
    with transaction():
        return place_order(draft, by=None, now=clock.now(), **more)


def counts():
    """Rows of every table that an order touches, and what is reserved."""
    tables = (Order, SellerOrder, OrderLine, OrderEvent, Payment, StockHold, Job, CartLine)
    rows = {each.__tablename__: db.session.scalar(select(func.count()).select_from(each)) for each in tables}
    return rows | {"reserved": db.session.scalar(select(func.sum(Variant.reserved)))}


def two_producers():
    return make_product(producer=make_producer(name="HTX A")), make_product(
        producer=make_producer(name="HTX B")
    )


def test_a_basket_of_two_producers_becomes_one_order_of_two_parcels(db_session):
    rice, tea = two_producers()
    draft = draft_for(fill((rice, 2), (tea, 1)))

    order = place(draft)

    parcels = order.seller_orders
    assert [(each.goods_vnd, each.payment, each.lifecycle) for each in parcels] == [
        (250_000, "cod_due", "placed"),
        (125_000, "cod_due", "placed"),
    ]
    assert order.total_vnd == draft.shown_total_vnd == sum(each.total_vnd for each in parcels)
    assert order.terms["sale_terms"]["version"] == "2026-11"
    assert [line.quantity for each in parcels for line in each.lines] == [2, 1]
    assert counts() == {
        "shop_order": 1,
        "seller_order": 2,
        "order_line": 2,
        "order_event": 6,
        "payment": 2,
        "stock_hold": 2,
        "job": 3,
        "cart_line": 0,
        "reserved": 3,
    }
    assert Counter(db.session.scalars(select(Job.name))) == Counter(
        ["orders.send_news", "orders.alert_producers", "settlement.freeze_terms"]
    )


def test_the_same_key_finds_the_first_order_whatever_it_holds_now(db_session):
    rice, tea = two_producers()
    cart_id = fill((rice, 1))
    first = place(draft_for(cart_id, checkout_key="k" * 36))
    before = counts()
    fill_again = fill((tea, 3))

    again = place(draft_for(fill_again, checkout_key="k" * 36, name="Ai khác"))

    assert (again.id, again.name) == (first.id, "Người Mua Thử")
    assert counts() == before | {"cart_line": 1}


def test_another_total_than_was_shown_orders_nothing_and_tells_the_difference(db_session):
    rice, _ = two_producers()
    cart_id = fill((rice, 1))
    draft = draft_for(cart_id)
    with transaction():
        db.session.execute(text("UPDATE variant SET price_vnd = 135000"))
    before = counts()

    with pytest.raises(BasketChangedError) as refused:
        place(draft)

    assert refused.value.total_vnd - refused.value.shown_vnd == 10_000
    assert counts() == before


def test_too_few_left_orders_nothing(db_session):
    rice, tea = two_producers()
    draft = draft_for(fill((rice, 2), (tea, 5)))
    with transaction():
        db.session.execute(text("UPDATE variant SET on_hand = 3"))
    before = counts()

    with pytest.raises(BasketChangedError) as refused:
        place(draft)

    assert "fewer" in refused.value.problems
    assert counts() == before


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"terms": None}, "terms", "missing"),
        ({"street": None}, "street", "missing"),
        ({"commune_code": None}, "commune", "missing"),
    ],
)
def test_what_a_buyer_must_say_is_asked_for(db_session, facts, field, reason):
    rice, _ = two_producers()
    draft = draft_for(fill((rice, 1)), **facts)
    before = counts()

    with pytest.raises(InvalidOrderError) as refused:
        place(draft)

    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert counts() == before


def test_a_way_of_delivery_that_is_not_offered_is_none(db_session):
    rice, _ = two_producers()
    draft = draft_for(fill((rice, 1)))
    before = counts()

    with pytest.raises(BasketChangedError) as refused:
        place(CheckoutDraft(**{**vars_of(draft), "deliveries": {rice.producer_id: "carrier:manual:free"}}))

    assert refused.value.problems == ("no_delivery",)
    assert counts() == before


def vars_of(draft):
    return {name: getattr(draft, name) for name in CheckoutDraft.__dataclass_fields__}


def test_more_than_may_be_paid_at_the_door_is_refused_and_paid_beforehand_it_is_not(db_session):
    dear = make_product(variants=[{"price_vnd": 5_100_000}])
    cart_id = fill((dear, 1))

    with pytest.raises(InvalidOrderError) as refused:
        place(draft_for(cart_id))
    order = place(draft_for(cart_id, method="vietqr"))

    assert (refused.value.field, refused.value.reason) == ("method", "total")
    assert [each.payment for each in order.seller_orders] == ["pending"]
    assert db.session.scalars(select(StockHold.state)).all() == ["held"]


def test_a_number_has_so_many_orders_under_way_at_the_door_and_no_more(db_session):
    rice, _ = two_producers()
    for _ in range(3):
        place(draft_for(fill((rice, 1))))
    cart_id = fill((rice, 1))

    with pytest.raises(InvalidOrderError) as refused:
        place(draft_for(cart_id))

    assert (refused.value.field, refused.value.reason) == ("method", "open")
    assert place(draft_for(cart_id, phone="+84987654321")).total_vnd > 0


def test_twenty_at_once_with_one_key_make_one_order(app, db_session):
    """C-05."""
    rice, tea = two_producers()
    draft = draft_for(fill((rice, 2), (tea, 1)))
    barrier, answers = Barrier(20), []

    def order():
        with app.app_context():
            barrier.wait()
            answers.append(place(draft).id)

    threads = [Thread(target=order) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert counts()["shop_order"] == 1
    assert counts()["reserved"] == 3


def test_others_who_were_faster_leave_nothing_half_done(db_session, monkeypatch):
    rice, tea = two_producers()
    draft = draft_for(fill((rice, 2), (tea, 1)))
    before = counts()
    monkeypatch.setattr("orders.operations.stock.reserve", lambda packs: dict.fromkeys(sorted(packs)[:1], 1))

    with pytest.raises(ShortStockError) as refused:
        place(draft)

    assert refused.value.shortfalls == {rice.variants[0].id: 1}
    assert counts() == before
