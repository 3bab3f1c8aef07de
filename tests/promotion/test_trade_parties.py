"""A quotation stays between those for whom it was made, whatever becomes of the firm, the producer or the person."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from catalog.models import Producer
from core import clock as present
from core.db import db, transaction
from orders.models.orders import Order
from promotion.models.trade import Quotation, QuotationContact, TradeAccount
from promotion.operations.trade_personal_facts import TradeBuyer
from promotion.queries.trade_parties import buyer_of, seller_of
from promotion.quotation_terms import Party
from tests.promotion.test_trade_story import text_of
from tests.promotion.trade_shop import accept, hand_of, make_trade_shop, quote

OTHER = {
    "name": "Công ty Khác",
    "tax_code": "0012345009",
    "address": "9 Hàng Gai",
    "contact_name": "Lê Văn Khác",
    "phone": "+84987654321",
}
BUYER = Party(
    "Siêu thị Sao Việt", "0100109106", "12 Lê Lợi, Thành phố Hà Nội", "Trần Thị Mua", "+84912345678"
)
SELLER = Party("HTX Dừa Bến Tre", "", "Phường Bến Tre, Vĩnh Long", "", "+84912000111")


def become_another_firm(account_id: int) -> None:
    with transaction():
        account = db.session.get_one(TradeAccount, account_id)
        for name, value in OTHER.items():
            setattr(account, name, value)


def parties(quotation_id: int) -> tuple[Party, Party]:
    db.session.rollback()
    quotation = db.session.get_one(Quotation, quotation_id)
    return seller_of(quotation), buyer_of(quotation)


def test_an_accepted_quotation_names_the_firms_it_was_made_between(app, db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    order_id = accept(shop, quotation).id
    become_another_firm(shop.account.id)
    with transaction():
        db.session.get_one(Producer, shop.producer.id).name = "HTX Đổi Tên"
    desk = f"/workspace/{shop.producer.id}/trade"
    buyer, seller = hand_of(app, shop.buyer), hand_of(app, shop.owner)

    told = text_of(buyer.get(f"/trade/quotations/{quotation.id}.pdf").data)

    assert parties(quotation.id) == (SELLER, BUYER)
    for fact in ("Siêu thị Sao Việt", "0100109106", "12 Lê Lợi", "Trần Thị Mua", "HTX Dừa Bến Tre"):
        assert fact in told
    for fact in (*OTHER.values(), "HTX Đổi Tên"):
        assert fact not in told
    for page in (seller.get(desk), seller.get(f"{desk}/requests/{quotation.rfq_id}")):
        assert "Siêu thị Sao Việt" in page.text
        assert "Công ty Khác" not in page.text
    assert db.session.get_one(Order, order_id).invoice["name"] == "Siêu thị Sao Việt"


def test_an_order_is_invoiced_to_the_firm_that_was_quoted(db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    become_another_firm(shop.account.id)

    invoice = accept(shop, quotation).invoice

    assert invoice == {
        "name": "Siêu thị Sao Việt",
        "tax_code": "0100109106",
        "address": "12 Lê Lợi, Thành phố Hà Nội",
        "email": "",
    }


def test_what_was_sent_before_parties_were_kept_is_read_as_the_firm_stands(db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    become_another_firm(shop.account.id)

    before = SimpleNamespace(rfq=quotation.rfq, parties=None, contact=None)

    assert (buyer_of(before).name, buyer_of(before).phone) == ("Công ty Khác", "+84987654321")
    assert seller_of(before) == SELLER


def test_parties_are_never_changed_and_the_contact_goes_with_the_person(db_session):
    shop = make_trade_shop()
    quotation = quote(shop)
    with pytest.raises(DatabaseError, match="only ever added to"):
        db.session.execute(text("UPDATE quotation SET parties = NULL"))
    db.session.rollback()
    user_id = shop.buyer.id
    told = TradeBuyer().export(user_id)["requests"][0]["quotations"][0]

    for _twice in range(2):
        with transaction():
            TradeBuyer().erase(user_id, present.now())

    assert (told["firm"], told["contact"], told["phone"]) == (BUYER.name, BUYER.contact, BUYER.phone)
    _seller, buyer = parties(quotation.id)
    assert buyer == Party(BUYER.name, BUYER.tax_code, BUYER.address)
    assert db.session.scalar(select(func.count()).select_from(QuotationContact)) == 0
