"""A producer with a ladder, a verified trade buyer, and their browsers, as the tests of trade need them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.actors import Actor
from catalog.models import Producer, Variant
from core import clock
from core.db import db, transaction
from core.payment_settings import DEMONSTRATION_ACCOUNT
from orders.models.orders import Order, SellerOrder
from orders.models.payments import Payment
from orders.operations.bank_lines import TakenLine, ToldLine, take_line
from promotion.models.trade import Quotation, Rfq, TradeAccount, TradeCheck
from promotion.operations.trade_ladders import set_ladder
from promotion.operations.trade_quotations import accept_quotation, send_quotation
from promotion.operations.trade_requests import AskedLine, RfqFacts, ask_for_quotation
from promotion.price_ladders import LadderFacts, Step
from promotion.quotation_terms import Offer, OfferedLine
from tests.factories import make_producer, make_product, saved
from tests.people import actor, browser_of, make_member, make_user

STEPS = (Step(50, 110_000), Step(200, 100_000), Step(1_000, 90_000))
TAX_CODE = "0100109106"
PAPER = BytesIO


@dataclass(slots=True)
class TradeShop:
    """producer sells `variant` by a ladder; `buyer` acts for a verified firm."""

    producer: Producer
    variant: Variant
    owner: Any
    buyer: Any
    account: TradeAccount

    @property
    def seller_actor(self) -> Actor:
        return actor(self.owner)

    @property
    def buyer_actor(self) -> Actor:
        return actor(self.buyer)


def make_trade_shop(*, on_hand: int = 30, has_ladder: bool = True) -> TradeShop:
    """A shop with one pack in stock so often."""
    producer = make_producer(name="HTX Dừa Bến Tre", phone="+84912000111")
    product = make_product(producer=producer, variants=[{"on_hand": on_hand}])
    owner = make_member(producer)
    if has_ladder:
        make_ladder(product.variants[0], owner)
    buyer = make_user(name="Trần Thị Mua")
    return TradeShop(producer, product.variants[0], owner, buyer, make_account(buyer))


def make_account(buyer: Any, state: str = "verified", **facts: Any) -> TradeAccount:
    """The account of a firm that somebody acts for."""
    values = {
        "owner_id": buyer.id,
        "name": "Siêu thị Sao Việt",
        "kind": "supermarket",
        "tax_code": TAX_CODE,
        "province_code": "01",
        "address": "12 Lê Lợi",
        "contact_name": "Trần Thị Mua",
        "phone": "+84912345678",
        "state": state,
        "opened_at": clock.now(),
    }
    account = saved(TradeAccount(**(values | facts)))
    saved(TradeCheck(account_id=account.id, state=state, reason="x", by_id=buyer.id, checked_at=clock.now()))
    return account


def make_ladder(variant: Variant, owner: Any, **facts: Any) -> None:
    """A ladder of three steps from today on."""
    values: dict[str, Any] = {
        "steps": STEPS,
        "minimum_quantity": 50,
        "lead_days": 7,
        "month_capacity": 5_000,
        "is_public": False,
        "valid_from_on": clock.today(),
        "valid_to_on": None,
    }
    by = actor(owner)
    with transaction():
        set_ladder(
            db.session.get_one(Variant, variant.id), LadderFacts(**(values | facts)), by=by, now=clock.now()
        )


def ask(shop: TradeShop, quantity: int = 250, **facts: Any) -> Rfq:
    """A request of the buyer for so many packs."""
    values: dict[str, Any] = {
        "key": str(uuid4()),
        "kind": "goods",
        "lines": (AskedLine(quantity, shop.variant.id),),
        "wanted_on": None,
        "province_code": "01",
        "delivery_place": "Kho 5, phường Ba Đình",
        "note": "",
    }
    by = shop.buyer_actor
    with transaction():
        account = db.session.get_one(TradeAccount, shop.account.id)
        return ask_for_quotation(account, RfqFacts(**(values | facts)), by=by, now=clock.now())[0]


def offer(shop: TradeShop, quantity: int = 250, price_vnd: int = 100_000, **facts: Any) -> Offer:
    """25,000,000 ₫ of goods, 500,000 ₫ freight, 30 percent deposit, good for 14 days."""
    values: dict[str, Any] = {
        "lines": (OfferedLine(shop.variant.id, quantity, price_vnd),),
        "freight_vnd": 500_000,
        "discount_vnd": 0,
        "deposit_percent": 30,
        "deposit_vnd": None,
        "valid_until_on": clock.today() + timedelta(days=14),
        "ready_on": clock.today() + timedelta(days=10),
        "cancel_until_on": None,
        "terms": "Giao tại kho",
    }
    return Offer(**(values | facts))


def quote(shop: TradeShop, rfq: Rfq | None = None, **facts: Any) -> Quotation:
    """A quotation that was sent."""
    number = (rfq or ask(shop)).id
    by = shop.seller_actor
    with transaction():
        return send_quotation(db.session.get_one(Rfq, number), offer(shop, **facts), by=by, now=clock.now())


def accept(shop: TradeShop, quotation: Quotation) -> Order:
    """The order of an accepted quotation."""
    number, by = quotation.id, shop.buyer_actor
    with transaction():
        return accept_quotation(db.session.get_one(Quotation, number), by=by, now=clock.now())


def payment_of(order_id: int) -> Payment:
    """What asks for the money of an order, as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()


def part_of(order_id: int) -> SellerOrder:
    """The one part of an order, as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(SellerOrder).where(SellerOrder.order_id == order_id)).one()


def transfer(order_id: int, amount_vnd: int, reference: str = "FT1", source: str = "sepay") -> TakenLine:
    """The bank tells of a transfer with the order's memo."""
    memo = f"CK {payment_of(order_id).reference}"
    db.session.rollback()
    told = ToldLine(DEMONSTRATION_ACCOUNT, reference, clock.now(), amount_vnd, "VND", memo)
    with transaction():
        return take_line(told, source=source, now=clock.now())


@dataclass(slots=True)
class Hand:
    """Somebody's browser, whose forms carry their token."""

    browser: FlaskClient
    at: str = "/trade/account"

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def post(self, path: str, **form: Any) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(self.at).text)
        token = found[1] if found else ""
        return self.browser.post(path, data={"csrf_token": token, **form})


def hand_of(app: Flask, user: Any, at: str = "/trade/account") -> Hand:
    """at: a page with a form that the person may see."""
    return Hand(browser_of(app, user), at)


def day(offset: int) -> date:
    """So many days after today."""
    return clock.today() + timedelta(days=offset)
