"""Goods that the shop may not sell are not sold by quotation either: papers, recalls, what was taken off sale."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from catalog.models import Product, Variant
from core import clock as present
from core.db import db, transaction
from orders.errors import UnsoldGoodsError
from orders.models.agreed import AgreedOrder
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from orders.operations.agreed_orders import mark_ready
from promotion.models.trade import Quotation, QuotationEnd
from tests.catalog.test_sale_terms import paper
from tests.orders.test_recalls import start as recall
from tests.promotion.trade_shop import (
    TradeShop,
    accept,
    ask,
    day,
    hand_of,
    make_trade_shop,
    part_of,
    quote,
    transfer,
)


def change(model: type, number: int, **facts: object) -> None:
    with transaction():
        for name, value in facts.items():
            setattr(db.session.get_one(model, number), name, value)


def bring_recall(shop: TradeShop) -> None:
    recall(shop.variant.product)


def ask_for_a_licence(shop: TradeShop) -> None:
    change(Product, shop.variant.product_id, criteria_set=14)


def ask_for_a_confirmation(shop: TradeShop) -> None:
    change(Product, shop.variant.product_id, criteria_set=18)


def hide(shop: TradeShop) -> None:
    change(Product, shop.variant.product_id, is_listed=False)


def take_off_sale(shop: TradeShop) -> None:
    change(Product, shop.variant.product_id, is_for_sale=False)


def withdraw_pack(shop: TradeShop) -> None:
    change(Variant, shop.variant.id, withdrawn_at=present.now())


CASES = [
    (bring_recall, "recalled"),
    (ask_for_a_licence, "no_papers"),
    (ask_for_a_confirmation, "no_papers"),
    (hide, "gone"),
    (take_off_sale, "gone"),
    (withdraw_pack, "gone"),
]
BY_LAW = CASES[:3]


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("happens", "problem"), CASES)
def test_what_may_not_be_sold_is_neither_offered_nor_accepted(
    db_session, happens: Callable[[TradeShop], None], problem: str
):
    shop = make_trade_shop()
    offered, asked = quote(shop), ask(shop)
    happens(shop)

    with pytest.raises(UnsoldGoodsError) as refused:
        accept(shop, offered)
    with pytest.raises(UnsoldGoodsError):
        quote(shop, asked)

    assert refused.value.facts == {"name": "Kẹo dừa", "name_en": None, "problem": problem}
    assert [count(model) for model in (Order, Payment, QuotationEnd, Quotation)] == [0, 0, 0, 1]


@pytest.mark.parametrize(("happens", "problem"), CASES)
def test_of_an_agreed_order_only_what_the_law_stops_is_not_made_ready(
    db_session, happens: Callable[[TradeShop], None], problem: str
):
    shop = make_trade_shop(on_hand=300)
    order_id = accept(shop, quote(shop)).id
    transfer(order_id, 7_650_000)
    number, by = part_of(order_id).id, shop.seller_actor
    happens(shop)

    def ready() -> bool:
        with transaction():
            return mark_ready(db.session.get_one(SellerOrder, number), by=by, now=present.now())

    if problem == "gone":
        assert ready()
        return
    with pytest.raises(UnsoldGoodsError) as refused:
        ready()
    assert refused.value.facts["problem"] == problem
    assert db.session.scalars(select(AgreedOrder.ready_at)).one() is None


def test_with_its_licence_wine_is_sold_by_quotation(db_session):
    shop = make_trade_shop()
    ask_for_a_licence(shop)
    paper("alcohol_licence", producer_id=shop.producer.id, expires_on=day(30))

    assert accept(shop, quote(shop)).total_vnd == 25_500_000


def test_both_sides_read_which_goods_and_why(app, db_session):
    shop = make_trade_shop()
    quotation, asked = quote(shop), ask(shop)
    ask_for_a_licence(shop)
    desk = f"/workspace/{shop.producer.id}/trade/requests/{asked.id}"
    buyer, seller = hand_of(app, shop.buyer), hand_of(app, shop.owner, desk)
    form = {f"quantity-{shop.variant.id}": "250", "deposit_percent": "30", "terms": "Giao trong ngày"}
    days = {"valid_until_on": day(5).isoformat(), "ready_on": day(5).isoformat()}

    refused = buyer.post(f"/trade/quotations/{quotation.id}/acceptance")
    unsent = seller.post(f"{desk}/quotations", **form, **days)

    assert (refused.status_code, unsent.status_code) == (409, 409)
    for page in (refused.text, unsent.text):
        assert "Kẹo dừa: thiếu giấy tờ" in page
    assert "Giao trong ngày" in unsent.text
    assert [count(model) for model in (Order, QuotationEnd, Quotation)] == [0, 0, 1]


def test_the_desk_reads_why_goods_are_not_made_ready(app, db_session):
    shop = make_trade_shop(on_hand=300)
    quotation = quote(shop)
    transfer(accept(shop, quotation).id, 7_650_000)
    bring_recall(shop)
    desk = f"/workspace/{shop.producer.id}/trade/requests/{quotation.rfq_id}"

    refused = hand_of(app, shop.owner, desk).post(f"{desk}/readiness")

    assert refused.status_code == 409
    assert "Kẹo dừa: đang bị thu hồi" in refused.text
    assert db.session.scalars(select(AgreedOrder.ready_at)).one() is None
